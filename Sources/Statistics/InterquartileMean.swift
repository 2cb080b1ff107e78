/// Returns the mean of the middle half of `scores`: the 25 % trimmed mean.
///
/// Of n scores the ⌊n / 4⌋ smallest and as many largest are left out. It is more robust than the mean
/// and needs fewer runs than the median.
///
/// - Parameter scores: One score for each run, in any order.
/// - Returns: In the scores' units; equal scores give exactly their value.
/// - Precondition: There is a score, and all are finite.
///
/// Source: Agarwal et al., "Deep Reinforcement Learning at the Edge of the Statistical Precipice",
/// NeurIPS 2021, https://arxiv.org/abs/2108.13264.
public func interquartileMean(_ scores: [Double]) -> Double {
  checkScores(scores)
  return interquartileMean(ascending: scores.sorted()) { _ in 1 }
}

/// Returns the interquartile mean of a sample that holds `ascending[i]` `multiplicity(i)` times.
///
/// Copies are added one by one, so a resample has the same bits whichever way it is written down.
func interquartileMean(ascending: [Double], multiplicity: (Int) -> Int) -> Double {
  let count = ascending.indices.reduce(0) { $0 + multiplicity($1) }
  let kept = (count / 4)..<(count - count / 4)
  // Differences to the smallest score kept: equal scores leave no rounding.
  var base: Double?
  var sum = 0.0
  var position = 0
  for index in ascending.indices {
    let end = position + multiplicity(index)
    for _ in max(
      position, kept.lowerBound)..<max(position, kept.lowerBound, min(end, kept.upperBound))
    {
      if let base { sum += ascending[index] - base } else { base = ascending[index] }
    }
    position = end
    if position >= kept.upperBound { break }
  }
  return (base ?? .nan) + sum / Double(kept.count)
}

/// Traps unless there are scores and all of them are finite.
func checkScores(_ scores: [Double]) {
  precondition(!scores.isEmpty, "statistics need at least one score")
  for (index, score) in scores.enumerated() {
    precondition(score.isFinite, "score \(index) of \(scores.count) is \(score)")
  }
}
