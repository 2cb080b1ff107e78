import Objectives
import TestSupport
import Testing

@Suite struct OverlongPenaltyTests {
  @Test func `the penalty grows from the beginning of the buffer to the longest length`() {
    let penalties = [0, 5, 6, 7, 8, 9, 10, 11].map {
      overlongPenalty(length: $0, longest: 10, buffer: 4)
    }
    #expect(penalties == [0, 0, 0, 0.25, 0.5, 0.75, 1, 1])
  }

  @Test
  func `without a buffer there is no penalty, and with the whole length it is the share of it`() {
    #expect(overlongPenalty(length: 10, longest: 10, buffer: 0) == 0)
    for length in 0...8 {
      #expect(overlongPenalty(length: length, longest: 8, buffer: 8) == Double(length) / 8)
    }
  }

  @Test func `it is TRL's soft overlong punishment`() throws {
    let peers = try PeerValues()
    let lengths = try peers.lengths()
    let buffer = Int(try peers.constant("overlongBuffer"))
    let penalties = lengths.map {
      -overlongPenalty(length: $0, longest: lengths.max() ?? 0, buffer: buffer)
    }
    expectClose(penalties, try peers("trl", "overlong"), tolerance: 1e-15)
  }
}
