internal import Algorithms
internal import Settings

extension ExperimentReader {
  /// The longest chain of stages, each of which starts from the next.
  static let mostStages = 8

  /// Checks that each arm stands on arms of the same file that can carry it.
  ///
  /// - Parameters:
  ///   - templates: All stages and arms that could be read.
  ///   - unread: The labels of those that could not; they may be named all the same.
  mutating func checkReferences(in templates: [ArmTemplate], unread: [String]) {
    var products: [String: AlgorithmProduct] = [:]
    for template in templates {
      for arm in template.arms { products[arm.label] = template.product }
    }
    let labels = templates.flatMap { $0.arms.map(\.label) } + unread.filter { !$0.isEmpty }
    for template in templates {
      for (field, entry) in template.references.sorted(by: { $0.key < $1.key }) {
        let path = "\(template.path).\(entry.key)"
        guard let label = reader.name(entry, path: path, among: labels),
          let product = products[label]
        else { continue }
        let isRewardModel = product == .rewardModel
        if isRewardModel != (field == "reward") {
          reader.report(
            .wrongStage(label: label, isRewardModel: isRewardModel), of: path,
            at: entry.value.position)
        }
      }
    }
    checkChains(in: templates)
  }

  /// Reports arms that start from themselves, each cycle once, and chains that are too long.
  private mutating func checkChains(in templates: [ArmTemplate]) {
    var stages: [String: [String]] = [:]
    for arm in templates.flatMap(\.arms) { stages[arm.label] = arm.stages.values.sorted() }
    /// The number of stages in the longest chain below an arm; 0 for one that leads to a cycle.
    var depths: [String: Int] = [:]
    var cycles: [[String]] = []

    /// Follows the stages below `label`; `above` are the labels that lead to it.
    func follow(_ label: String, _ above: [String]) -> Int {
      if let start = above.firstIndex(of: label) {
        cycles.append(above[start...] + [label])
        return 0
      }
      if let depth = depths[label] { return depth }
      let below = (stages[label] ?? []).map { follow($0, above + [label]) + 1 }
      depths[label] = below.max() ?? 0
      return depths[label] ?? 0
    }

    for template in templates {
      guard let label = template.arms.first?.label, follow(label, []) > Self.mostStages else {
        continue
      }
      reader.report(
        .tooManyStages(limit: Self.mostStages), of: template.path, at: template.position)
    }
    for cycle in cycles {
      guard let template = templates.first(where: { $0.arms.contains { $0.label == cycle[0] } }),
        let (_, entry) = template.references.sorted(by: { $0.key < $1.key })
          .first(where: { $0.value.value.scalar == cycle[1] })
      else { continue }
      reader.report(
        .cycle(paths: cycle), of: "\(template.path).\(entry.key)", at: entry.value.position)
    }
  }

  /// The labels of the stages that arms stand on, directly or through others.
  func labelsUsed(by arms: [Arm], among stages: [Arm]) -> Set<String> {
    var used: Set<String> = []
    var open = arms.flatMap(\.stages.values)
    while let label = open.popLast() {
      guard used.insert(label).inserted else { continue }
      let below = (stages + arms).first { $0.label == label }
      open += below?.stages.values.map { $0 } ?? []
    }
    return used
  }
}
