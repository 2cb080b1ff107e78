internal import Foundation
internal import Glibc
internal import ResultStore

/// The NVIDIA GPUs of this machine, as the kernel lists them.
package enum GPUs {
  /// The devices that runs may be given, as `CUDA_VISIBLE_DEVICES` names them: those that labbook itself may see.
  package static var devices: [String] {
    if let visible = ProcessInfo.processInfo.environment["CUDA_VISIBLE_DEVICES"] {
      return visible.split(separator: ",").map { $0.filter { !$0.isWhitespace } }
        .filter { !$0.isEmpty && $0 != "-1" }
    }
    let count = ((try? DurableFiles.names(in: "/dev")) ?? []).count { name in
      name.hasPrefix("nvidia") && Int(name.dropFirst("nvidia".count)) != nil
    }
    return (0..<count).map { "\($0)" }
  }

  /// Model and driver, for the provenance; nothing where there is no GPU.
  package static var versions: [String: String] {
    var versions: [String: String] = [:]
    let folder = "/proc/driver/nvidia"
    var models: [String] = []
    for name in (try? DurableFiles.names(in: "\(folder)/gpus")) ?? [] {
      for line in lines(of: "\(folder)/gpus/\(name)/information") where line.hasPrefix("Model:") {
        models.append(String(line.dropFirst("Model:".count).drop(while: \.isWhitespace)))
      }
    }
    if !models.isEmpty { versions["gpu"] = models.joined(separator: ", ") }
    versions["gpu_driver"] = lines(of: "\(folder)/version").first.map(String.init)
    return versions
  }

  private static func lines(of path: String) -> [Substring] {
    let bytes = ((try? DurableFiles.read(path, atMost: 1 << 16)) ?? nil) ?? []
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
  }
}
