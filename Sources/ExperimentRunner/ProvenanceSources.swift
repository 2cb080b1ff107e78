internal import ExternalTrainers
internal import Foundation
internal import Glibc
internal import ResultStore

extension RunExecutor {
  /// The provenance of runs as far as the parent knows it; workers add the rest.
  var provenance: Provenance {
    Provenance(
      machine: ProvenanceSources.processor, instructionSet: "", versions: [:],
      executable: ProvenanceSources.executableDigest,
      gitCommit: lab.flatMap { GitCheckout(holding: $0)?.description }, command: command, start: "",
      duration: 0)
  }
}

/// The sources of facts about machine and program.
public enum ProvenanceSources {
  /// The processor's model name as the kernel gives it.
  public static var processor: String {
    let text = (try? DurableFiles.read("/proc/cpuinfo")).flatMap { $0 } ?? []
    for line in String(decoding: text, as: UTF8.self).split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1)
      if parts.count == 2, parts[0].hasPrefix("model name") {
        return String(parts[1].drop(while: \.isWhitespace))
      }
    }
    return "unknown"
  }

  /// The compiler that this program was built with; there is no exact version to ask for.
  public static var compiler: String {
    #if compiler(>=6.4)
      "6.4 or later"
    #elseif compiler(>=6.3)
      "6.3"
    #else
      "6.2"
    #endif
  }

  /// The SHA-256 of the running program's file: two records of one program have the same.
  public static let executableDigest: String = {
    let file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return "unknown" }
    defer { close(file) }
    return Digest.hex(ofFile: file) ?? "unknown"
  }()
}
