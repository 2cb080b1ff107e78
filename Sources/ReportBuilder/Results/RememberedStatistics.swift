public import ResultStore
internal import Statistics

/// Executes `body` with statistics that are remembered by the digests of what they were computed from.
///
/// - Parameters:
///   - answers: What is remembered; nil to compute everything.
///   - body: Builds a report, or compares two.
/// - Returns: What `body` returns: the same with and without.
/// - Throws: What `body` throws.
public func remembering<Value, Failure: Error>(
  _ answers: RememberedAnswers?, _ body: () throws(Failure) -> Value
) throws(Failure) -> Value {
  let result: Result<Value, Failure> = ReportStatistics.$remembered.withValue(answers) {
    do throws(Failure) { return .success(try body()) } catch { return .failure(error) }
  }
  return try result.get()
}

extension ReportStatistics {
  /// The statistics that are remembered while a report is built; nil to compute everything.
  ///
  /// It stands beside the calls rather than in them: what is remembered changes no number, and every table, figure and
  /// claim compares.
  @TaskLocal static var remembered: RememberedAnswers?

  /// The comparison of two arms, with what is remembered of its interval and test.
  ///
  /// - Parameters:
  ///   - first: The values of the first arm.
  ///   - second: The values of the second on the same seeds.
  ///   - names: What names the generator of the statistic.
  /// - Returns: The comparison, to the bit as it is computed.
  static func comparison(
    _ first: [Double], _ second: [Double], names: [String]
  ) -> PairedComparison {
    let generator = generator(names)
    guard let remembered, first.count >= leastSeeds else {
      var generator = generator
      return PairedComparison(first, second, using: &generator)
    }
    var fresh: PairedComparison?
    let words = remembered.answer(question(first, second, names)) {
      var generator = generator
      let comparison = PairedComparison(first, second, using: &generator)
      fresh = comparison
      let interval = comparison.interval
      return (
        (interval?.lower ?? .nan).bitPattern, (interval?.upper ?? .nan).bitPattern,
        (comparison.pValue ?? .nan).bitPattern
      )
    }
    if let fresh { return fresh }
    let numbers = [words.0, words.1, words.2].map(Double.init(bitPattern:))
    guard numbers.allSatisfy({ !$0.isNaN }) else {
      var generator = generator
      return PairedComparison(first, second, using: &generator)
    }
    return PairedComparison(
      first, second,
      known: (ConfidenceInterval(lower: numbers[0], upper: numbers[1]), numbers[2]),
      generator: generator)
  }

  /// All that a comparison follows from; only beyond some pairs it draws from the generator that the names name.
  private static func question(
    _ first: [Double], _ second: [Double], _ names: [String]
  ) -> [UInt8] {
    let isDrawn = first.count > SignFlipTest.mostEnumeratedPairs
    var question = Array("paired comparison\n".utf8)
    for name in isDrawn ? names : [] {
      question += "\(name.utf8.count) ".utf8
      question += name.utf8
    }
    for value in first + second {
      withUnsafeBytes(of: value.bitPattern.littleEndian) { question += $0 }
    }
    return question
  }
}
