import Cluster
import ExperimentRunner
import ResultStore
import ExternalTrainers
import Testing

/// The judgement of runs by store, notes of failures and queue: times are values here.
@Suite struct JudgementTests {
  private let submission = ClusterFixtures.submission(
    (0..<6).map { ClusterFixtures.run($0) }, share: 2)

  private func status(
    _ queue: String?, stored: Set<Int> = [], failed: [Int: String] = [:],
    lost: ((Set<Int>) -> [Int])? = nil
  ) throws -> SubmissionStatus {
    let listing = try queue.map {
      try #require(
        QueueListing(parsing: $0.replacing("NAME", with: "labbook-\(ClusterFixtures.id)-0")))
    }
    return SubmissionStatus(
      of: submission, queue: listing, isStored: { stored.contains($0.name.seed) },
      failure: { failed[$0.name.seed] }, lost: lost ?? { _ in [] })
  }

  @Test func `the store is the truth, then the note of a failure, then the queue`() throws {
    #expect(submission.parts.map(\.runs) == [0..<2, 2..<4, 4..<6])
    let status = try status(
      "NAME|0|RUNNING|None\nNAME|1|PENDING|Priority\n", stored: [0, 2], failed: [0: "x", 1: "y"])
    #expect(
      status.states == [.done, .failed("y"), .done, .waiting("Priority"), .unseen, .unseen])
    #expect(status.failures.map(\.problem) == ["y"])
    #expect(status.underWay == [submission.runs[3].key])
    #expect(status.counts == "2 done, 1 failed, 1 waiting (Priority), 2 not seen")
    #expect(!status.isOver)
  }

  @Test func `only parts with something left to execute are looked for`() throws {
    var asked: [Set<Int>] = []
    let status = try status("NAME|1|RUNNING|None\n", stored: [0], failed: [1: "y"]) {
      asked.append($0)
      return [2]
    }
    #expect(asked == [[2]])
    #expect(status.lostParts == [2])
    #expect(status.states == [.done, .failed("y"), .running, .running, .lost, .lost])
  }

  @Test func `no answer is not an answer`() throws {
    var isAsked = false
    var status = try status(nil, stored: [0]) { _ in
      isAsked = true
      return [0, 1, 2]
    }
    #expect(!isAsked)
    #expect(status.states == [.done] + Array(repeating: .unknown, count: 5))
    #expect(status.lostParts == [])
    let all = Set(submission.runs.map(\.key))
    #expect(status.isFinished(besides: all))
    status.silence = "squeue has not answered"
    #expect(!status.isFinished(besides: all))
  }

  @Test
  func `a part is lost after two looks that are far enough apart, and none in between that saw it`()
  {
    var absences = Absences(clock: "a")
    #expect(absences.note([1, 2], at: 1000, clock: "a") == [])
    #expect(absences.note([1, 2], at: 1119.9, clock: "a") == [])
    #expect(absences.note([1], at: 1119.95, clock: "a") == [])
    #expect(absences.note([1, 2], at: 1120, clock: "a") == [1])
    // Part 2 was seen in between, so its time begins anew.
    #expect(absences.note([2], at: 1239.9, clock: "a") == [])
    #expect(absences.note([2], at: 1240, clock: "a") == [2])
    absences.forget(2)
    #expect(absences.note([2], at: 1300, clock: "a") == [])
    #expect(absences.since == [2: 1300])
  }

  @Test func `one look proves nothing, however long after the submission`() {
    var absences = Absences(clock: "")
    #expect(absences.note([0], at: 1e6, clock: "a") == [])
  }

  @Test func `times of another clock, or from before it began anew, are forgotten`() {
    var absences = Absences(clock: "a")
    _ = absences.note([0], at: 1000, clock: "a")
    #expect(absences.note([0], at: 5000, clock: "b") == [])
    #expect(absences.note([0], at: 5120, clock: "b") == [0])
    #expect(absences.note([0], at: 10, clock: "b") == [])
    #expect(absences.note([0], at: 130, clock: "b") == [0])
  }

  @Test
  func `what is done, cancelled or submitted once more is finished when the queue is free of it`()
    throws
  {
    let all = Set(0..<6)
    #expect(try status("", stored: all).isFinished(besides: []))
    #expect(try !status("NAME|0|COMPLETING|None\n", stored: all).isFinished(besides: []))
    #expect(try !status("", stored: [0, 1, 2, 3, 4], failed: [5: "x"]).isFinished(besides: []))
    #expect(
      try status("", stored: [0, 1, 2, 3, 4], failed: [5: "x"])
        .isFinished(besides: [submission.runs[5].key]))
    var cancelled = try status("")
    cancelled.isCancelled = true
    #expect(cancelled.isFinished(besides: []))
  }

  @Test func `of two submissions of the same runs the later one is told of`() throws {
    let old = try status("", stored: [0], failed: [1: "x"])
    var new = try status("NAME|0|RUNNING|None\n", stored: [0])
    new.submission.id = "ffffffff-0000-4000-8000-000000000000"
    let (open, finished) = [old, new].parted
    #expect(open == [new])
    #expect(finished == [old])
    // A later one that was cancelled makes nothing.
    new.isCancelled = true
    #expect([old, new].parted.open.contains(old))
  }
}
