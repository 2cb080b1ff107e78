import Foundation
import Testing

/// The local server that shows a report and builds it again.
@Suite struct PreviewCommandTests {
  /// Runs `script` in the lab with a preview at `$url`; `get PATH` fetches, `has WORDS PATH` looks for words.
  private func preview(_ script: String, in lab: LabFixture) throws -> LabFixture.Result {
    try lab.shell(
      """
      "$0" preview --port 0 > preview.out 2> preview.err & preview=$!
      trap 'kill -KILL $preview' EXIT
      await grep http preview.out
      url=$(sed -n 's/.* \\(http:[^ ]*\\)\\/$/\\1/p' preview.out)
      get() { curl --silent --show-error --max-time 60 "$@"; }
      has() { get "$url$2" | grep -F "$1"; }
      \(script)
      """)
  }

  private func lab() throws -> LabFixture {
    let lab = try LabFixture()
    try lab.write(LabFixture.notebook, to: "reports/2026-W10/notebook.md")
    return lab
  }

  @Test func `a report is built, shown with its script, and built again when it is saved`() throws {
    let lab = try lab()
    let result = try preview(
      """
      await has '"build":1' /state
      get $url/ > first.html
      sed -i 's/PPO reaches/PPO comes to/' reports/2026-W10/notebook.md
      await has '"build":2' /state
      get $url/ > second.html
      """, in: lab)
    let said = try lab.text(of: "preview.err")
    #expect(result.code == 0, "\(result.errors) \(said)")
    #expect(try lab.text(of: "first.html").contains("PPO reaches"))
    let second = try lab.text(of: "second.html")
    #expect(second.contains("PPO comes to") && second.contains("connect-src 'self'"))
    #expect(second.contains("fetch(\"/state\""))
    // The file itself stays as every build makes it.
    #expect(try lab.text(of: "reports/2026-W10/report.html").contains("connect-src") == false)
  }

  @Test func `an error is told with file and line, and the last good page stays`() throws {
    let lab = try lab()
    let result = try preview(
      """
      await has '"build":1' /state
      echo '{value}`short.PPQ.evaluation_return`' >> reports/2026-W10/notebook.md
      await has 'reports/2026-W10/notebook.md:14:' /state
      get $url/state; get $url/ | grep -c 'PPO reaches'
      """, in: lab)
    #expect(result.code == 0, "\(result.errors)")
    #expect(result.output.hasPrefix("{\"build\":1,"), "\(result.output)")
    #expect(result.output.contains("'short' has no arm 'PPQ'"), "\(result.output)")
    #expect(result.output.hasSuffix("}1\n"), "\(result.output)")
  }

  @Test
  func `only this machine is answered, only by its own name, and only what the report leads to`()
    throws
  {
    let lab = try lab()
    let result = try preview(
      """
      await has '"build":1' /state
      port=${url##*:}
      get -o /dev/null -w '%{http_code}\\n' -H 'Host: example.org' $url/
      get -o /dev/null -w '%{http_code}\\n' -X POST $url/
      get -o /dev/null -w '%{http_code}\\n' --path-as-is $url/figures/../notebook.md
      get -o /dev/null -w '%{http_code}\\n' --path-as-is "$url/figures/..%2fnotebook.md"
      ss -Hltn "sport = :$port" | awk '{print $4}'
      """, in: lab)
    #expect(
      result.output.split(separator: "\n").prefix(4) == ["421", "405", "404", "404"],
      "\(result.output) \(result.errors)")
    for line in result.output.split(separator: "\n").dropFirst(4) {
      #expect(line.hasPrefix("127.0.0.1:"))
    }
  }
}
