/// Returns the probability that at least one of k completions is right, estimated without bias.
///
///     1 − C(n − c, k) / C(n, k) = 1 − ∏ (1 − k / i),  i = n − c + 1 … n
///
/// It is the share of the subsets of k of the n samples that hold a right one. Drawing the k with
/// replacement instead is biased: with one right sample of four, it gives 0.684 for k = 4, not 1.
///
/// - Parameters:
///   - k: How many completions one may try, in 1...samples.
///   - samples: n, how many were drawn.
///   - correct: c, how many of them are right, in 0...samples.
/// - Returns: In 0...1; 1 if fewer than k samples are wrong.
///
/// Source: Chen et al., "Evaluating Large Language Models Trained on Code", 2021,
/// https://arxiv.org/abs/2107.03374, section 2.1.
public func passAtK(_ k: Int, samples: Int, correct: Int) -> Double {
  precondition(
    (1...max(1, samples)).contains(k) && samples >= 1,
    "pass@k needs k in 1...samples, got k = \(k) of \(samples)")
  precondition(
    (0...samples).contains(correct), "\(correct) of \(samples) samples cannot be correct")
  if samples - correct < k { return 1 }
  var allWrong = 1.0
  for i in samples - correct + 1..<samples + 1 { allWrong *= 1 - Double(k) / Double(i) }
  return 1 - allWrong
}
