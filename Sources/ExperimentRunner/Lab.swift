public import ExperimentSpec
public import Foundation
public import ResultStore
internal import Settings

/// The folder that labbook works in: its experiments, reports and store.
public struct Lab: Hashable, Sendable {
  /// The folder, by its absolute path.
  public let root: URL
  /// The files of the lab that this command has read.
  public let sealed = SealedFiles()

  /// The lab in the folder `root`.
  init(root: URL) {
    self.root = root.absoluteURL.standardizedFileURL
    storeFolder = self.root.appending(path: ".labbook", directoryHint: .isDirectory)
  }

  /// The folder of specs.
  public var experiments: URL { root.appending(path: "experiments", directoryHint: .isDirectory) }

  /// The folder of weeks.
  public var reports: URL { root.appending(path: "reports", directoryHint: .isDirectory) }

  /// The folder of records.
  private var storeFolder: URL

  /// The records.
  public var store: ResultStore { ResultStore(root: storeFolder) }

  /// Takes the folder of records that `labbook.yaml` names, if it names one.
  ///
  /// - Throws: Everything that is wrong with the file.
  public mutating func useStoreOfSettings() throws(SpecError) {
    guard let folder = try settings().store else { return }
    let isAbsolute = folder.utf8.first == UInt8(ascii: "/")
    storeFolder =
      (isAbsolute
      ? URL(filePath: folder, directoryHint: .isDirectory)
      : root.appending(path: folder, directoryHint: .isDirectory)).standardizedFileURL
  }

  /// The settings in `labbook.yaml`.
  ///
  /// - Throws: Everything that is wrong with the file.
  public func settings() throws(SpecError) -> LabSettings {
    try loadLabSettings(in: SpecFiles(lab: root, sealed: sealed))
  }

  /// Checks that the store's folder is one, before anything is written to it.
  ///
  /// A store elsewhere, such as on a larger disk, is fine, be it by a link or by `labbook.yaml`; a folder with other
  /// things in it could be a stranger's way to have them touched.
  ///
  /// - Throws: ``LabError/foreignStore(_:isLink:)`` if a link or the settings lead to something that is no store.
  public func checkStore() throws(LabError) {
    let path = storeFolder.path
    let link = try? FileManager.default.destinationOfSymbolicLink(atPath: path)
    let isOwn = storeFolder.path == root.appending(path: ".labbook").path
    if isOwn, link == nil { return }
    let real = storeFolder.resolvingSymlinksInPath().path
    for folder in [experiments, reports] {
      let taken = folder.resolvingSymlinksInPath().path
      guard real != taken, !real.hasPrefix(taken + "/") else {
        throw .foreignStore(link ?? path, isLink: isOwn)
      }
    }
    let isThere = FileManager.default.fileExists(atPath: path)
    // A folder that is not there is made with the first record; a link to nothing is a mistake.
    if !isThere, link == nil { return }
    let names = try? FileManager.default.contentsOfDirectory(atPath: path)
    guard let names, ResultStore.isStore(withNames: names) else {
      throw .foreignStore(link ?? path, isLink: isOwn)
    }
  }

  /// Checks that the folders of specs and reports can be listed, where they are there: what cannot be looked for must not
  /// be taken for nothing.
  ///
  /// - Throws: The reason why one of them cannot be listed.
  public func checkFolders() throws(StoreError) {
    for folder in [experiments, reports] { _ = try DurableFiles.names(in: folder.path) }
  }

  /// The file that marks a lab that does not have both folders yet.
  static let marker = LabSettings.file

  /// Finds the lab that holds a folder: the nearest one upward that has `experiments/` and
  /// `reports/`, or a `labbook.yaml`.
  ///
  /// - Throws: ``LabError/none(from:)`` if no folder up to the root is a lab.
  public static func find(from folder: URL) throws(LabError) -> Lab {
    let start = folder.absoluteURL.standardizedFileURL
    var candidate = start
    while true {
      if isLab(candidate) { return Lab(root: candidate) }
      let parent = candidate.deletingLastPathComponent().standardizedFileURL
      guard parent.path != candidate.path else { throw .none(from: start.path) }
      candidate = parent
    }
  }

  /// The lab in the folder that a person named.
  ///
  /// - Throws: ``LabError/notALab(_:)`` if it has neither the two folders nor the marker.
  public static func at(_ folder: URL) throws(LabError) -> Lab {
    guard isLab(folder) else { throw .notALab(folder.path) }
    return Lab(root: folder)
  }

  private static func isLab(_ folder: URL) -> Bool {
    func isFolder(_ name: String) -> Bool {
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(
        atPath: folder.appending(path: name).path, isDirectory: &isFolder) && isFolder.boolValue
    }
    return isFolder("experiments") && isFolder("reports")
      || FileManager.default.fileExists(atPath: folder.appending(path: marker).path)
  }
}

/// The reason why there is no lab.
public enum LabError: Error, Hashable, Sendable {
  case none(from: String)
  case notALab(String)
  /// The store is this place, by a link or by the settings, which is no store.
  case foreignStore(String, isLink: Bool)
}

extension LabError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .none(let start):
      "no lab holds \(shownName(start)): no folder upward has experiments/ and reports/, or a \(Lab.marker); "
        + "make the two folders, or name a lab with --lab"
    case .foreignStore(let place, isLink: false):
      "\(Lab.marker) names \(shownName(place)) as the store, which is no folder, is for other things or holds them; name a store, "
        + "an empty folder, or one that is not there yet"
    case .foreignStore(let place, isLink: true):
      "the store .labbook is a link to \(shownName(place)), which is no store of labbook's; remove the link, or let it "
        + "lead to a store or an empty folder"
    case .notALab(let folder):
      "\(shownName(folder)) is not a lab: it has neither experiments/ and reports/ nor a \(Lab.marker)"
    }
  }
}
