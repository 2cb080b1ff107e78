import ResultStore

/// The records of a store, each read and checked once at most, however many locks and specs name it.
struct CheckedRecords {
  let store: ResultStore
  /// The damaged records, in the order in which they were found.
  private(set) var damages: [RecordDamage] = []
  private var digests: [RunKey: RecordDigest?] = [:]

  init(store: ResultStore) {
    self.store = store
  }

  /// The digest of a run's record; `nil` if there is none, or if it is damaged.
  mutating func digest(of key: RunKey, named name: String) throws(StoreError) -> RecordDigest? {
    if let known = digests[key] { return known }
    var digest: RecordDigest?
    if let damage = try store.damage(of: key, named: name) {
      damages.append(damage)
    } else {
      digest = try store.summary(for: key, named: name)?.digest
    }
    digests[key] = .some(digest)
    return digest
  }
}
