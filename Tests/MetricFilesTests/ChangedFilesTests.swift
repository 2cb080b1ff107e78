import Foundation
import TestSupport
import Testing

import MetricFiles

/// Files of metrics come from anywhere: whatever they hold, a reader returns or says one sentence.
@Suite struct ChangedFilesTests {
  private static let samples: [(MetricFormat, String)] = [
    (.huggingFaceTrainer, "rloo/trainer_state.json"), (.jsonLines, "verl.jsonl"),
    (.json, "rloo/trainer_state.json"), (.csv, "verl.jsonl"),
    (.tensorBoard, "tensors/events.out.tfevents.1000000000.host.1.0"),
  ]

  @Test(arguments: MetricFormat.allCases)
  func `changed files are read or refused in one sentence`(format: MetricFormat) throws {
    let name = try #require(Self.samples.first { $0.0 == format }).1
    let whole = try Fixture.bytes(name)
    var random = RandomValues(state: 14)
    for _ in 0..<200 {
      let bytes = changed(whole, using: &random)
      let message = problem { () throws(MetricFileError) in
        _ = try read(format, bytes)
      }
      if let message {
        #expect(message.hasPrefix("file"))
        #expect(!message.contains("\n") && message.utf8.count < 2000)
      }
    }
  }

  @Test func `no beginning of a binary file is taken for the whole`() throws {
    let whole = try Fixture.bytes("tensors/events.out.tfevents.1000000000.host.1.0")
    var ends: Set<Int> = []
    var records = EventRecords(bytes: whole, file: "file")
    while try records.next() != nil { ends.insert(records.position) }
    for count in 1..<whole.count {
      let isCut = problem { () throws(MetricFileError) in
        var records = EventRecords(bytes: Array(whole[..<count]), file: "file")
        while try records.next() != nil {}
      }
      #expect((isCut == nil) == ends.contains(count))
    }
  }

  @Test func `messages that the checksums let through are read strictly`() throws {
    let whole = try Fixture.bytes("tensors/events.out.tfevents.1000000000.host.1.0")
    var records = EventRecords(bytes: whole, file: "file")
    _ = try records.next()
    let event = Array(try #require(try records.next()))
    var random = RandomValues(state: 3)
    var refused = 0
    for _ in 0..<500 {
      do {
        _ = try ScalarEvent(changed(event, using: &random)[...])
      } catch {
        refused += 1
      }
    }
    #expect(refused > 100)
    #expect(try ScalarEvent(event[...]).values.count == 8)
  }

  private func read(_ format: MetricFormat, _ bytes: [UInt8]) throws(MetricFileError) {
    switch format {
    case .huggingFaceTrainer: _ = try readTrainerState(bytes, file: "file")
    case .jsonLines: _ = try readJSONLines(bytes, file: "file")
    case .csv: _ = try readCommaSeparated(bytes, file: "file")
    case .json: _ = try readJSONMetrics(bytes, file: "file")
    case .tensorBoard:
      var records = EventRecords(bytes: bytes, file: "file")
      while try records.next() != nil {}
    }
  }

  /// Flips, removes, repeats or replaces a few bytes, or cuts the end off.
  private func changed(_ whole: [UInt8], using random: inout RandomValues) -> [UInt8] {
    var bytes = whole
    let pieces = ["\"", "\n", ",", "{", "}", "[", "NaN", "1e999", "-", "\u{0}", "\\", "step"]
    for _ in 0..<(1 + random.index(below: 3)) where !bytes.isEmpty {
      let place = random.index(below: bytes.count)
      switch random.index(below: 5) {
      case 0: bytes[place] ^= UInt8(1 << random.index(below: 8))
      case 1: bytes.removeSubrange(place..<min(place + 1 + random.index(below: 8), bytes.count))
      case 2: bytes.insert(contentsOf: pieces[random.index(below: pieces.count)].utf8, at: place)
      case 3: bytes.removeLast(bytes.count - place)
      default: bytes.insert(contentsOf: bytes[place..<min(place + 20, bytes.count)], at: place)
      }
    }
    return bytes
  }
}
