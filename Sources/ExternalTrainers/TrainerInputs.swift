internal import CanonicalJSON
internal import ResultStore

/// The inputs and the environment of a run, and what its key says of them.
struct TrainerInputs {
  let inputs: [String: TrainerInput]
  let environment: TrainerEnvironment?
  /// The fields of the run's key.
  let stated: [String: String]

  /// The states of all inputs, each with the beginning of its fields and its name in messages.
  func named(_ states: InputStates) -> [(prefix: String, name: String, state: InputState)] {
    inputs.sorted { CanonicalText.precedes($0.key, $1.key) }.map {
      (prefix: "input.\($0.key).", name: "input '\($0.key)'", state: states.state(of: $0.value))
    }
      + (environment.map {
        [(prefix: "environment.", name: "environment", state: states.state(of: $0))]
      } ?? [])
  }

  /// The first input that is not as the key says, in a sentence; nil if all are.
  func problem(with states: InputStates, isOver: Bool) -> String? {
    for (prefix, name, state) in named(states) {
      let stated = stated.filter { $0.key.hasPrefix(prefix) }
      var found: [String: String] = [:]
      for (part, value) in state.fields { found[prefix + part] = value }
      if found == stated {
        guard let problem = state.problem else { continue }
        return "its \(name) cannot be used: \(problem)"
      }
      let fields = Set(found.keys).union(stated.keys).sorted()
      let field = fields.first { found[$0] != stated[$0] } ?? prefix
      let change =
        "\(field) is \(Self.shown(found[field])), and the run was planned with \(Self.shown(stated[field]))"
      if let problem = state.problem {
        return isOver
          ? "its \(name) was lost while it was under way, so its result belongs to no inputs: \(problem)"
          : "its \(name) cannot be used: \(problem)"
      }
      return isOver
        ? "its \(name) changed while it was under way, so its result belongs to no inputs: \(change)"
        : "its \(name) is no longer what it was: \(change); run it again"
    }
    return nil
  }

  /// The first input that was written between two looks though it is now as it was, in a sentence; nil if none was.
  func problem(between before: InputStates, and after: InputStates) -> String? {
    for ((_, name, earlier), (_, _, later)) in zip(named(before), named(after)) {
      guard let file = later.trace.difference(from: earlier.trace) else { continue }
      return
        "its \(name) changed while it was under way, so its result belongs to no inputs: '\(file)' was written or replaced, though its content is what it was"
    }
    return nil
  }

  private static func shown(_ value: String?) -> String {
    guard let value else { return "nothing" }
    return Digest.isHex(value) ? String(value.prefix(12)) : value
  }
}
