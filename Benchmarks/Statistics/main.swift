import Foundation

// Prints the level of each test and the coverage of each interval that reports use, on simulated scores with
// fixed seeds, and ends with 1 where a bound is broken:
//
//     StatisticsBenchmark [short] [FOLDER OF A WEEK …]
//
// Of each week named, the claims that one arm is better are tested once more by swapping labels.
let words = CommandLine.arguments.dropFirst()
let isShort = words.first == "short"
var findings = Findings()
TestLevels(trials: isShort ? 1_000 : 20_000).measure(into: &findings)
IntervalCoverage(trials: isShort ? 2_000 : 40_000, referenceTrials: isShort ? 50 : 2_000)
  .measure(into: &findings)
SuiteCoverage(trials: isShort ? 100 : 2_000, resamples: isShort ? 200 : 500).measure(
  into: &findings)
RankCorrelationLevels(trials: isShort ? 100 : 2_000, resamples: isShort ? 200 : 500).measure(
  into: &findings)
let weeks = try words.compactMap { try LabelSwaps(folder: URL(filePath: $0)) }
if !weeks.isEmpty {
  print("\nClaims of a difference, tested by swapping the labels of either seed's scores")
}
for week in weeks { week.measure(into: &findings) }
print("")
for promise in findings.broken { print("broken: \(promise)") }
print(
  findings.broken.isEmpty ? "Every promise holds." : "\(findings.broken.count) promises are broken."
)
exit(findings.broken.isEmpty ? 0 : 1)
