import Objectives

/// The values that the baseline `value` has where the problem can be enumerated.
public enum ValueSource: Equatable, Sendable {
  /// V(s) of each step, what a perfect value network would predict.
  case exact
  /// [prompts] one number for all steps that follow a prompt: any baseline that depends on the prompt alone.
  case byPrompt([Double])
}

/// A group on an enumerable problem: a prompt, which sequences follow it, and which greedy rollout.
struct EnumeratedGroup {
  var prompt: Int
  /// [G] indices of its sequences.
  var members: [Int]
  /// The index of its greedy rollout.
  var greedy = 0
}

/// The estimate of the gradient that training makes of a batch, on an enumerable problem.
///
/// Everything between a batch and the factors of its scores is training's own: see
/// ``gradientCoefficients(of:settings:longestSequence:arithmetic:average:)``.
struct GradientEstimator {
  let problem: EnumerableProblem
  let settings: PolicyGradientSettings
  let arithmetic: EstimateArithmetic
  /// The value of the baseline `moving_average` when a batch comes.
  var average = MovingAverage(decay: 0)

  /// [prompts][sequences] what estimation needs to know.
  private let members: [[SequenceRewards]]

  /// Prepares the estimates of one point on the axes.
  init(
    _ problem: EnumerableProblem, _ settings: PolicyGradientSettings, values: ValueSource,
    arithmetic: EstimateArithmetic
  ) {
    self.problem = problem
    self.settings = settings
    self.arithmetic = arithmetic
    members = problem.prompts.enumerated().map { index, prompt in
      prompt.sequences.map { sequence in
        var member = SequenceRewards(rewards: sequence.rewards)
        if settings.usesValueNetwork {
          switch values {
          case .exact: member.values = sequence.steps.map(\.value)
          case .byPrompt(let values):
            member.values = [Double](repeating: values[index], count: sequence.steps.count)
          }
        }
        if settings.baseline == .optimalToken {
          member.squaredScoreNorms = sequence.steps.map(\.squaredScoreNorm)
        }
        return member
      }
    }
  }

  /// Returns the estimate of a batch as factors of its steps' scores.
  ///
  /// - Parameters:
  ///   - groups: The batch.
  ///   - average: A copy of the moving average; it is told the mean of this batch.
  /// - Returns: [rows] the score of each step and its factor; a score may come more than once.
  func terms(
    of groups: [EnumeratedGroup], average: inout MovingAverage
  ) -> [(score: Int, coefficient: Double)] {
    let batch = BatchRewards(
      groups.map { group in group.members.map { members[group.prompt][$0] } },
      greedyRewards: settings.baseline == .greedy
        ? groups.map { problem.prompts[$0.prompt].greedy[$0.greedy].rewards } : [])
    let coefficients = gradientCoefficients(
      of: batch, settings: settings, longestSequence: problem.longestSequence,
      arithmetic: arithmetic, average: &average)
    var terms: [(score: Int, coefficient: Double)] = []
    terms.reserveCapacity(coefficients.count)
    for group in groups {
      for member in group.members {
        for step in problem.prompts[group.prompt].sequences[member].steps {
          terms.append((step.score, coefficients[terms.count]))
        }
      }
    }
    return terms
  }

  /// Returns the estimate of a batch.
  func terms(of groups: [EnumeratedGroup]) -> [(score: Int, coefficient: Double)] {
    var average = average
    return terms(of: groups, average: &average)
  }
}
