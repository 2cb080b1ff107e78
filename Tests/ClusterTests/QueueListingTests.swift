import Cluster
import ExternalTrainers
import Testing

/// What `squeue` says of the tasks of a submission.
@Suite struct QueueListingTests {
  private let submission = ClusterFixtures.submission(
    (0..<4).map { ClusterFixtures.run($0) }
      + (0..<2).map { ClusterFixtures.observed($0, .init(gpus: 1)) }, share: 1)

  private func listing(_ lines: String...) -> QueueListing? {
    QueueListing(
      parsing: lines.map { $0.replacing("NAME", with: "labbook-\(ClusterFixtures.id)") }
        .joined(separator: "\n"))
  }

  @Test func `tasks are found by the name of their array and their number in it`() throws {
    let queue = try #require(
      listing(
        "NAME-0|0|RUNNING|None", "NAME-0|1|PENDING|Priority", "NAME-0|3|COMPLETING|None",
        "NAME-1|1|PENDING|BeginTime", "other|2|RUNNING|None", "single|N/A|RUNNING|None"))
    #expect(queue.task(ofPart: 0, of: submission) == .init(isRunning: true))
    #expect(queue.task(ofPart: 1, of: submission) == .init(isRunning: false, reason: "Priority"))
    #expect(queue.task(ofPart: 2, of: submission) == nil)
    #expect(queue.task(ofPart: 3, of: submission) == .init(isRunning: true))
    #expect(queue.task(ofPart: 4, of: submission) == nil)
    #expect(queue.task(ofPart: 5, of: submission) == .init(isRunning: false, reason: "BeginTime"))
  }

  @Test func `jobs that are over are not in the queue, and unknown states are`() throws {
    for state in ["COMPLETED", "CANCELLED", "FAILED", "TIMEOUT", "NODE_FAIL", "OUT_OF_MEMORY"] {
      #expect(try #require(listing("NAME-0|0|\(state)|None")) == QueueListing())
    }
    for state in ["PENDING", "REQUEUED", "REQUEUE_HOLD", "CONFIGURING", "SOMETHING_NEW"] {
      let queue = try #require(listing("NAME-0|0|\(state)|None"))
      #expect(queue.task(ofPart: 0, of: submission) == .init(isRunning: false))
    }
  }

  @Test func `of two tasks with one number the one that is executed counts`() throws {
    let lines = ["NAME-0|0|RUNNING|None", "NAME-0|0|PENDING|Priority"]
    #expect(
      try #require(listing(lines[0], lines[1])).task(ofPart: 0, of: submission)?.isRunning == true)
    #expect(
      try #require(listing(lines[1], lines[0])).task(ofPart: 0, of: submission)?.isRunning == true)
  }

  @Test func `words and reasons of a site are no fault, other forms are no answer`() {
    #expect(listing("") == QueueListing())
    #expect(
      listing("NAME-0|0|PENDING|a|b")?.task(ofPart: 0, of: submission)?.reason == "a|b")
    #expect(listing("slurm_load_jobs error: Unable to contact slurm controller") == nil)
    #expect(listing("NAME-0|0|RUNNING") == nil)
    #expect(listing("NAME-0|0|running away|None") == nil)
  }
}
