import Settings
import Testing

@Suite struct MergeConflictTests {
  @Test(arguments: [
    ("a: 1\n<<<<<<< HEAD\nb: 2\n=======\nb: 3\n>>>>>>> x\n", 2, "<<<<<<< HEAD"),
    ("a: 1\n=======\nb: 3\n>>>>>>> x\n", 2, "======="), (">>>>>>> x", 1, ">>>>>>> x"),
    ("\r\n<<<<<<<\r\n", 2, "<<<<<<<"), ("a\n=======", 2, "======="),
  ])
  func `a mark that begins a line is found with its line`(text: String, line: Int, mark: String) {
    #expect(MergeConflict(in: text)?.line == line)
    #expect(MergeConflict(in: text)?.mark == mark)
  }

  @Test(arguments: [
    "", "a\n <<<<<<< HEAD\n", "<<<<<< HEAD", "<<<<<<<< HEAD", "<<<<<<<HEAD", "======= x",
    "========\n",
    "a: '>>>>>>> x'",
  ])
  func `what is no mark is none`(text: String) {
    #expect(MergeConflict(in: text) == nil)
    #expect(MergeConflict(inProse: text) == nil)
  }

  private static let conflict = "<<<<<<< HEAD\none\n=======\nother\n>>>>>>> x\n"

  private static let conflicts: [(text: String, line: Int)] = [
    (conflict, 1), ("Text.\n\n\(conflict)", 3), ("```{comparison} e\n\(conflict)```\n", 2),
    ("```\ncode\n```\n\(conflict)", 4), ("```{comparison} e\n```\n\(conflict)", 3),
    (conflict.replacing("\n", with: "\r\n"), 1),
    ("<<<<<<< HEAD\none\n||||||| base\ntwo\n=======\nother\n>>>>>>> x\n", 1),
  ]

  @Test(arguments: conflicts)
  func `in prose a conflict is three marks in their order`(text: String, line: Int) {
    #expect(MergeConflict(inProse: text)?.line == line)
  }

  @Test(arguments: [
    "A heading\n=======\n\nText.\n", "```\n" + conflict + "```\n",
    "~~~ text\n" + conflict + "~~~\n",
    ">>>>>>> deep\n=======\n<<<<<<< x\n", "<<<<<<< HEAD\n>>>>>>> x\n",
  ])
  func `headings, quotes and listings in prose are no conflict`(text: String) {
    #expect(MergeConflict(inProse: text) == nil)
  }

  @Test(.timeLimit(.minutes(1))) func `a long text is read once`() {
    #expect(MergeConflict(in: String(repeating: "a: b\n", count: 1_000_000)) == nil)
    #expect(MergeConflict(inProse: String(repeating: "<<<<<<< a\n", count: 200_000)) == nil)
  }
}
