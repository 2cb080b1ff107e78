/// Returns the penalty on the reward of a completion that comes near the longest length (DAPO).
///
///     p = min(1, max(0, (L − (L_max − B)) / B))
///
/// It rises from 0, where the buffer B before the longest length L_max begins, to 1 at its end, so that
/// the reward does not jump where a completion is cut off.
///
/// - Parameters:
///   - length: L, tokens of the completion.
///   - longest: L_max, the most that a completion may have.
///   - buffer: B, tokens before L_max; without any there is no penalty.
/// - Returns: p in 0...1.
///
/// Source: Yu et al., "DAPO: An Open-Source LLM Reinforcement Learning System at Scale", 2025,
/// https://arxiv.org/abs/2503.14476, equation 13; verl's `overlong_buffer_cfg`, TRL's
/// `get_soft_overlong_punishment`.
public func overlongPenalty(length: Int, longest: Int, buffer: Int) -> Double {
  guard buffer > 0 else { return 0 }
  return min(1, max(0, Double(length - (longest - buffer)) / Double(buffer)))
}
