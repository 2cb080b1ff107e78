import Cluster
import ExperimentRunner
import ExperimentSpec
import ExternalTrainers
import ResultStore
import Testing

/// How runs become parts and arrays, and the file that holds them.
@Suite struct SubmissionTests {
  @Test func `runs of the engine are one array, cut by what they are estimated to take`() {
    // Each takes 1 s at 200,000 steps a second, and a tenth for its start.
    let submission = ClusterFixtures.submission((0..<10).map { ClusterFixtures.run($0) }, share: 2)
    #expect(submission.parts.map(\.runs) == [0..<2, 2..<4, 4..<6, 6..<8, 8..<10])
    #expect(submission.parts.allSatisfy { abs($0.seconds - 2.2) < 1e-9 })
    #expect(submission.arrays == [.init(parts: 0..<5, resources: JobResources())])
    #expect(submission.jobNames == ["labbook-\(ClusterFixtures.id)-0"])
    // With more workers a task takes more runs in the same time.
    let wide = ClusterFixtures.submission(
      (0..<10).map { ClusterFixtures.run($0) }, share: 2, cpus: 4)
    #expect(wide.parts.count == 1)
  }

  @Test func `stages stand in parts before those that need them, however they were asked for`() {
    let stages = (0..<3).map { ClusterFixtures.run("e", "First", $0) }
    let middle = stages.map { ClusterFixtures.run("e", "Then", $0.name.seed, start: $0) }
    let last = middle.map { ClusterFixtures.run("e", "Last", $0.name.seed, start: $0) }
    let submission = ClusterFixtures.submission(last + stages + middle, share: 100)
    #expect(submission.runs == stages + middle + last)
    #expect(submission.parts.map(\.runs) == [0..<3, 3..<6, 6..<9])
    let work = submission.work(ofPart: 2)
    #expect(work.runs == last)
    #expect(work.stages == stages + middle)
    #expect(submission.work(ofPart: 0).stages == [])
  }

  @Test func `each kind of resources has an array of its own, and none has more than 1000 tasks`() {
    let runs =
      (0..<1500).map { ClusterFixtures.run($0, steps: 2_000_000) }
      + (0..<3).map { ClusterFixtures.observed($0, TrainerResources(gpus: 1, seconds: 7200)) }
      + (3..<5).map { ClusterFixtures.observed($0, TrainerResources(gpus: 2)) }
    let submission = ClusterFixtures.submission(runs, share: 10)
    #expect(submission.arrays.map(\.parts) == [0..<1000, 1000..<1500, 1500..<1503, 1503..<1505])
    #expect(submission.arrays.map(\.resources.gpus) == [0, 0, 1, 2])
    #expect(submission.arrays[2].resources.seconds == 7200)
    #expect(submission.array(ofPart: 999) == 0)
    #expect(submission.array(ofPart: 1000) == 1)
    #expect(submission.array(ofPart: 1504) == 3)
    #expect(submission.array(ofPart: 1505) == nil)
  }

  @Test func `a submission is read as it was written, trainers included`() throws {
    let stages = (0..<2).map { ClusterFixtures.run("e", "First", $0) }
    let runs =
      stages + stages.map { ClusterFixtures.run("e", "Then", $0.name.seed, start: $0) }
      + (0..<2).map {
        ClusterFixtures.observed($0, TrainerResources(gpus: 1, memory: 4_000_000_000))
      }
    for profile in ["gpu", nil] {
      let submission = ClusterFixtures.submission(runs, profile: profile)
      let text = submission.text(lab: "/lab")
      let read = try Submission(bytes: Array(text.utf8), path: "runs.json")
      #expect(read == submission)
      #expect(read.runs.last?.trainer?.tolerances == ["final_reward": 0.25])
      #expect(read.text(lab: "/lab") == text)
    }
  }

  @Test func `what arms have in common stands in the file once`() {
    let submission = ClusterFixtures.submission((0..<1000).map { ClusterFixtures.run($0) })
    let text = submission.text(lab: "/lab")
    #expect(text.components(separatedBy: "\"algorithm\"").count == 2)
    #expect(text.utf8.count < 1000 * 200)
  }

  @Test func `a file that was changed, cut off or written by another version is one sentence`() {
    let text = ClusterFixtures.submission((0..<4).map { ClusterFixtures.run($0) }).text(lab: "/lab")
    func problem(_ text: String) -> String? {
      do {
        _ = try Submission(bytes: Array(text.utf8), path: "f")
        return nil
      } catch { return "\(error)" }
    }
    #expect(problem(text) == nil)
    #expect(
      problem(text.replacing("200000", with: "200001"))
        == "f: error: the run e/A/0 is not what its key says; the file was changed")
    #expect(
      problem(text.replacing("\"seed\":\"1\"", with: "\"seed\":\"7\""))
        == "f: error: the run e/A/1 is not what its key says; the file was changed")
    #expect(
      problem("{}") == "f: error: it is no file of runs that labbook has written for a cluster")
    #expect(
      problem(text.replacing("\"labbook_submission\": 1", with: "\"labbook_submission\": 2"))
        == "f: error: it has version 2 of its form, and this labbook reads 1")
    #expect(problem(String(text.prefix(300)))?.hasPrefix("f:") == true)
    #expect(
      problem(text.replacing("\"first\":0", with: "\"first\":1")) == "f: error: part 0 is none")
  }

  @Test func `every prefix of a file and every changed byte is refused or read, and never more`() {
    let text = Array(
      ClusterFixtures.submission([ClusterFixtures.run(0)]).text(lab: "/lab").utf8.dropLast())
    var accepted = 0
    for position in stride(from: 0, to: text.count, by: 3) {
      #expect(throws: SubmissionError.self) {
        try Submission(bytes: Array(text[..<position]), path: "f")
      }
      var changed = text
      changed[position] ^= 1
      if (try? Submission(bytes: changed, path: "f")) != nil { accepted += 1 }
    }
    // A changed id, name or estimate is another submission; what a run is, its key holds.
    #expect(accepted < text.count / 6)
  }
}

extension String {
  fileprivate func components(separatedBy separator: String) -> [Substring] {
    split(separator: separator, omittingEmptySubsequences: false)
  }
}
