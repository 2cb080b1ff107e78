public import Notebook
public import ResultStore
internal import Settings

/// Returns the experiments that a notebook names in directives and values, each where it is named
/// first, sorted by name.
///
/// - Parameters:
///   - notebook: The notebook.
///   - registered: The claims that its lock says were registered: the runs that they are about may be made.
/// - Returns: The names with their places.
public func experimentsNeeded(
  by notebook: Notebook, registered: Preregistration? = nil
) -> [Positioned<String>] {
  var mentions = notebook.directives.flatMap(\.experiments)
  mentions += notebook.directives.filter(\.registersClaims).compactMap(\.argument)
    .filter { registered?.runs[$0.value] != nil }
  for value in notebook.values {
    if let name = value.path.first { mentions.append(Positioned(name, at: value.position)) }
  }
  return firstMentions(mentions)
}

/// Returns the experiments of which a notebook says what is planned, each where it is named first, sorted by name;
/// their runs need not exist.
public func experimentsPlanned(by notebook: Notebook) -> [Positioned<String>] {
  firstMentions(notebook.directives.flatMap(\.plans))
}

private func firstMentions(_ mentions: [Positioned<String>]) -> [Positioned<String>] {
  var first: [String: Positioned<String>] = [:]
  for mention in mentions.sorted(by: { $0.position < $1.position })
  where first[mention.value] == nil {
    first[mention.value] = mention
  }
  return first.values.sorted { $0.value < $1.value }
}

/// Returns the experiments whose scores a notebook compares with those of other tasks.
func experimentsCompared(by notebook: Notebook) -> Set<String> {
  let comparing = notebook.directives.filter { ReportDirective($0).comparesTasks($0) }
  return Set(comparing.flatMap(\.experiments).map(\.value))
}

extension Notebook {
  /// The earlier week that `directive` compares with: its own, or else that of the front matter.
  func earlierWeek(for directive: Directive) -> Positioned<String>? {
    directive.argument ?? frontMatter.compareTo
  }
}

/// Checks the names of experiments and arms and the form of claims before anything is run.
///
/// - Parameters:
///   - notebook: The notebook of a draft.
///   - experiments: The experiments of the lab, at least those that the notebook names.
///   - unread: The names of experiments of which nothing more is known, because their specs cannot be read.
/// - Throws: Every name that stands for nothing and every line that is not a claim.
public func checkNames(
  of notebook: Notebook, in experiments: [PlannedExperiment], unread: [String] = []
) throws(NotebookError) {
  var names = PlannedNames(path: notebook.path, experiments: experiments, unread: unread)
  for needed in experimentsNeeded(by: notebook) { names.check(experiment: needed) }
  for planned in experimentsPlanned(by: notebook) { names.check(experiment: planned) }
  for directive in notebook.directives {
    for (experiment, arm) in directive.armsOfEach { names.check(arm: arm, of: experiment.value) }
    let isAny = directive.declaration.mayNameArmsOfAny
    if isAny {
      let experiments = directive.experimentsOfArms.map(\.value)
      for arm in directive.namesInOptions(of: .arm) { names.check(arm: arm, ofAny: experiments) }
    }
    for experiment in directive.experimentsOfArms.map(\.value) {
      for arm in isAny ? [] : directive.namesInOptions(of: .arm) {
        names.check(arm: arm, of: experiment)
      }
      if directive.declaration.body == .claims {
        names.check(claims: directive.body, of: experiment)
      }
    }
    for published in directive.published {
      names.check(arm: published.path[1], of: published.path[0].value)
    }
  }
  for value in notebook.values where value.path.count > 1 {
    names.check(arm: Positioned(value.path[1], at: value.position), of: value.path[0])
  }
  if !names.problems.isEmpty { throw NotebookError(names.problems) }
}

/// The names that specs define.
private struct PlannedNames {
  let path: String
  let experiments: [PlannedExperiment]
  let unread: [String]
  var problems: [SourceProblem] = []

  init(path: String, experiments: [PlannedExperiment], unread: [String]) {
    self.path = path
    self.experiments = experiments
    self.unread = unread
  }

  mutating func check(experiment name: Positioned<String>) {
    let names = experiments.map(\.name) + unread
    guard !names.contains(name.value) else { return }
    report(
      "there is no experiment '\(name.value)'" + suggestion(for: name.value, among: names),
      at: name.position)
  }

  mutating func check(arm name: Positioned<String>, of experiment: String) {
    guard let experiment = experiments.first(where: { $0.name == experiment }) else { return }
    let labels = experiment.arms.map(\.label)
    guard !labels.contains(name.value) else { return }
    report(
      "'\(experiment.name)' has no arm '\(name.value)'"
        + suggestions(for: name.value, among: labels), at: name.position)
  }

  /// Checks an arm that may be one of some of these experiments alone.
  mutating func check(arm name: Positioned<String>, ofAny asked: [String]) {
    let known = asked.compactMap { name in experiments.first { $0.name == name } }
    // Of a spec that cannot be read nobody knows the arms.
    guard known.count == asked.count, !known.isEmpty,
      !known.contains(where: { $0.arms.contains { $0.label == name.value } })
    else { return }
    report(
      armless(name.value, of: known.map { ($0.name, $0.arms.map(\.label)) }), at: name.position)
  }

  mutating func check(claims: [Positioned<String>], of experiment: String) {
    for line in claims {
      func position(_ offset: Int) -> SourcePosition {
        SourcePosition(line: line.position.line, column: line.position.column + offset)
      }
      do throws(ClaimSyntaxError) {
        for arm in try Claim(parsing: line.value).arms {
          let place = Positioned(arm.text, at: position(arm.offset))
          if let objection = Claim.objection(
            to: arm.text, in: experiment, among: experiments.map(\.name) + unread),
            experiments.first(where: { $0.name == experiment })?.arms
              .contains(where: { $0.label == arm.text }) != true
          {
            report(objection, at: place.position)
          } else {
            check(arm: place, of: experiment)
          }
        }
      } catch {
        report(error.message, at: position(error.offset))
      }
    }
  }

  private mutating func report(_ message: String, at position: SourcePosition) {
    problems.append(SourceProblem(path: path, position: position, message: message))
  }
}
