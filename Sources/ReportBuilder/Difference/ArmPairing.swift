internal import ResultStore

/// The pairing of the arms of two versions of an experiment.
///
/// Arms with equal settings are paired first, whatever they are called, then arms with equal labels.
struct ArmPairing {
  /// Indices into the older and the newer arms, in the order of the newer; removed arms follow.
  let pairs: [(old: Int?, new: Int?)]

  init(old: [LockedArm], new: [LockedArm]) {
    var partners = [Int?](repeating: nil, count: new.count)
    var free = Set(old.indices)
    func pair(where matches: (LockedArm, LockedArm) -> Bool) {
      for index in new.indices where partners[index] == nil {
        guard
          let partner = old.indices.first(where: {
            free.contains($0) && matches(old[$0], new[index])
          })
        else { continue }
        partners[index] = partner
        free.remove(partner)
      }
    }
    // Of several arms with equal settings, those that kept their label belong together.
    pair { $0.label == $1.label && $0.settings == $1.settings }
    pair { $0.settings == $1.settings }
    pair { $0.label == $1.label }
    pairs =
      new.indices.map { (partners[$0], $0) } + free.sorted().map { ($0, nil) }
  }
}

extension LockedArm {
  /// The fields of the key that a person sets: all but the revisions of components.
  fileprivate var settings: [String: String] {
    preimage.filter { !$0.key.hasPrefix("revision.") }
  }
}
