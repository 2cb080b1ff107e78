internal import Foundation

/// Returns the form of a title that a reader sees: two titles with one form look alike in a table.
///
/// Capitals, spaces, what is invisible and the ways in which Unicode writes one character do not count.
public func readableForm(ofTitle title: String) -> String {
  let scalars = title.precomposedStringWithCompatibilityMapping.lowercased().unicodeScalars
    .filter { !$0.properties.isDefaultIgnorableCodePoint }
  return String(String.UnicodeScalarView(scalars)).split(whereSeparator: \.isWhitespace)
    .joined(separator: " ")
}

/// Returns titles of which no two look alike: where some do, each has its name after it.
///
/// - Parameters:
///   - titles: The titles as shown.
///   - names: A name for each title; no two are the same.
/// - Returns: As many titles, those that were alone unchanged.
public func distinctTitles(_ titles: [String], names: [String]) -> [String] {
  let forms = titles.map(readableForm)
  let counts = Dictionary(forms.map { ($0, 1) }, uniquingKeysWith: +)
  let named = titles.indices.map { index in
    counts[forms[index], default: 1] == 1 ? titles[index] : "\(titles[index]) (\(names[index]))"
  }
  // A title may have looked like one with its name all along; names alone are told apart for sure.
  return Set(named.map(readableForm)).count == named.count ? named : names
}

extension Lock {
  /// The lock with titles that readers can tell apart in each experiment.
  ///
  /// Locks made before titles were checked may have an experiment with one title twice.
  public var withDistinctTitles: Lock {
    Lock(
      experiments: experiments.map { experiment in
        var experiment = experiment
        let titles = distinctTitles(
          experiment.arms.map(\.title), names: experiment.arms.map(\.label))
        for (index, title) in titles.enumerated() { experiment.arms[index].title = title }
        return experiment
      }, documents: documents, plans: plans, preregistered: preregistered)
  }
}
