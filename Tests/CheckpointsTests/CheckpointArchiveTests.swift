import Checkpoints
import Testing

/// What one walk writes the same walk reads, and no other.
@Suite struct CheckpointArchiveTests {
  /// A state with a field of every kind.
  private struct State: Equatable {
    var count = 3
    var bits = UInt64.max
    var share = -0.0
    var isDone = true
    var name = "größer als 0"
    var steps = [Int.min, 0, Int.max]
    var values = [Double.nan, .infinity, .leastNonzeroMagnitude]
    var weights: [Float] = [1, -.zero, .leastNonzeroMagnitude]
    var tokens: [Int32] = [-1, 70_000]
    var digests: [UInt32] = [0, .max]
    var flags = [true, false]
    var texts = ["", "a\nb"]
    var latest: Double? = 2.5
    var none: Double?
    var sound: [Float]? = [4]
    var lost: [Float]?
    var byName = ["b": 1.0, "a": 2.0]

    mutating func passState(through archive: inout CheckpointArchive) throws(CheckpointProblem) {
      try archive.pass("count", &count, in: Int.min...Int.max)
      try archive.pass("bits", bits: &bits)
      try archive.pass("share", &share)
      try archive.pass("is_done", &isDone)
      try archive.pass("name", &name)
      try archive.pass("steps", &steps, in: Int.min...Int.max)
      try archive.pass("values", &values, in: nil)
      try archive.pass("weights", &weights)
      try archive.pass("tokens", &tokens, in: -1...70_000)
      try archive.pass("digests", &digests)
      try archive.pass("flags", &flags)
      try archive.pass("texts", &texts)
      try archive.pass("latest", &latest)
      try archive.pass("none", &none)
      try archive.pass("sound", &sound)
      try archive.pass("lost", &lost)
      try archive.pass("by_name", &byName)
    }

    static let empty = State(
      count: 0, bits: 0, share: 1, isDone: false, name: "x", steps: [], values: [], weights: [],
      tokens: [], digests: [], flags: [], texts: ["1", "2", "3"], latest: nil, none: 1, sound: nil,
      lost: [1], byName: [:])
  }

  private func written(_ state: State = State()) throws -> [UInt8] {
    var state = state
    var archive = CheckpointArchive()
    try state.passState(through: &archive)
    return archive.bytes
  }

  private func read(_ bytes: [UInt8]) throws(CheckpointProblem) -> State {
    var state = State.empty
    var archive = CheckpointArchive(reading: bytes)
    try state.passState(through: &archive)
    try archive.finish()
    return state
  }

  @Test func `what is written is read bit for bit`() throws {
    let bytes = try written()
    let state = try read(bytes)
    #expect(try written(state) == bytes)
    #expect(state.values[0].bitPattern == Double.nan.bitPattern)
    #expect(state.share.sign == .minus)
    #expect(state.texts == ["", "a\nb"] && state.byName == ["b": 1, "a": 2])
    #expect(state.none == nil && state.lost == nil && state.sound == [4])
    #expect(try written(.empty) != bytes)
  }

  @Test func `a state that is cut off anywhere is refused`() throws {
    let bytes = try written()
    for count in bytes.indices {
      #expect(throws: CheckpointProblem.self) { try read(Array(bytes.prefix(count))) }
    }
    #expect(throws: CheckpointProblem("it holds 1 bytes that nothing reads")) {
      try read(bytes + [0])
    }
  }

  @Test func `no flipped bit makes the reader fail by anything but a problem`() throws {
    let bytes = try written()
    var refused = 0
    for index in bytes.indices {
      for bit in 0..<8 {
        var damaged = bytes
        damaged[index] ^= 1 << UInt8(bit)
        do { _ = try read(damaged) } catch { refused += 1 }
      }
    }
    // Names, kinds and counts are told; the bits of elements are left to the digest of the file.
    #expect(refused > bytes.count)
  }

  @Test func `a field with another name, kind or size is refused by name`() throws {
    var archive = CheckpointArchive()
    var number = 1
    try archive.pass("steps", &number, in: 0...1)
    func problem(_ body: (inout CheckpointArchive) throws(CheckpointProblem) -> Void) -> String {
      var reader = CheckpointArchive(reading: archive.bytes)
      do { try body(&reader) } catch { return "\(error)" }
      return "none"
    }
    var other = 0.0
    var pair = [0, 0]
    #expect(
      problem { reader throws(CheckpointProblem) in try reader.pass("updates", &number, in: 0...1) }
        == "it holds the field steps where updates is expected")
    #expect(
      problem { reader throws(CheckpointProblem) in try reader.pass("steps", &other) }
        == "it holds the field steps where steps is expected")
    #expect(
      problem { reader throws(CheckpointProblem) in
        try reader.pass("steps", &pair, in: 0...1, count: 2)
      }
        == "its field steps has 1 elements, expected 2")
    #expect(
      problem { reader throws(CheckpointProblem) in try reader.pass("steps", &number, in: 1...1) }
        == "none")
  }

  @Test func `a number out of its range is refused by name, number and range`() throws {
    func problem<Value>(
      _ value: Value,
      _ write: (inout CheckpointArchive, inout Value) throws(CheckpointProblem) -> Void,
      _ read: (inout CheckpointArchive, inout Value) throws(CheckpointProblem) -> Void
    ) throws -> String {
      var value = value
      var archive = CheckpointArchive()
      try write(&archive, &value)
      var reader = CheckpointArchive(reading: archive.bytes)
      do { try read(&reader, &value) } catch { return "\(error)" }
      return "none"
    }
    func passInteger(
      _ range: ClosedRange<Int>
    ) -> (inout CheckpointArchive, inout Int) throws(CheckpointProblem) -> Void {
      { archive, value throws(CheckpointProblem) in try archive.pass("used", &value, in: range) }
    }
    let all = passInteger(Int.min...Int.max)
    #expect(
      try problem(-1, all, passInteger(0...9)) == "its field used is -1, expected 0 to 9")
    #expect(try problem(9, all, passInteger(0...9)) == "none")
    // What is written is not asked: a state is not refused while its run is under way.
    #expect(try problem(10, passInteger(0...9), all) == "none")
    func passNumbers(
      _ range: ClosedRange<Double>?
    ) -> (inout CheckpointArchive, inout [Double]) throws(CheckpointProblem) -> Void {
      { archive, value throws(CheckpointProblem) in try archive.pass("mean", &value, in: range) }
    }
    for value in [Double.nan, .infinity, -.infinity, 1e301] {
      #expect(
        try problem([0, value], passNumbers(nil), passNumbers(CheckpointArchive.finite))
          == "its field mean is \(value), expected -1e+300 to 1e+300")
    }
    #expect(
      try problem(
        [Float.nan],
        { archive, value throws(CheckpointProblem) in try archive.pass("w", &value, in: nil) },
        { archive, value throws(CheckpointProblem) in try archive.pass("w", &value) }
      ).hasPrefix("its field w is nan, expected "))
    #expect(
      try problem(
        false, { archive, value throws(CheckpointProblem) in try archive.pass("x", &value) },
        { archive, _ throws(CheckpointProblem) in try archive.pass("x", known: true) })
        == "its field x is false, expected true")
  }
}
