import ExperimentRunner
import Foundation
import RecordExchange

extension Lab {
  /// The remote that a person named on the command line.
  ///
  /// - Parameter name: An address, or a folder relative to the current one.
  /// - Throws: The sentence on how to name one; that rclone is not there.
  func rclone(_ name: String?) throws -> Rclone {
    guard let name else {
      throw UnknownName(
        "name the remote: a folder such as /data/records, or an address of rclone such as group:bucket/folder"
      )
    }
    return try Rclone(
      RemoteAddress(name, relativeTo: FileManager.default.currentDirectoryPath))
  }

  /// The path of the file that says whose manifests count.
  var signersFile: String {
    root.appending(path: ManifestSignature.signersFile).path(percentEncoded: false)
  }
}
