/// The tasks that a cluster's queue has, as `squeue` lists them.
public struct QueueListing: Equatable, Sendable {
  /// A task in the queue.
  public struct Task: Hashable, Sendable {
    /// Whether it is being executed.
    public var isRunning: Bool
    /// Slurm's word for why it waits, such as `Priority`; empty if it has none.
    public var reason: String

    /// Creates a task.
    public init(isRunning: Bool, reason: String = "") {
      self.isRunning = isRunning
      self.reason = reason
    }
  }

  /// A task by the name of its job and its number in the array.
  struct Place: Hashable, Sendable {
    var job: String
    var task: Int
  }

  private(set) var tasks: [Place: Task] = [:]

  /// The format that `squeue` is asked for: a line for each task, with job, task, state and reason.
  static let format = "%j|%K|%T|%r"

  /// Creates a listing of nothing.
  package init() {}

  /// Reads the output of `squeue --noheader --array --format` with ``format``.
  ///
  /// - Returns: nil if a line has another form, such as words of a site's own: that is no answer.
  public init?(parsing text: String) {
    for line in text.split(whereSeparator: \.isNewline) {
      let fields = line.split(separator: "|", maxSplits: 3, omittingEmptySubsequences: false)
      guard fields.count == 4, let state = State(fields[2]) else { return nil }
      // A job that is no array has no number; it is none of labbook's.
      guard let task = Int(fields[1].trimming) else { continue }
      guard state != .over else { continue }
      let reason = fields[3].trimming
      let found = Task(
        isRunning: state == .running, reason: reason == "None" || state == .running ? "" : reason)
      let place = Place(job: fields[0].trimming, task: task)
      // Of a task that was submitted again while the first is still there, the one that is executed counts.
      if tasks[place]?.isRunning != true { tasks[place] = found }
    }
  }

  /// The task that a part of a submission has in the queue.
  public func task(ofPart part: Int, of submission: Submission) -> Task? {
    guard let array = submission.array(ofPart: part) else { return nil }
    return tasks[
      Place(
        job: submission.jobName(ofArray: array),
        task: part - submission.arrays[array].parts.lowerBound)]
  }

  private enum State {
    case waiting, running, over

    /// The meaning of a word of Slurm's; nil of a text that is none.
    init?(_ word: Substring) {
      let word = word.trimming
      guard !word.isEmpty, word.utf8.allSatisfy({ $0 == 0x5F || (0x41...0x5A).contains($0) }) else {
        return nil
      }
      switch word {
      case "RUNNING", "COMPLETING", "SUSPENDED", "STOPPED", "SIGNALING", "STAGE_OUT", "RESIZING":
        self = .running
      case "COMPLETED", "CANCELLED", "FAILED", "TIMEOUT", "NODE_FAIL", "PREEMPTED", "BOOT_FAIL",
        "DEADLINE", "OUT_OF_MEMORY", "REVOKED":
        self = .over
      // A word of a later version is of a job that the queue still has.
      default: self = .waiting
      }
    }
  }
}

extension Substring {
  /// The text without spaces at its ends, which `squeue` may add.
  fileprivate var trimming: String {
    var text = self
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
