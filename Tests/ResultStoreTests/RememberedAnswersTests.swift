import Foundation
import ResultStore
import Testing

@Suite struct RememberedAnswersTests {
  private let folder: TemporaryFolder
  private let store: ResultStore
  private static let words = [
    (-0.0).bitPattern, Double.nan.bitPattern, (0.1 + 0.2).bitPattern,
  ]

  init() throws {
    folder = try TemporaryFolder()
    store = ResultStore(root: folder.url.appending(path: ".labbook", directoryHint: .isDirectory))
  }

  private func createStore() throws {
    _ = try store.store(Fixture.record, for: Fixture.preimage(), provenance: Fixture.provenance)
  }

  /// Asks a question of a program, whose answers are kept, and returns the answer and whether it was computed.
  private func ask(
    _ question: String, by program: String = "a", words: [UInt64] = words
  ) -> (words: [UInt64], isComputed: Bool) {
    let answers = RememberedAnswers(of: store, program: program)
    let found = answers.answer(Array(question.utf8)) { (words[0], words[1], words[2]) }
    let isComputed = answers.computed > 0
    answers.save()
    return ([found.0, found.1, found.2], isComputed)
  }

  private func isRemembered(_ question: String, by program: String = "a") -> Bool {
    let found = ask(question, by: program, words: [1, 2, 3])
    #expect(found.words == (found.isComputed ? [1, 2, 3] : Self.words))
    return !found.isComputed
  }

  @Test func `an answer is remembered to the bit, by its program and for its question`() throws {
    try createStore()
    #expect(ask("what").isComputed)
    #expect(isRemembered("what"))
    #expect(!isRemembered("what else"))
    #expect(isRemembered("what"))
    #expect(!isRemembered("what", by: "b"))
    // Another program's answers take the place of these.
    #expect(!isRemembered("what", by: "a"))
  }

  @Test func `one command asks once`() throws {
    let answers = RememberedAnswers(of: store, program: "a")
    for _ in 0..<3 { #expect(answers.answer([1]) { (1, 2, 3) } == (1, 2, 3)) }
    #expect(answers.computed == 1)
  }

  @Test func `nothing is written where there is no store`() throws {
    #expect(ask("what").isComputed && ask("what").isComputed)
    #expect(folder.files.isEmpty)
  }

  @Test func `a file with any byte changed, cut short or longer is none`() throws {
    try createStore()
    _ = ask("what")
    let file = ".labbook/answers"
    let bytes = try folder.contents(of: file)
    #expect(isRemembered("what"))
    for place in bytes.indices {
      var other = bytes
      other[place] ^= 1
      try folder.write(other, to: file)
      #expect(ask("what").isComputed, "byte \(place)")
    }
    for other in [Array(bytes.dropLast()), bytes + [10], [], Array(bytes.dropFirst())] {
      try folder.write(other, to: file)
      #expect(ask("what").isComputed)
    }
    try folder.write(bytes, to: file)
    #expect(isRemembered("what"))
  }

  @Test func `there are never more answers than a bound, and those asked for stay`() throws {
    try createStore()
    let first = RememberedAnswers(of: store, program: "a")
    for number in 0..<RememberedAnswers.most {
      _ = first.answer(Array("question \(number)".utf8)) { (0, 0, 0) }
    }
    first.save()
    let second = RememberedAnswers(of: store, program: "a")
    _ = second.answer(Array("question 7".utf8)) { (9, 9, 9) }
    _ = second.answer(Array("another".utf8)) { (0, 0, 0) }
    #expect(second.computed == 1)
    second.save()
    let third = RememberedAnswers(of: store, program: "a")
    #expect(third.answer(Array("question 7".utf8)) { (9, 9, 9) } == (0, 0, 0))
    #expect(third.answer(Array("another".utf8)) { (9, 9, 9) } == (0, 0, 0))
    #expect(third.answer(Array("question 8".utf8)) { (9, 9, 9) } == (9, 9, 9))
    third.remove()
    #expect(ask("another").isComputed)
  }
}
