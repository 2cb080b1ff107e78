internal import CanonicalJSON
internal import ResultStore

/// Reads the event files of a run, which together are its history.
///
/// They are taken in the order of the seconds in their names. A file is written by one process; where a tag begins in it
/// at a step that an older file has passed, a run was resumed from a checkpoint, and what the older file has of this tag
/// from there on is dropped. The rows are steps, with all that was logged at one of them.
///
/// - Parameters:
///   - path: A folder that holds event files, or one that leads to a single such folder, or an event file.
///   - shownAs: What messages call it.
///   - reading: What is known of it before.
/// - Returns: The history, with the event's step as `step`.
/// - Throws: The first fault, with the byte of its file.
func readEventFiles(
  at path: String, shownAs: String, _ reading: MetricReading = MetricReading()
) throws(MetricFileError) -> MetricHistory {
  var scalars = ScalarSeries()
  var bytesLeft = MetricFileSize.mostOfEvents
  for name in try eventFiles(at: path, shownAs) {
    let shown = name.isEmpty ? shownAs : "\(shownAs)/\(name)"
    let bytes = try bytes(of: name.isEmpty ? path : "\(path)/\(name)", shown, atMost: bytesLeft)
    bytesLeft -= bytes.count
    try scalars.append(EventRecords(bytes: bytes, file: shown))
  }
  var builder = MetricHistoryBuilder(file: shownAs, reading)
  for (step, row) in scalars.rows {
    // A tag of this name would be a number of the trainer's own; the step is the event's.
    let others = row.cells.filter { $0.key != "step" }
    try builder.add([("step", .number(Double(step)))] + others, at: row.place)
  }
  return try builder.finished()
}

/// The scalars of event files, by tag.
private struct ScalarSeries {
  struct Point {
    var step: Int64
    var cell: MetricHistoryBuilder.Cell
    var place: MetricFileError.Place
  }

  struct Row {
    var cells: [(key: String, cell: MetricHistoryBuilder.Cell)] = []
    var place: MetricFileError.Place
  }

  /// The tags in the order of their first appearance.
  private var tags: [String] = []
  private var points: [String: [Point]] = [:]

  /// The values that were logged at each step, in the order of the steps.
  var rows: [(step: Int64, row: Row)] {
    var rows: [Int64: Row] = [:]
    for tag in tags {
      for point in points[tag] ?? [] {
        rows[point.step, default: Row(place: point.place)].cells.append((tag, point.cell))
      }
    }
    return rows.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// Adds what a file holds; a series that begins in it takes the place of an older file's from there on.
  mutating func append(_ file: EventRecords) throws(MetricFileError) {
    var records = file
    var begun: Set<String> = []
    while true {
      let byte = records.position
      guard let record = try records.next() else { return }
      let event: ScalarEvent
      do throws(WireFields.Fault) {
        event = try ScalarEvent(record)
      } catch {
        throw MetricFileError(file.file, at: .byte(error.byte), error.problem)
      }
      guard event.values.isEmpty || (0...1 << 53).contains(event.step) else {
        throw MetricFileError(
          file.file, at: .byte(byte), "the step must lie between 0 and 2^53, found \(event.step)")
      }
      for (tag, cell) in event.values {
        if let first = points.otherForm(of: tag) {
          throw MetricFileError(file.file, at: .byte(byte), MetricHistory.problem(withForms: first))
        }
        if points[tag] == nil {
          guard tags.count < MetricHistoryBuilder.mostKeys else {
            throw MetricFileError(
              file.file, at: .byte(byte),
              "there are more than \(MetricHistoryBuilder.mostKeys) different tags")
          }
          tags.append(tag)
        }
        var series = points.removeValue(forKey: tag) ?? []
        let isFirst = begun.insert(tag).inserted
        while let last = series.last, last.step > event.step || last.step == event.step {
          guard isFirst || last.step == event.step else {
            throw MetricFileError(
              file.file, at: .byte(byte),
              "step \(event.step) of '\(CanonicalText.shown(tag))' follows step \(last.step)")
          }
          series.removeLast()
        }
        series.append(Point(step: event.step, cell: cell, place: .byte(byte)))
        points[tag] = series
      }
    }
  }
}

/// The names of the event files below `path`, the oldest first; one that is empty stands for `path` itself.
private func eventFiles(at path: String, _ shownAs: String) throws(MetricFileError) -> [String] {
  guard DurableFiles.isFolder(path) else { return [""] }
  var folder = ""
  // TensorBoard's writers put a run into `runs/<time>_<host>`.
  for _ in 0..<mostNested {
    let names = try names(in: path + folder, shownAs + folder)
    let files = names.filter(isEventFile)
    if !files.isEmpty {
      guard files.count <= mostFiles else {
        throw MetricFileError(shownAs + folder, "there are more than \(mostFiles) event files")
      }
      return files.sorted(by: precedes).map { String((folder + "/" + $0).dropFirst()) }
    }
    let folders = names.filter { DurableFiles.isFolder("\(path)\(folder)/\($0)") }
    guard folders.count == 1 else {
      throw MetricFileError(
        shownAs + folder,
        folders.isEmpty
          ? "there are no event files (events.out.tfevents.…)"
          : "there are several folders, and one run is read; name one of "
            + folders.sorted().prefix(5).map { "'\(CanonicalText.shown($0))'" }.joined(
              separator: ", "))
    }
    folder += "/" + folders[0]
  }
  throw MetricFileError(shownAs, "there are no event files within \(mostNested) folders")
}

private let mostNested = 4
private let mostFiles = 1000

private func isEventFile(_ name: String) -> Bool {
  name.utf8.starts(with: "events.out.tfevents.".utf8)
}

/// Whether an event file is older than another: by the seconds in its name, then by the name.
private func precedes(_ first: String, _ second: String) -> Bool {
  func seconds(_ name: String) -> Int {
    Int(name.dropFirst("events.out.tfevents.".count).prefix { $0.isNumber }) ?? 0
  }
  let (earlier, later) = (seconds(first), seconds(second))
  return earlier == later ? CanonicalText.precedes(first, second) : earlier < later
}

private func names(in folder: String, _ shownAs: String) throws(MetricFileError) -> [String] {
  do throws(StoreError) {
    return try DurableFiles.names(in: folder)
  } catch {
    throw MetricFileError(shownAs, "cannot be read: \(error)")
  }
}
