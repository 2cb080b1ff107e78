/// Notes of processes that work on a store, for whoever looks on: files in their sessions, which end with them.
extension ResultStore {
  /// The most bytes of a note that is read.
  private static let mostOfNote = 4_000_000

  /// The contents of the notes called `prefix…` in the sessions of processes that live, sorted by their names.
  ///
  /// What cannot be read is left out: a note may be gone at any time.
  package func sessionNotes(_ prefix: String) -> [(name: String, bytes: [UInt8])] {
    var notes: [(name: String, bytes: [UInt8])] = []
    for session in StoreSession.alive(in: temporaries) {
      for name in (try? DurableFiles.names(in: session)) ?? [] where name.hasPrefix(prefix) {
        guard
          let bytes = (try? DurableFiles.read("\(session)/\(name)", atMost: Self.mostOfNote)) ?? nil
        else { continue }
        notes.append((name, bytes))
      }
    }
    return notes.sorted { $0.name < $1.name }
  }
}
