import ExperimentRunner
import ExperimentSpec
import Foundation
import RecordExchange
import ResultStore
import Settings

extension Lab {
  /// The remote that a person named: one of `labbook.yaml`, a folder, or an address of rclone.
  ///
  /// - Parameter name: The name, the address, or a folder relative to the current one; nil for the only remote of
  ///   `labbook.yaml`.
  /// - Returns: The remote.
  /// - Throws: ``UnknownName`` if it stands for nothing; that rclone is not there.
  func rclone(_ name: String?) throws -> Rclone {
    let address = try address(of: name, in: settings().remotes)
    // What is pushed would lie among what labbook reads there as its own.
    let place = URL(filePath: address.address).resolvingSymlinksInPath().path
    for folder in [store.root, experiments, reports] {
      let own = folder.resolvingSymlinksInPath().path
      guard place != own, !place.hasPrefix(own + "/") else {
        throw RemoteError("\(address) is in this lab's own \(own); name a folder beside it")
      }
    }
    return try Rclone(address)
  }

  private func address(of name: String?, in remotes: [String: String]) throws -> RemoteAddress {
    let names = remotes.keys.sorted()
    guard let name = name ?? (names.count == 1 ? names[0] : nil) else {
      throw UnknownName(
        names.isEmpty
          ? "name the remote: a folder such as /data/records, an address of rclone such as group:bucket/folder, or one "
            + "under 'remotes:' of \(LabSettings.file)"
          : "name one of the remotes of \(LabSettings.file): \(names.joined(separator: ", "))")
    }
    if let address = remotes[name] {
      return try RemoteAddress(ofLab: address, relativeTo: root.path(percentEncoded: false))
    }
    // A mistyped name must not make a folder.
    guard name.contains(where: { $0 == "/" || $0 == ":" }) else {
      throw UnknownName(
        "there is no remote '\(name)' in \(LabSettings.file)"
          + suggestionsOrNames(for: name, among: names) + "; a folder is written ./\(name)")
    }
    return try RemoteAddress(name, relativeTo: FileManager.default.currentDirectoryPath)
  }

  /// The path of the file that says whose manifests count.
  var signersFile: String {
    root.appending(path: ManifestSignature.signersFile).path(percentEncoded: false)
  }
}
