internal import CanonicalJSON
internal import ResultStore
internal import Settings

/// The largest sizes of files of metrics.
enum MetricFileSize {
  /// The most bytes of a text file: a number takes some 30, so this is far more than runs log.
  static let mostOfText = 64 << 20
  /// The most bytes of a document of JSON, which is in memory as a whole.
  static let mostOfDocument = 20 << 20
  /// The most bytes of the event files of a folder together, which may hold images and histograms too.
  static let mostOfEvents = 256 << 20
}

/// Reads what a trainer has written down over a run.
///
/// - Parameters:
///   - format: The form of the file.
///   - path: The file; for TensorBoard the folder of event files, or one of them.
///   - shownAs: What messages call it, since a path on this machine has no place in them.
///   - reading: What is known of it before.
/// - Returns: Its series, from the beginning of the run.
/// - Throws: The first fault with its line, or its byte in binary files: no file, one that is cut off, steps that go
///   back, a beginning that is missing, or more than is read of such a file.
package func readMetricHistory(
  _ format: MetricFormat, from path: String, shownAs: String,
  _ reading: MetricReading = MetricReading()
) throws(MetricFileError) -> MetricHistory {
  switch format {
  case .huggingFaceTrainer:
    let bytes = try bytes(of: path, shownAs, atMost: MetricFileSize.mostOfDocument)
    return try readTrainerState(bytes, file: shownAs, reading)
  case .jsonLines: return try readJSONLines(try bytes(of: path, shownAs), file: shownAs, reading)
  case .csv: return try readCommaSeparated(try bytes(of: path, shownAs), file: shownAs, reading)
  case .json:
    let bytes = try bytes(of: path, shownAs, atMost: MetricFileSize.mostOfDocument)
    return try readJSONMetrics(bytes, file: shownAs, reading)
  case .tensorBoard: return try readEventFiles(at: path, shownAs: shownAs, reading)
  }
}

/// The length of the byte order mark that some editors and tools put before a text; 0 where there is none.
func lengthOfByteOrderMark(in bytes: [UInt8]) -> Int {
  bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
}

/// The content of the file at `path`.
func bytes(
  of path: String, _ shownAs: String, atMost limit: Int = MetricFileSize.mostOfText
) throws(MetricFileError) -> [UInt8] {
  do throws(StoreError) {
    if let bytes = try DurableFiles.read(path, atMost: limit) { return bytes }
  } catch {
    guard case .cannot(_, _, let reason) = error else { throw MetricFileError(shownAs, "\(error)") }
    throw MetricFileError(shownAs, "cannot be read: \(reason)")
  }
  throw MetricFileError(
    shownAs, "there is no such file; the trainer has not written it\(others(than: path, shownAs))",
    isOfRequest: true)
}

/// The files that the output folder has in place of one that is not there, for the end of a sentence: first those of the same
/// name in other folders, as in those of checkpoints.
private func others(than path: String, _ shownAs: String) -> String {
  // By bytes: one character may have many of them.
  let (whole, end) = (Array(path.utf8), Array("/\(shownAs)".utf8))
  guard whole.suffix(end.count).elementsEqual(end) else { return "" }
  let found = files(in: String(decoding: whole.dropLast(end.count), as: UTF8.self))
  guard !found.isEmpty else { return ", nor any other file" }
  let name = shownAs.split(separator: "/").last ?? ""
  let alike = found.filter { $0.split(separator: "/").last == name }
  return suggestionsOrNames(for: shownAs, among: alike.isEmpty ? found : Array(alike.prefix(3)))
}

/// Files below a folder by their paths, sorted; the first hundred, two folders deep.
private func files(in root: String) -> [String] {
  var found: [String] = []
  var folders = [(path: "", depth: 0)]
  while let folder = folders.popLast(), found.count < 100 {
    for name in (try? DurableFiles.names(in: root + "/" + folder.path)) ?? [] {
      let path = folder.path.isEmpty ? name : "\(folder.path)/\(name)"
      if !DurableFiles.isFolder("\(root)/\(path)") {
        found.append(path)
      } else if folder.depth < 2 {
        folders.append((path, folder.depth + 1))
      }
    }
  }
  return found.map(CanonicalText.shown).sorted()
}
