internal import Settings

extension SpecError: CustomStringConvertible {
  /// One line for each issue, and a last one that counts the rest where there are very many.
  public var description: String {
    let shown = issues.prefix(Self.mostShown).map(\.description)
    let others = issues.count - shown.count
    let rest = others > 0 ? ["error: there are \(others) more problems like these"] : []
    return (shown + rest).joined(separator: "\n")
  }

  private static let mostShown = 200
}

extension SpecError.Issue: CustomStringConvertible {
  /// The issue in the `file:line:column: error: …` form that editors can follow.
  public var description: String {
    let subject = keyPath.isEmpty ? "the file" : keyPath
    let place = "\(shownName(position.path)):\(position.line):\(position.column)"
    // The text that was found may have line breaks, and an issue is one line.
    let words = excerpt("\(subject) \(problem)").split(whereSeparator: \.isNewline).joined(
      separator: " ")
    return "\(place): error: \(oneLine(words))\(extending)"
  }

  /// The specs that the mistake keeps from being read, where it stands in a file that they extend.
  private var extending: String {
    let paths = extendingPaths.prefix(3).map(shownName)
    guard let first = paths.first else { return "" }
    let shown = paths.joined(separator: ", ")
    let others = extendingPaths.count - 3
    return switch extendingPaths.count {
    case 1: " (\(first) extends this file)"
    case 2, 3: " (\(shown) extend this file)"
    default: " (\(shown) and \(others) more extend this file)"
    }
  }
}

extension SpecError.Problem: CustomStringConvertible {
  /// The problem in words that follow the name of the key.
  public var description: String {
    switch self {
    case .unreadable(let reason): "cannot be read: \(reason)"
    case .notUTF8: "is not UTF-8 text"
    case .empty:
      "is empty; expected the keys of an experiment, such as question, task and arms"
    case .invalidYAML(let problem): "is not valid YAML: \(problem)"
    case .mergeConflict(let mark):
      "holds a merge conflict ('\(mark)'); keep one of its sides and remove the marks"
    case .anchor:
      "has a YAML anchor or alias, which specs do not allow; write the value out or use 'extends'"
    case .tag(let tag):
      "has the YAML tag '\(tag)', which specs do not allow; the setting decides the type"
    case .tooDeep(let limit): "is nested more than \(limit) levels deep"
    case .complexKey: "has a key that is not a plain name"
    case .duplicateKey(let line): "is given twice; the first is on line \(line)"
    case .unknownKey(let nearest):
      "is not a known key" + (nearest.map { "; did you mean '\($0)'?" } ?? "")
    case .missing(let expected): "is missing; expected \(expected)"
    case .value(let problem): "\(problem)"
    case .emptyCollection(let expected): "is empty; expected \(expected)"
    case .repeated(let value): "must not repeat \(value)"
    case .invalidName(let name):
      "must be made of letters, digits, '_', '+' and '-', got '\(name)'"
    case .duplicateLabel(let label): "would give two arms the label '\(label)'"
    case .duplicateTitle(let title, let other, let place):
      "has the title '\(title)', as has \(other) on \(place); tables and figures tell arms apart by "
        + "their titles"
    case .setAndSwept: "is both set and swept; keep one of the two"
    case .tooManyArms(let limit): "has more than \(limit) arms once sweeps are expanded"
    case .presetUnavailable(let preset, let environment, let available):
      "has no preset '\(preset)' for \(environment); "
        + (available.isEmpty
          ? "there is none for it" : "there are \(available.joined(separator: ", "))")
    case .conflict(let reason): "cannot be run: \(reason)"
    case .withoutEffect(let reason):
      "has no effect with \(reason); leave it out, or change what keeps it from having one"
    case .twoTasks: "stands beside an environment; a task is the one or the other"
    case .otherTask(isLanguage: true, let known):
      "is for tasks on environments, and this is a language task"
        + (known.isEmpty ? "" : "; expected \(known.joined(separator: ", "))")
    case .otherTask(isLanguage: false, let known):
      "is for language tasks, and this task is on an environment"
        + (known.isEmpty ? "" : "; expected \(known.joined(separator: ", "))")
    case .notWithTrainer:
      "is for the engine's own runs, and this experiment has a trainer; its settings stand under 'settings'"
    case .needsTrainer: "is for experiments with a 'trainer', and this one has none"
    case .trainer(let problem): problem
    case .misplaced(let place): "is allowed in \(place) alone"
    case .wrongStage(let label, isRewardModel: true):
      "must name an arm or stage that trains a policy, and '\(label)' is a reward model"
    case .wrongStage(let label, isRewardModel: false):
      "must name a reward model, and '\(label)' trains a policy"
    case .rewardIgnored(let algorithm):
      "means nothing to \(algorithm), which has no use for a reward model"
    case .metricOfNoArm(let metric, let presence):
      "is \(metric), which no arm has: it is only \(presence)"
    case .notVariable(let found, let nearest):
      "must name a setting that arms can have, got '\(found)'"
        + (nearest.map { "; did you mean '\($0)'?" } ?? "")
    case .variedAlike(let setting):
      "is \(setting), in which no two arms differ; leave it out, or change an arm"
    case .differsInMore(let other, let differences, let varied):
      "differs from arm '\(other)' in \(listed(differences.map(\.description))) too; "
        + "'vary' names \(listed(varied)) alone"
    case .unusedStage: "is a stage that no arm starts from"
    case .tooManyStages(let limit): "stands on a chain of more than \(limit) stages"
    case .noSuchSpec(let found): "must name a spec that exists, got '\(found)'"
    case .outsideLab(let found):
      "must be a relative path to a spec inside the lab, got '\(found)'"
    case .tooManyFiles(let limit): "leads through more than \(limit) files"
    case .cycle(let paths): "leads back to itself: \(paths.joined(separator: " → "))"
    case .sameName(let other): "has the same name as \(shownName(other))"
    }
  }
}
