/// The named streams of one replicate: every draw of a run comes from one of them.
///
/// A stream is named by what the randomness is *about* (the task, the replicate seed, the purpose,
/// indices) and not by who asks. Two arms of an experiment with the same seed therefore see the same
/// resets, prompts and initial weights (common random numbers), and their comparison is paired.
public struct RandomStreams: Sendable {
  /// The keys of the purposes, in the order of the cases.
  private let keys: [UInt64]

  /// Creates the streams of a task and a replicate.
  ///
  /// - Parameters:
  ///   - identity: The environment's or task's settings as canonical text, without revision, network
  ///     or budget.
  ///   - replicateSeed: The seed of the replicate.
  public init(identity: String, replicateSeed: Int) {
    var key = StreamKey()
    key.absorb(identity)
    key.absorb(replicateSeed)
    keys = StreamPurpose.allCases.map { purpose in
      var key = key
      key.absorb(purpose.rawValue)
      return key.value
    }
  }

  /// Returns the stream of a purpose and up to three indices, at its beginning.
  ///
  /// Streams of one purpose with different indices share no block of the generator, whatever is drawn.
  ///
  /// - Precondition: Each index is in 0..<2³².
  public func generator(
    for purpose: StreamPurpose, _ first: Int = 0, _ second: Int = 0, _ third: Int = 0
  ) -> SeededGenerator {
    guard let first = UInt32(exactly: first), let second = UInt32(exactly: second),
      let third = UInt32(exactly: third)
    else {
      preconditionFailure("stream indices are in 0..<2^32, got \(first), \(second), \(third)")
    }
    return SeededGenerator(key: key(of: purpose), indices: SIMD3(first, second, third))
  }

  /// Returns the stream of a purpose and a name, such as a parameter's, at its beginning.
  public func generator(for purpose: StreamPurpose, named name: String) -> SeededGenerator {
    var key = StreamKey(continuing: key(of: purpose))
    key.absorb(name)
    return SeededGenerator(key: key.value)
  }

  private func key(of purpose: StreamPurpose) -> UInt64 {
    switch purpose {
    case .start: keys[0]
    case .actions: keys[1]
    case .initialisation: keys[2]
    case .minibatchOrder: keys[3]
    case .evaluation: keys[4]
    case .taskGeneration: keys[5]
    case .bootstrap: keys[6]
    case .audit: keys[7]
    }
  }
}
