import ExperimentRunner
import ExperimentSpec
import Foundation
import Notebook
import ReportBuilder
import Settings

extension Lab {
  /// The experiments that `words` stand for: a report stands for those that its notebook names, and a standing one for
  /// that if no experiment is called as it is.
  ///
  /// - Throws: ``UnknownName`` for a week that there is none of; the problems of its notebook.
  func experimentNames(_ words: [String]) throws -> [String] {
    var names: [String] = []
    let standing = weeks.standingNames
    for word in words {
      let isReport =
        ISOWeek(word) != nil || standing.contains(word) && !experimentFiles.contains(word)
      let found =
        try isReport
        ? experimentsNeeded(by: Week(word, in: self).notebook()).map(\.value) : [word]
      if isReport, found.isEmpty {
        throw UnknownName("the notebook of \(word) names no experiment")
      }
      for name in found where !names.contains(name) { names.append(name) }
    }
    return names
  }

  /// The names of the files of experiments, which experiments are called by.
  var experimentFiles: [String] {
    specPaths(inLab: root).map { URL(filePath: $0).deletingPathExtension().lastPathComponent }
  }

  /// The reports whose notebooks name an experiment, by its name: weeks, oldest first, then standing ones.
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

/// Returns reports in few words: the newest week, how many there are before it, and standing reports.
func weekWords(_ names: [String]) -> String {
  let weeks = names.filter { ISOWeek($0) != nil }
  let standing = names.filter { ISOWeek($0) == nil }
  guard weeks.count >= 3, let last = weeks.last else { return names.joined(separator: ", ") }
  return (["\(last) and \(weeks.count - 1) before"] + standing).joined(separator: ", ")
}
