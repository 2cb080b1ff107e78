import Notebook
import Testing

@Suite struct AlertTests {
  @Test(arguments: AlertKind.allCases)
  func `a quote that begins with one of GitHub's marks is an alert`(kind: AlertKind) throws {
    let words: [Block] = [.paragraph([.text("Words.")])]
    #expect(try notebook("> [!\(kind.rawValue)]\n> Words.\n").blocks == [.alert(kind, words)])
    let lower = kind.rawValue.lowercased()
    #expect(try notebook("> [!\(lower)]\n>\n> Words.\n").blocks == [.alert(kind, words)])
  }

  @Test func `an alert holds blocks, formulas and citations`() throws {
    let notebook = try notebook(
      "> [!TIP]\n> Of $x$ [@a2020]:\n>\n> - one\n> - two\n>\n> ```swift\n> let a = 1\n> ```\n")
    guard case .alert(.tip, let blocks)? = notebook.blocks.first else {
      Issue.record("\(notebook.blocks)")
      return
    }
    #expect(blocks.count == 3)
    #expect(blocks[2] == .code(language: "swift", text: "let a = 1\n"))
    #expect(notebook.formulas.count == 1)
    #expect(notebook.citations.count == 1)
    #expect(notebook.warnings.isEmpty)
  }

  @Test(arguments: [
    (
      "> [!HINT]\n> Words.\n",
      "6:3: warning: '[!HINT]' would be shown as it is: the alerts are NOTE, TIP, IMPORTANT, WARNING, CAUTION"
    ),
    (
      "> [!WARNNG]\n> Words.\n",
      "6:3: warning: '[!WARNNG]' would be shown as it is: the alerts are NOTE, TIP, IMPORTANT, WARNING, "
        + "CAUTION; did you mean 'WARNING'?"
    ),
    (
      "> [!NOTE] Title\n> Words.\n",
      "6:3: warning: '[!NOTE]' would be shown as it is: the words of an alert begin on the line below"
    ),
    (
      "Text.\n\n- > [!NOTE]\n  > Words.\n",
      "8:5: warning: '[!NOTE]' would be shown as it is: an alert stands in no list and no other quote"
    ),
    ("> [!NOTE]\n", "6:3: warning: '[!NOTE]' would be shown as it is: the alert is empty"),
  ])
  func `what GitHub shows as a quote is a quote, with a warning`(body: String, warning: String)
    throws
  {
    let notebook = try notebook(body)
    #expect(notebook.warnings.map(\.description) == ["notebook.md:\(warning)"])
    #expect(
      notebook.count {
        if case .alert = $0 { true } else { false }
      } == 0)
  }

  @Test func `brackets that are escaped or elsewhere in a quote are words`() throws {
    let notebook = try notebook("> \\[!NOTE]\n> Words.\n\n> Words\n> [!NOTE]\n")
    #expect(notebook.warnings.isEmpty)
    #expect(
      notebook.blocks == [
        .blockQuote([.paragraph([.text("[!NOTE]"), .softBreak, .text("Words.")])]),
        .blockQuote([.paragraph([.text("Words"), .softBreak, .text("[!NOTE]")])]),
      ])
  }
}
