import ExperimentRunner
import ResultStore

/// A plan for people: a line for each experiment that something is missing of.
struct PlanText {
  /// The runs of the plan, each key once.
  var runs: [PlannedRun]
  /// How long they take.
  var pace: RunPace
  /// The weeks whose notebooks name an experiment, by its name.
  var weeks: [String: [String]]
  /// How many runs are executed at a time.
  var jobs: Int

  /// The table, the head first; empty if nothing is missing.
  var rows: [[String]] {
    var names: [String] = []
    for run in runs where run.needsExecution && names.last != run.name.experiment {
      if !names.contains(run.name.experiment) { names.append(run.name.experiment) }
    }
    let all = Dictionary(grouping: runs, by: \.name.experiment)
    let rows = names.map { name in
      let own = all[name] ?? []
      let missing = own.filter(\.needsExecution)
      return [
        name, "\(missing.count)", "\(own.count)", Self.total(of: missing),
        pace.words(for: missing, jobs: jobs).map { "about \($0)" } ?? "not known",
        weekWords(weeks[name] ?? []),
      ]
    }
    return rows.isEmpty
      ? [] : [["experiment", "to execute", "of", "budget", "time", "weeks"]] + rows
  }

  /// How long all of it takes, as a line of its own; nil where nothing is missing or no record tells.
  var time: String? {
    pace.words(for: runs.filter(\.needsExecution), jobs: jobs).map {
      "about \($0) with \(jobs == 1 ? "one worker" : "\(jobs) workers"), going by records that there are"
    }
  }

  /// One line for each missing run, with its key, budget and stages.
  var lines: [String] {
    let names = Dictionary(runs.map { ($0.key, $0.name) }) { first, _ in first }
    return runs.filter(\.needsExecution).map { run in
      let budget =
        run.trainer == nil
        ? "\(run.budget) \(run.unit == .tokens ? "tokens" : "steps")" : "by its trainer"
      let stages = run.stages.map { names[$0].map { "\($0)" } ?? $0.short }
      return "\(run.key.short)  \(run.name)  \(budget)"
        + (stages.isEmpty ? "" : "  after \(stages.joined(separator: ", "))")
    }
  }

  /// The last line.
  var summary: String {
    let missing = runs.filter(\.needsExecution)
    let count = "\(missing.count) of \(runs.count) runs to execute"
    return missing.isEmpty ? count : "\(count), \(Self.total(of: missing)) in all"
  }

  /// The budget in words, such as `7200 environment steps and 300000 tokens`; empty without runs.
  static func total(of runs: [PlannedRun]) -> String {
    let units: [PlannedRun.Unit] = [.environmentSteps, .tokens]
    let sums = units.compactMap { unit in
      let budgets = runs.filter { $0.unit == unit }.map(\.budget)
      return budgets.isEmpty ? nil : "\(budgets.reduce(0, +)) \(unit.rawValue)"
    }
    let observed = runs.count { $0.unit == .thousandths }
    let others = observed == 0 ? [] : ["\(observed) of external trainers"]
    return (sums + others).joined(separator: " and ")
  }
}
