import ExperimentRunner
import ResultStore

/// The records that specs and locks name, each checked once at most, however many of them name it.
struct NamedRecords {
  let checked: CheckedRecords
  /// The damaged records, in the order in which they were found.
  private(set) var damages: [RecordDamage] = []
  private var foreign: Set<RunKey> = []
  private var absent: Set<RunKey> = []
  private var damaged: Set<RunKey> = []
  private let executable: String

  init(_ checked: CheckedRecords) {
    self.checked = checked
    executable = checked.executable { ProvenanceSources.executableDigest }
  }

  /// Whether a run has a record, sound or not.
  mutating func isThere(
    _ key: RunKey, named name: @autoclosure () -> String
  ) throws(StoreError) -> Bool {
    try check(key, named: name()) != nil || damaged.contains(key)
  }

  /// A run's record; nil if there is none, or if it is damaged.
  mutating func check(
    _ key: RunKey, named name: @autoclosure () -> String
  ) throws(StoreError) -> CheckedRecords.Checked? {
    if absent.contains(key) || damaged.contains(key) { return nil }
    do throws(StoreError) {
      guard let found = try checked.check(key, named: name()) else {
        absent.insert(key)
        return nil
      }
      if found.executable != executable { foreign.insert(key) }
      return found
    } catch {
      guard case .damaged(let damage) = error else { throw error }
      damages.append(damage)
      damaged.insert(key)
      return nil
    }
  }

  /// The records that another executable made: their bits are promised, not yet seen.
  var ofOtherPrograms: [RunKey] { foreign.sorted() }
}
