import Foundation
import Testing

import MetricFiles

@Suite struct EventFilesTests {
  private func read(_ name: String) throws(MetricFileError) -> MetricHistory {
    try readMetricHistory(.tensorBoard, from: Fixture.path(name), shownAs: name)
  }

  /// Reads one file of these bytes.
  private func read(bytes: [UInt8]) throws -> MetricHistory {
    let folder = FileManager.default.temporaryDirectory.appending(path: "events-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "events.out.tfevents.1.host.1.0")
    try Data(bytes).write(to: file)
    return try readMetricHistory(.tensorBoard, from: file.path, shownAs: "events")
  }

  @Test(
    arguments: [
      ("123456789", 0xE306_9283), ("", 0), (String(repeating: "\0", count: 32), 0x8A91_36AA),
    ] as [(String, UInt32)])
  func `checksums are those of RFC 3720`(text: String, expected: UInt32) {
    #expect(checksum(of: Array(text.utf8)[...]) == expected)
  }

  @Test func `event files hold what the trainer's state holds, in single precision`() throws {
    let events = try read("sft")
    let state = try readMetricHistory(
      .huggingFaceTrainer, from: Fixture.path("sft/trainer_state.json"), shownAs: "state")
    for key in ["loss", "grad_norm", "entropy", "num_tokens"] {
      let expected = try state.points(of: key, over: .step)
      let found = try events.points(of: "train/\(key)", over: .step)
      #expect(found.map(\.x) == expected.map(\.x))
      #expect(found.map(\.y) == expected.map { Double(Float($0.y)) })
    }
    #expect(
      try events.points(of: "eval/loss", over: .step).map(\.x)
        == state.points(of: "eval_loss", over: .step).map(\.x))
    #expect(try events.points(of: "train/loss", over: .tokens).count == 10)
  }

  @Test func `scalars may be tensors, and what is no scalar is passed over`() throws {
    let history = try read("tensors")
    #expect(try history.points(of: "float", over: .step).map(\.y) == [0.5, 1.5, 2.5])
    let third: Double = 1 / 3
    let thirds: [Double] = [third, third + 1, third + 2]
    #expect(try history.points(of: "content", over: .step).map(\.y) == thirds)
    #expect(try history.points(of: "double", over: .step).map(\.y) == [0, 0.1, 0.2])
    #expect(try history.points(of: "whole", over: .step).map(\.y) == [0, -7, -14])
    #expect(try history.points(of: "int32", over: .step).map(\.y) == [0, -1, -2])
    let nan = try history.points(of: "nan", over: .step).map(\.y)
    #expect(nan[0] == .infinity && nan[1].isNaN)
    #expect(!history.keys.contains { ["text", "vector", "histogram"].contains($0) })
    #expect(
      problem { () throws(MetricFileError) in try history.points(of: "vector", over: .step) }
        == "tensors: at byte 40: 'vector' holds no single number, where a number is expected")
  }

  @Test func `a resumed run takes its series on from its checkpoint`() throws {
    let history = try read("resumed")
    #expect(
      try history.byStep("train/loss") == [0: 1, 1: 2, 2: 30, 3: 40, 4: 50])
    #expect(
      try history.points(of: "train/loss", over: .epoch).map(\.x) == [0, 0.125, 0.25, 0.375, 0.5])
    #expect(try history.byStep("eval/loss") == [4: 7])
  }

  @Test func `damage is told by the byte of its record`() throws {
    let name = "sft/events.out.tfevents.1795839241.host.22894.0"
    let bytes = try Fixture.bytes(name)
    let first = 12 + Int(bytes[0]) + 4
    var changed = bytes
    changed[first + 20] ^= 1
    #expect(throws: MetricFileError.self) { try read(bytes: changed) }
    do {
      _ = try read(bytes: changed)
    } catch let error as MetricFileError {
      #expect(
        error.description
          == "events: at byte \(first): the checksum of the record differs; the file is damaged")
    }
    do {
      _ = try read(bytes: Array(bytes.dropLast(3)))
      Issue.record("a file that is cut off was read")
    } catch let error as MetricFileError {
      #expect(error.problem == "the last record is cut off; the trainer was stopped while it wrote")
    }
    #expect(try read(bytes: Array(bytes)).keys.contains("train/loss"))
  }

  @Test func `folders are followed to the one run`() throws {
    #expect(
      problem { () throws(MetricFileError) in try read("") }?
        .hasPrefix(": there are several folders, and one run is read; name one of 'dpo', 'grpo'")
        == true)
    #expect(
      problem { () throws(MetricFileError) in try read("grpo") }
        == "grpo: there are no event files (events.out.tfevents.…)")
  }
}
