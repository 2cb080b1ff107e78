public import Notebook
public import ResultStore

/// A notebook's claims beside those that its lock says were registered before the runs.
struct RegistrationCheck {
  /// The claims that were registered; nil if none were.
  let registered: Preregistration?
  /// Whether the notebook has claims to be registered.
  private let hasBlock: Bool
  /// The changes since: clauses that name a claim or an experiment each.
  let changes: [String]
  /// The experiments whose runs are not those that claims were registered about.
  private let changedExperiments: Set<String>

  init(_ notebook: Notebook, lock: Lock) {
    let claims = Set(notebook.claimsToRegister.map(\.claim))
    hasBlock = !claims.isEmpty
    registered = lock.preregistered
    guard let registered else {
      (changes, changedExperiments) = ([], [])
      return
    }
    let changedExperiments = registered.runs.filter { name, runs in
      lock.plan(name).map { $0.runs != runs } ?? false
    }
    .keys.sorted()
    let missing = registered.claims.filter { !claims.contains($0) }
    let added = claims.subtracting(registered.claims)
      .sorted { ($0.experiment, $0.text) < ($1.experiment, $1.text) }
    changes =
      missing.map { "the registered claim '\($0.text)' of \($0.experiment) is gone" }
      + added.map { "the claim '\($0.text)' of \($0.experiment) is new" }
      + changedExperiments.map { "the runs of \($0) are not those that were registered" }
    self.changedExperiments = Set(changedExperiments)
  }

  /// Whether a claim was registered before its runs, and stands whatever came out.
  func isRegistered(_ text: String, of experiment: String) -> Bool {
    registered?.claims.contains(.init(experiment: experiment, text: text)) ?? false
  }

  /// The words on a claim that follow its numbers; nil in a week without registration.
  func words(on text: String, of experiment: String) -> String? {
    guard let registered else { return hasBlock ? "not registered" : nil }
    guard isRegistered(text, of: experiment) else { return "not registered" }
    return "registered \(registered.shortDigest)"
      + (changedExperiments.contains(experiment) ? ", its runs changed after registration" : "")
  }

  /// The sentence for a person that the claims of the notebook at `path` have changed; none if they have not.
  func warnings(on path: String) -> [String] {
    changes.isEmpty
      ? []
      : ["\(path) has changed after its claims were registered: \(changes.joined(separator: "; "))"]
  }

  /// The paragraphs below everything else.
  var notes: [[Inline]] {
    guard let registered else { return [] }
    let count = registered.claims.count
    var notes: [[Inline]] = [
      [
        .text(
          "\(count) \(count == 1 ? "claim was" : "claims were") registered while the store had none of their runs "
            + "(\(registered.shortDigest)) and \(count == 1 ? "stands" : "stand") whatever came out; whether the "
            + "lock with the digest is older than any run, only the history of git can show.")
      ]
    ]
    if !changes.isEmpty {
      notes.append([
        .strong([.text("Changed after registration:")]),
        .text(" \(changes.joined(separator: "; "))."),
      ])
    }
    return notes
  }
}

extension Notebook {
  /// The claims that are written before their runs, each where it stands; lines that are no claims are left out.
  var claimsToRegister: [(claim: Preregistration.Claim, directive: Directive)] {
    directives.filter(\.registersClaims).flatMap { directive in
      directive.body.compactMap { line in
        guard let claim = try? Claim(parsing: line.value), let name = directive.argument?.value
        else { return nil }
        return (Preregistration.Claim(experiment: name, text: claim.text), directive)
      }
    }
  }
}

/// Refuses a notebook whose claims are to be registered before their runs, and whose runs would be made now.
///
/// - Parameters:
///   - notebook: The notebook of a draft.
///   - registered: The claims that its lock says were registered.
///   - experiments: The experiments whose runs would be made; those that the notebook needs, if it is left out.
/// - Throws: Each experiment of which that is so, where its claims stand.
public func checkRegistration(
  of notebook: Notebook, registered: Preregistration?, running experiments: Set<String>? = nil
) throws(NotebookError) {
  let needed = experiments ?? Set(experimentsNeeded(by: notebook).map(\.value))
  let problems = notebook.directives.filter(\.registersClaims).compactMap { directive in
    directive.argument.flatMap { name -> SourceProblem? in
      guard needed.contains(name.value), registered?.runs[name.value] == nil else { return nil }
      return SourceProblem(
        path: notebook.path, position: name.position,
        message:
          "the claims on '\(name.value)' are not registered, and its runs would be made; "
          + "'labbook preregister \(notebook.folderName)' registers them")
    }
  }
  if !problems.isEmpty { throw NotebookError(problems) }
}

extension Notebook {
  /// The name of the folder that it stands in, which commands call its report by.
  fileprivate var folderName: Substring { path.split(separator: "/").dropLast().last ?? "" }
}
