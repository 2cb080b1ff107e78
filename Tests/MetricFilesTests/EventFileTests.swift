import Foundation
import Testing

import MetricFiles

/// What is written for TensorBoard, read back by the reader of what trainers write for it.
@Suite struct EventFileTests {
  private func read(_ file: EventFile) throws -> MetricHistory {
    let folder = FileManager.default.temporaryDirectory.appending(path: "written-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data(file.bytes).write(to: folder.appending(path: "events.out.tfevents.0.labbook"))
    return try readMetricHistory(.tensorBoard, from: folder.path, shownAs: "written")
  }

  @Test func `numbers are read back in single precision, with their steps`() throws {
    let third: Double = 1 / 3
    let values = [
      0, -0.0, third, -third, 1e300, .leastNonzeroMagnitude, .infinity, -.infinity, .nan,
      Double.greatestFiniteMagnitude,
    ]
    let steps = [0, 1, 127, 128, 300, 16_384, 1 << 20, 1 << 31, 1 << 40, 1 << 53]
    var file = EventFile()
    for (step, value) in zip(steps, values) {
      file.append([("evaluation_return", value), ("loss/é", -value)], at: step)
    }
    let history = try read(file)
    for (tag, sign) in [("evaluation_return", 1.0), ("loss/é", -1.0)] {
      let points = try history.points(of: tag, over: .step)
      #expect(points.map(\.x) == steps.map(Double.init))
      for (point, value) in zip(points, values) {
        #expect(
          point.y.bitPattern == Double(Float(sign * value)).bitPattern
            || (point.y.isNaN && value.isNaN),
          "\(tag): \(point.y) for \(sign * value)")
      }
    }
  }

  @Test func `a long tag and a tag of one step alone are read back`() throws {
    let long = String(repeating: "a", count: 900)
    var file = EventFile()
    file.append([(long, 1.5)], at: 7)
    file.append([], at: 8)
    file.append([("other", 2.5)], at: 9)
    let history = try read(file)
    #expect(try history.points(of: long, over: .step).map(\.x) == [7])
    #expect(try history.points(of: "other", over: .step).map(\.y) == [2.5])
  }

  @Test func `a file begins with its version, and each byte that changes is noticed`() throws {
    var file = EventFile()
    file.append([("loss", 0.5)], at: 1)
    let text = String(decoding: file.bytes.prefix(40), as: UTF8.self)
    #expect(text.contains("brain.Event:2"))
    for place in file.bytes.indices {
      var bytes = file.bytes
      bytes[place] ^= 1
      var records = EventRecords(bytes: bytes, file: "changed")
      #expect(throws: MetricFileError.self, "byte \(place)") {
        while try records.next() != nil {}
      }
    }
  }
}
