import ChildProcesses
import Testing

struct ShellWordTests {
  static let texts = [
    "", "plain", "seed-3_a.b:c,d=e/f@g+h", "a b", "it's", "'", "''", "$(rm x)", "`rm x`", "a\"b",
    "a\\b", "a\nb", "*?[a]",
    "~", "#a", "!a", "a;b&c|d<e>f", "é", "naïve façade", "{a,b}", "\t",
  ]

  @Test(arguments: texts)
  func `a shell reads a text as the one word that it is`(text: String) throws {
    for word in [ShellWord.quoted(text), ShellWord.readable(text)] {
      let shell = try ChildProcess(
        ["/bin/sh", "-c", "for word in \(word); do printf '<%s>' \"$word\"; done"], errorFile: nil)
      shell.closeInput()
      #expect(String(decoding: shell.readToEnd(atMost: 1000), as: UTF8.self) == "<\(text)>")
      #expect(shell.wait() == .exited(0))
    }
  }

  @Test func `a readable word is quoted only where a shell might take it for something else`() {
    #expect(ShellWord.readable("short-start_2.5") == "short-start_2.5")
    #expect(ShellWord.readable("short start") == "'short start'")
    #expect(ShellWord.readable("") == "''")
    #expect(ShellWord.quoted("it's") == "'it'\\''s'")
  }
}
