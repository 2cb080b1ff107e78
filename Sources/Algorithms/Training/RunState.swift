package import NeuralNetworks
package import Settings
package import Tensors

/// The state that every run has: its budget and the used part of it, a timetable of evaluations, a log.
package final class RunState {
  /// Steps that training may take: environment steps, or tokens.
  package let budget: Int
  /// The unit of the budget, as messages name it.
  package let unit: String
  /// Whether a row's result does not depend on its batch, so that ratios must start at exactly 1.
  package let isExact: Bool
  /// Called whenever training turns to another phase.
  let enter: (TrainingPhase) -> Void
  /// Called after each update with the used part of the budget and the budget.
  let progress: (Int, Int) -> Void
  package var log: TrainingLog
  var timetable: EvaluationTimetable
  /// Whether training ended because its numbers left all bounds.
  package var hasDiverged = false
  /// Where checkpoints go; none: nowhere.
  let checkpoints: TrainingCheckpoints?
  /// The state that the run has still to take the place of.
  var resumption: [UInt8]?
  /// The state after an update since the latest checkpoint, for the case that training is asked to end.
  var held: (state: [UInt8], used: Int)?
  /// How many steps were used in the latest checkpoint; none: there is none.
  var keptAt: Int?
  /// Whether what training begins with was done before, so that it is no use to do it again.
  var isResuming: Bool { resumption != nil }

  /// Creates the state of a run that has spent nothing.
  ///
  /// - Parameters:
  ///   - budget: Steps that training may take.
  ///   - unit: Their unit, in the plural.
  ///   - interval: Steps from one evaluation to the next.
  ///   - numerics: The arithmetic of its networks.
  ///   - returnCurve: The curve of the mean return of the latest 100 episodes, if there is one.
  ///   - world: The world whose declared curves are recorded; none: all diagnostics are.
  ///   - checkpoints: Where checkpoints go, and the one that the run resumes from.
  ///   - progress: Called after each update.
  ///   - enter: Called whenever training turns to another phase.
  package init(
    budget: Int, unit: String, evaluatedEvery interval: Int,
    numerics: NumericsProfile, returnCurve: String? = nil, world: World? = nil,
    checkpoints: TrainingCheckpoints? = nil, progress: @escaping (Int, Int) -> Void,
    enter: @escaping (TrainingPhase) -> Void
  ) {
    self.budget = budget
    self.unit = unit
    isExact = numerics == .exact
    self.enter = enter
    self.progress = progress
    self.checkpoints = checkpoints
    resumption = checkpoints?.state
    log = TrainingLog(returnCurve: returnCurve, world: world)
    timetable = EvaluationTimetable(every: interval, budget: budget)
  }
}

/// Parameters that are trained, and their optimizer.
package struct TrainedParameters {
  package let parameters: ParameterSet
  package let optimizer: Adam
  /// The slices that belong to a value network and have its step size.
  package let valueSlices: Range<Int>

  /// Creates a pair of parameters and optimizer.
  package init(parameters: ParameterSet, optimizer: Adam, valueSlices: Range<Int> = 0..<0) {
    self.parameters = parameters
    self.optimizer = optimizer
    self.valueSlices = valueSlices
  }
}
