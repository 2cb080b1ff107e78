public import ExternalTrainers
public import Foundation
public import ResultStore

/// The files of a lab, by their paths from the lab's folder, such as `experiments/cartpole.yaml`.
public struct SpecFiles: Sendable {
  /// The content of a file, `nil` if there is none, or the reason why it cannot be read.
  let read: @Sendable (_ path: String) -> Result<[UInt8]?, ReadFailure>
  /// The states of what external trainers read.
  public let inputStates: InputStates

  /// Why a file that exists cannot be read, in words.
  struct ReadFailure: Error {
    var reason: String
  }

  /// The files in the folder `lab`; a link that leads out of it is not followed.
  ///
  /// - Parameters:
  ///   - lab: The folder.
  ///   - sealed: What the command has read already; nil to read afresh each time.
  public init(lab: URL, sealed: SealedFiles? = nil) {
    let files = NamedFiles(folder: lab.path(percentEncoded: false), sealed: sealed)
    inputStates = InputStates(
      lab: lab.path(percentEncoded: false),
      store: ResultStore(root: lab.appending(path: ".labbook", directoryHint: .isDirectory)))
    read = { path in
      do throws(NamedFiles.Refusal) {
        return .success(try files.content(of: path, atMost: FileSize.mostOfSpec))
      } catch {
        if case .unreadable(let reason) = error { return .failure(.init(reason: reason)) }
        return .failure(.init(reason: "it \(error.words("the lab"))"))
      }
    }
  }

  /// Files that exist in memory only, by their bytes.
  public init(bytes: [String: [UInt8]]) {
    read = { .success(bytes[$0]) }
    inputStates = InputStates()
  }

  /// Files that exist in memory only, by their text.
  public init(_ texts: [String: String]) {
    self.init(bytes: texts.mapValues { Array($0.utf8) })
  }
}

/// Returns `reference`, as written in the file `path`, as a path from the lab's folder.
///
/// - Returns: `nil` if `reference` is absolute or leads out of the lab.
func labPath(of reference: String, in path: String) -> String? {
  guard !reference.isEmpty, !reference.hasPrefix("/") else { return nil }
  var parts = path.split(separator: "/").dropLast()
  for part in reference.split(separator: "/", omittingEmptySubsequences: true) {
    switch part {
    case ".": continue
    case "..":
      guard !parts.isEmpty else { return nil }
      parts.removeLast()
    default: parts.append(part)
    }
  }
  return parts.joined(separator: "/")
}
