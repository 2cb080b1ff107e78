internal import Statistics

extension ConfidenceInterval {
  /// Returns the part of the interval in which the quantity can lie: what tables, values and figures show.
  ///
  /// An interval that is corrected for skewness may reach beyond the range of a metric, such as 500.6 of 500;
  /// nothing can be there. An estimate that is itself outside tells that the range is not that of the scores,
  /// and cuts nothing.
  func cut(at range: ClosedRange<Double>?, around estimate: Double) -> ConfidenceInterval {
    guard let range, range.contains(estimate) else { return self }
    return ConfidenceInterval(
      lower: max(lower, range.lowerBound), upper: min(upper, range.upperBound))
  }
}

extension SeedNotes {
  /// The sentence on intervals that are cut; nothing where none of them is.
  static func cut(_ range: ClosedRange<Double>?, if isCut: Bool) -> [String] {
    guard isCut, let range else { return [] }
    let lower = NumberText.shortest(range.lowerBound)
    let most =
      range.upperBound.isFinite ? "to \(NumberText.shortest(range.upperBound))" : "or more"
    return ["Intervals are cut at what the metric can be, \(lower) \(most)."]
  }
}
