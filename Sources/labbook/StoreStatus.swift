import CanonicalJSON
import ExperimentRunner
import ResultStore
import Settings

/// The size of a lab's store and what in it nothing needs: `labbook status --store`.
struct StoreStatus {
  private let sizes: [(name: String, bytes: Int)]
  private let runs: [StoredRun]
  private let orphans: [StoredRun]
  private let foreign: Int
  private let needs: LabNeeds

  /// Looks at the store of `lab`.
  init(of lab: Lab) throws {
    let store = lab.store
    needs = LabNeeds(of: lab)
    sizes = try store.sizes()
    runs = try store.storedRuns()
    orphans = try needs.needs.unneeded(among: runs, arrivedAfter: nil) {
      key throws(StoreError) in try store.stages(of: key)
    }
    foreign = try store.keysOfOtherPrograms().count
  }

  /// The lines for people.
  var text: String {
    var rows = sizes.map { [$0.name, FileSize.words($0.bytes)] }
    rows.append(["all", FileSize.words(sizes.reduce(0) { $0 + $1.bytes })])
    var lines = [alignedColumns([["in the store", "size"]] + rows, trailing: [1])]
    lines.append("\(runs.count(where: \.hasRecord)) records")
    let bytes = orphans.reduce(0) { $0 + $1.bytes }
    lines.append(
      "\(orphans.count) runs (\(FileSize.words(bytes))) that no lock and no experiment names"
        + (orphans.isEmpty ? "" : "; 'labbook gc' lists those that are old enough to go"))
    lines.append("\(foreign) records were made by another build of labbook")
    lines += needs.unread.map { "broken: \($0); what it needs is not known" }
    return lines.joined(separator: "\n")
  }

  /// The same for programs.
  var json: JSONValue {
    .object([
      .init("sizes", .object(sizes.map { .init($0.name, .integer($0.bytes)) })),
      .init("records", .integer(runs.count(where: \.hasRecord))),
      .init("orphans", .array(orphans.map { .string($0.key.hex) })),
      .init("records_of_other_programs", .integer(foreign)),
      .init("broken", .array(needs.unread.map(JSONValue.string))),
    ])
  }
}

extension ResultStore {
  /// The records that another executable made: their bits are promised, not yet seen.
  func keysOfOtherPrograms() throws -> [RunKey] {
    let executable = ProvenanceSources.executableDigest
    return try keys().filter { key in
      do throws(StoreError) {
        return try provenance(for: key)?.executable != executable
      } catch {
        // Who made a damaged record cannot be said.
        guard case .damaged = error else { throw error }
        return false
      }
    }
  }
}
