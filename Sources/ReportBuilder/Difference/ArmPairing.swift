internal import ResultStore

/// The pairing of the arms of two versions of an experiment.
///
/// Arms with equal settings are paired first, whatever they are called, then arms with equal labels.
struct ArmPairing {
  /// Indices into the older and the newer arms, in the order of the newer; removed arms follow.
  let pairs: [(old: Int?, new: Int?)]

  init(old: [LockedArm], new: [LockedArm]) {
    // No label is there twice, so arms that are the same in the same order are each other's.
    let isSame =
      old.count == new.count
      && zip(old, new).allSatisfy { $0.label == $1.label && $0.identity == $1.identity }
    if isSame {
      pairs = old.indices.map { ($0, $0) }
      return
    }
    let (olds, news) = (old.map(Traits.init), new.map(Traits.init))
    var partners = [Int?](repeating: nil, count: new.count)
    var free = Set(old.indices)
    /// Pairs arms that have the same key, in their order.
    func pair<Key: Hashable>(by key: (Traits) -> Key) {
      var waiting = Dictionary(grouping: free.sorted(by: >)) { key(olds[$0]) }
      for index in new.indices where partners[index] == nil {
        guard let partner = waiting[key(news[index])]?.popLast() else { continue }
        partners[index] = partner
        free.remove(partner)
      }
    }
    // Of several arms with equal settings, those that kept their label belong together.
    pair(by: \.self)
    pair(by: \.settings)
    pair(by: \.label)
    pairs =
      new.indices.map { (partners[$0], $0) } + free.sorted().map { ($0, nil) }
  }

  /// The label and the settings that arms are told apart by.
  private struct Traits: Hashable {
    var label: String
    /// The fields of the key that a person sets: all but the revisions of components.
    var settings: [String: String]

    init(_ arm: LockedArm) {
      label = arm.label
      settings = arm.preimage.filter { !$0.key.hasPrefix("revision.") }
    }
  }
}
