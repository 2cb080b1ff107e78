internal import Notebook
internal import ResultStore

extension LockedExperiment {
  /// The sentence below a table of `arms` on the settings that they differ in, after a space; empty where the spec
  /// promises nothing, or stages are among them, of which it promises nothing either.
  func variedNote(of arms: [LockedArm]) -> [Inline] {
    guard !varied.isEmpty, arms.count > 1, !arms.contains(where: \.isStage) else { return [] }
    var note: [Inline] = [.text(" The arms differ in ")]
    for (index, name) in varied.enumerated() {
      if index > 0 { note.append(.text(index == varied.count - 1 ? " and " : ", ")) }
      note.append(.code(name))
    }
    return note + [.text(" alone.")]
  }
}
