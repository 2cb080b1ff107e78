import ExperimentRunner
import ExperimentSpec
import Notebook
import ReportBuilder
import Settings

extension Lab {
  /// The experiments that `words` stand for: a week stands for those that its notebook names.
  ///
  /// - Throws: ``UnknownName`` for a week that there is none of; the problems of its notebook.
  func experimentNames(_ words: [String]) throws -> [String] {
    var names: [String] = []
    for word in words {
      let found =
        try ISOWeek(word) == nil
        ? [word] : experimentsNeeded(by: Week(word, in: self).notebook()).map(\.value)
      if ISOWeek(word) != nil, found.isEmpty {
        throw UnknownName("the notebook of \(word) names no experiment")
      }
      for name in found where !names.contains(name) { names.append(name) }
    }
    return names
  }

  /// The weeks whose notebooks name an experiment, by its name, oldest first.
  ///
  /// A notebook that cannot be read names none; whoever builds it is told.
  var weeksByExperiment: [String: [String]] {
    var weeks: [String: [String]] = [:]
    for week in Week.all(in: self) {
      guard let notebook = try? week.notebook() else { continue }
      let names = (experimentsNeeded(by: notebook) + experimentsPlanned(by: notebook)).map(\.value)
      for name in Set(names) { weeks[name, default: []].append(week.description) }
    }
    return weeks
  }
}

/// Returns weeks in few words: the newest, and how many there are before it.
func weekWords(_ weeks: [String]) -> String {
  guard let last = weeks.last else { return "" }
  return weeks.count < 3
    ? weeks.joined(separator: ", ") : "\(last) and \(weeks.count - 1) before"
}
