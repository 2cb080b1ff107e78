import Settings

/// The levels of a task whose difficulty is a whole number, such as a number of digits.
struct TaskLevels: Sendable {
  /// The levels in order of difficulty.
  let all: [TaskLevel]
  /// The difficulty of each level.
  let difficulties: [Int]
  /// The indices of the levels that training draws from.
  let trained: [Int]

  /// Creates the levels of two lists, which have to be disjoint.
  ///
  /// - Parameters:
  ///   - trained: The setting with the difficulties that training draws from, and its value.
  ///   - heldOut: The setting with the difficulties that training never sees, and its value.
  ///   - unit: The counted thing, in the singular.
  /// - Throws: A list with a value twice, no difficulty to train on, or one in both lists.
  init(
    trained: (name: String, values: [Int]), heldOut: (name: String, values: [Int]), unit: String
  ) throws(SettingProblem) {
    for (name, values) in [trained, heldOut] where Set(values).count != values.count {
      throw .outOfRange(allowed: "given '\(name)' without repetition", found: "\(values)")
    }
    guard !trained.values.isEmpty else {
      throw .outOfRange(allowed: "given '\(trained.name)' with at least one value", found: "[]")
    }
    guard Set(trained.values).isDisjoint(with: heldOut.values) else {
      throw .outOfRange(
        allowed: "given '\(heldOut.name)' without values of '\(trained.name)' \(trained.values)",
        found: "\(heldOut.values)")
    }
    let difficulties = (trained.values + heldOut.values).sorted()
    self.difficulties = difficulties
    all = difficulties.map { difficulty in
      TaskLevel(
        name: "\(difficulty)", title: "\(difficulty) \(unit)\(difficulty == 1 ? "" : "s")",
        isHeldOut: heldOut.values.contains(difficulty))
    }
    self.trained = difficulties.indices.filter { trained.values.contains(difficulties[$0]) }
  }

  /// The greatest difficulty of all.
  var hardest: Int { difficulties.last ?? 0 }
}
