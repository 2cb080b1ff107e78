import ExperimentRunner
import ResultStore

/// The records that specs and locks name, each checked once at most, however many of them name it.
struct NamedRecords {
  let checked: CheckedRecords
  /// The damaged records, in the order in which they were found.
  private(set) var damages: [RecordDamage] = []
  /// The names of the runs that specs have, by key.
  private(set) var names: [RunKey: String] = [:]
  private var promised: Set<RunKey> = []
  private var known: [RunKey: CheckedRecords.Checked?] = [:]
  private var damaged: Set<RunKey> = []

  init(_ checked: CheckedRecords) { self.checked = checked }

  /// Whether the run of a spec has a record, sound or not.
  ///
  /// A key takes its name from an experiment that promises the same bits, if there is one: a conflict is of those.
  mutating func isThere(
    _ key: RunKey, named name: String, promisesBits: Bool
  ) throws(StoreError) -> Bool {
    let isFirstPromise = promisesBits && promised.insert(key).inserted
    if names[key] == nil || isFirstPromise { names[key] = name }
    return try check(key, named: name) != nil || damaged.contains(key)
  }

  /// A run's record; nil if there is none, or if it is damaged.
  mutating func check(
    _ key: RunKey, named name: @autoclosure () -> String
  ) throws(StoreError) -> CheckedRecords.Checked? {
    if let known = known[key] { return known }
    var found: CheckedRecords.Checked?
    do throws(StoreError) { found = try checked.check(key, named: name()) } catch {
      guard case .damaged(let damage) = error else { throw error }
      damages.append(damage)
      damaged.insert(key)
    }
    known[key] = .some(found)
    return found
  }

  /// The records that another executable made: their bits are promised, not yet seen.
  var ofOtherPrograms: [RunKey] {
    let executable = checked.executable { ProvenanceSources.executableDigest }
    return known.filter { $0.value.map { $0.executable != executable } ?? false }.map(\.key)
      .sorted()
  }
}
