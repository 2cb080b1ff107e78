internal import Notebook
internal import ResultStore
internal import Settings

extension LockedExperiment {
  /// The sentence below a table of `arms` on the settings that they differ in, after a space; empty where the spec
  /// promises nothing. Of stages among them it promises nothing, and the sentence says so.
  ///
  /// - Parameters:
  ///   - arms: The arms of the experiment in the table.
  ///   - place: What follows "arms" where the table has those of other experiments too.
  /// - Returns: The sentence.
  func variedNote(of arms: [LockedArm], place: String = "") -> [Inline] {
    let compared = arms.filter { !$0.isStage }
    guard !varied.isEmpty, compared.count > 1 else { return [] }
    let stages = arms.filter(\.isStage).map(\.title)
    var note: [Inline] = [
      .text(
        stages.isEmpty
          ? " The arms\(place) differ in " : " The arms\(place) but \(listed(stages)) differ in ")
    ]
    for (index, name) in varied.enumerated() {
      if index > 0 { note.append(.text(index == varied.count - 1 ? " and " : ", ")) }
      note.append(.code(name))
    }
    return note + [.text(" alone.")]
  }
}
