internal import CanonicalJSON

/// The steps of the optimizer in one execution of a run, finer than its record tells them.
///
/// It stands beside the records and is part of none, so it changes no digest. Where a trace of the execution that made
/// a record is kept, the first tensor at which another execution parts from it can be named.
public struct ExecutionTrace: Equatable, Sendable {
  /// The names of the parameter tensors in the order of their declaration; empty where single tensors were not noted.
  public let tensors: [String]
  /// The used part of the budget at each step of the optimizer.
  public let steps: [Int]
  /// A digest of each tensor after each step of the optimizer, step by step in the order of ``tensors``.
  let digests: [UInt32]

  /// Creates a trace.
  ///
  /// - Precondition: There is a digest for each tensor at each step of the optimizer.
  public init(tensors: [String], steps: [Int], digests: [UInt32]) {
    precondition(
      digests.count == tensors.count * steps.count,
      "\(digests.count) digests for \(tensors.count) tensors at \(steps.count) updates")
    self.tensors = tensors
    self.steps = steps
    self.digests = digests
  }

  /// The first tensor that two executions do not have alike after a step of the optimizer.
  ///
  /// - Parameters:
  ///   - other: The trace of the other execution.
  ///   - update: The step of the optimizer, counted from 1.
  /// - Returns: The tensor's name; `nil` if the traces do not tell.
  public func firstTensor(differingFrom other: Self, atUpdate update: Int) -> String? {
    guard tensors == other.tensors, update <= steps.count, update <= other.steps.count else {
      return nil
    }
    let first = (update - 1) * tensors.count
    return tensors.indices.first { digests[first + $0] != other.digests[first + $0] }
      .map { tensors[$0] }
  }
}

/// The file of a trace: a line that names the format, a line of JSON, numbers of eight and four bytes with the lowest
/// first, and the digest of all that in hexadecimal digits.
extension ExecutionTrace {
  private static let format = "labbook trace 1\n"

  /// The bytes of the trace of the execution that gave the record with `digest` for the run `key`.
  package func bytes(of key: RunKey, record digest: String) -> [UInt8] {
    let head = JSONValue.object([
      .init("key", .string(key.hex)), .init("record", .string(digest)),
      .init("updates", .integer(steps.count)),
      .init("tensors", .array(tensors.map(JSONValue.string))),
    ])
    var bytes = Array((Self.format + head.compactText + "\n").utf8)
    bytes.reserveCapacity(bytes.count + 8 * steps.count + 4 * digests.count + 64)
    let halves = steps.flatMap {
      [UInt32(truncatingIfNeeded: $0), UInt32(truncatingIfNeeded: $0 >> 32)]
    }
    bytes += UpdatesFile.bytes(of: halves + digests)
    return bytes + Array(Digest.hex(of: bytes).utf8)
  }

  /// Reads the trace of one execution; `nil` if the bytes are not as they were written.
  init?(bytes: [UInt8], of key: RunKey, record digest: String) {
    let body = Array(bytes.dropLast(64))
    guard bytes.suffix(64).elementsEqual(Digest.hex(of: body).utf8),
      body.starts(with: Self.format.utf8),
      let end = body[Self.format.utf8.count...].firstIndex(of: UInt8(ascii: "\n")),
      let head = try? JSONValue(bytes: Array(body[Self.format.utf8.count..<end])),
      head["key"]?.string == key.hex, head["record"]?.string == digest,
      let count = head["updates"]?.integer,
      let names = head["tensors"]?.elements?.map(\.string), !names.contains(nil),
      let numbers = UpdatesFile.updates(in: Array(body[(end + 1)...])),
      // Compared by division: the numbers of a made-up file may be of any size.
      (0...numbers.count / 2).contains(count),
      count == 0
        ? numbers.isEmpty
        : (numbers.count - 2 * count).isMultiple(of: count)
          && (numbers.count - 2 * count) / count == names.count
    else { return nil }
    let steps = (0..<count).map { index in
      Int(numbers[2 * index]) | Int(truncatingIfNeeded: UInt64(numbers[2 * index + 1]) << 32)
    }
    self.init(
      tensors: names.compactMap(\.self), steps: steps, digests: Array(numbers[(2 * count)...]))
  }
}

extension ResultStore {
  /// Keeps the trace of an execution: the file at `source`, which ``ExecutionTrace/bytes(of:record:)`` made.
  ///
  /// - Parameters:
  ///   - source: The file's path; a file that is not there is no trace.
  ///   - key: The run.
  ///   - digest: The digest of the record that the execution gave.
  /// - Throws: If the file cannot be read or written.
  package func keepTrace(
    at source: String, of key: RunKey, record digest: String
  ) throws(StoreError) {
    guard let bytes = try DurableFiles.read(source) else { return }
    let path = tracePath(of: key, record: digest)
    try DurableFiles.createFolder(DurableFiles.parent(of: path))
    try replaceFile(path, bytes)
  }

  /// The trace of the execution that gave the record with `digest` for a run; `nil` if none is kept, or if it is
  /// not as it was written.
  public func trace(of key: RunKey, record digest: String) throws(StoreError) -> ExecutionTrace? {
    guard let bytes = try DurableFiles.read(tracePath(of: key, record: digest)) else { return nil }
    return ExecutionTrace(bytes: bytes, of: key, record: digest)
  }

  private func tracePath(of key: RunKey, record digest: String) -> String {
    "\(path)/traces/\(key.hex)/\(digest).trace"
  }
}
