internal import ResultStore

/// The folder in which a trainer leaves the state that it goes on from, with a file beside it that tells of which inputs
/// that state is made.
///
/// Whatever ends a trainer, its state may hold what an input was meanwhile, and the key holds only what the inputs are when
/// somebody looks. So the times of all files are noted when a trainer begins. Where it was ended in order and none of them
/// has changed, the state is known to be of the key's inputs, wherever these lie the next time. Else the times have to be
/// what was noted.
struct ResumeFolder {
  let path: String

  private static let header = "labbook inputs 1"
  private static let unchanged = "unchanged"

  /// The file that tells of the inputs.
  private var note: String { path + ResultStore.checkpointInputs }
  /// The place of a state that is not used.
  var aside: String { path + ResultStore.checkpointAside }

  init(at path: String) { self.path = path }

  /// Whether an earlier execution has left something.
  var isUsed: Bool { ((try? DurableFiles.names(in: path)) ?? []).isEmpty == false }

  /// Why the state cannot be gone on from, in words that follow it; nil if it can.
  func problem(with states: [(prefix: String, name: String, state: InputState)]) -> String? {
    let bytes = ((try? DurableFiles.read(note)) ?? nil) ?? []
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    guard lines.count > 1, lines[0] == Self.header else {
      return "nothing tells of which inputs it was made"
    }
    if lines[1] == Self.unchanged { return nil }
    let now = Self.lines(of: states)
    guard lines.count == now.count + 1 else { return "it was made of other inputs" }
    guard let different = now.indices.first(where: { now[$0] != lines[$0 + 1] }) else { return nil }
    return "its \(states[different].name) was written or replaced since the trainer began"
  }

  /// Notes the inputs of a trainer that is about to begin in the folder.
  func begin(with states: [(prefix: String, name: String, state: InputState)], scratch: String)
    throws(StoreError)
  {
    try DurableFiles.createFolder(path)
    try write(Self.lines(of: states), scratch)
  }

  /// Notes that no input has changed from when the trainer began to its end.
  func settle(scratch: String) throws(StoreError) { try write([Self.unchanged], scratch) }

  /// Takes the state away, in place of one that may have been taken away before.
  func setAside() throws(StoreError) {
    DurableFiles.remove(aside)
    _ = try DurableFiles.moveFolder(path, to: aside)
    DurableFiles.removeFile(note)
  }

  private func write(_ lines: [String], _ scratch: String) throws(StoreError) {
    let temporary = "\(scratch)/inputs"
    try DurableFiles.create(
      temporary, Array(([Self.header] + lines).map { "\($0)\n" }.joined().utf8))
    try DurableFiles.moveFile(temporary, to: note)
  }

  /// A line for each input; a name holds no line break.
  private static func lines(
    of states: [(prefix: String, name: String, state: InputState)]
  ) -> [String] {
    states.map { "\($0.prefix) \($0.state.trace.digest)" }
  }
}
