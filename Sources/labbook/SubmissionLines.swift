import CanonicalJSON
import Cluster
import ExperimentRunner
import ResultStore

/// The lines that tell of a submission.
struct SubmissionLines {
  private let status: SubmissionStatus
  private let store: ResultStore
  private let folder: SubmissionFolder
  /// How many failures and lost parts are told, and how many lines of a log.
  private static let (most, lines) = (10, 3)

  init(of status: SubmissionStatus, in store: ResultStore) {
    self.status = status
    self.store = store
    folder = SubmissionFolder(of: status.submission, in: store)
  }

  /// A line for the submission, and one for each of its problems with the last lines of the log below.
  var all: [String] {
    let silence = status.silence.map { ["  the cluster did not answer: \($0)"] } ?? []
    return [status.description] + silence + problems.map { "  \($0)" }
  }

  /// Failures and lost parts, each in a sentence, with the last lines of the log.
  var problems: [String] { failures + lost }

  private var failures: [String] {
    status.failures.prefix(Self.most).flatMap { run, problem in
      ["failed: \(run.name): \(problem)"] + log(store.logFile(for: run.key))
    } + more(status.failures.count, "failed")
  }

  private var lost: [String] {
    let parts = status.isCancelled ? [] : status.lostParts
    return parts.prefix(Self.most).flatMap { part in
      let again = folder.resubmissions(ofPart: part)
      return [
        "lost: part \(part) with \(runs(ofPart: part)) is neither in the store nor in the queue"
          + (again == 0
            ? ""
            : ", though it was submitted again \(again == 1 ? "once" : "\(again) times")")
          + "; 'labbook run --on \(status.submission.profile ?? "slurm")' submits it once more"
      ] + log(folder.log(ofPart: part, of: status.submission))
    } + more(parts.count, "lost")
  }

  private func runs(ofPart part: Int) -> String {
    let runs = status.submission.runs[status.submission.parts[part].runs]
    let first = runs.first.map { "\($0.name)" } ?? "no run"
    return runs.count == 1 ? first : "\(first) and \(runs.count - 1) more"
  }

  private func log(_ path: String) -> [String] {
    lastLines(ofLog: path, Self.lines).map { "    \($0)" }
  }

  private func more(_ count: Int, _ word: String) -> [String] {
    count > Self.most ? ["and \(count - Self.most) more \(word)"] : []
  }

  /// The submission for programs.
  var json: JSONValue {
    let words = RunState.words.map { word in
      JSONValue.Member(
        word.replacing(" ", with: "_"), .integer(status.states.count { $0.word == word }))
    }
    return .object(
      [
        .init("id", .string(status.submission.id)),
        .init("place", status.submission.profile.map(JSONValue.string) ?? .null),
        .init("runs", .integer(status.submission.runs.count)),
        .init("parts", .integer(status.submission.parts.count)),
        .init("cancelled", .boolean(status.isCancelled)),
        .init("answered", .boolean(status.silence == nil)),
      ] + words + [.init("problems", .array(problems.map(JSONValue.string)))])
  }
}
