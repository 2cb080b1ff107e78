import Foundation
import ReportBuilder
import ResultStore
import Testing

/// The page of a diff: settings, numbers and words of two weeks.
@Suite struct DifferencePageTests {
  private func page(
    _ old: [SyntheticExperiment], _ new: [SyntheticExperiment],
    notebooks: (String?, String?) = (nil, nil),
    titles: (String?, String?) = (nil, nil)
  ) throws -> String {
    let (oldLock, newLock) = (
      Lock(experiments: old.map(\.locked)), Lock(experiments: new.map(\.locked))
    )
    let difference = LockDifference(
      from: oldLock, named: "2026-W44", to: newLock, named: "2026-W45", catalog: syntheticCatalog)
    return try DifferencePage(
      difference, old: .init(lock: oldLock, title: titles.0, notebook: notebooks.0),
      new: .init(lock: newLock, title: titles.1, notebook: notebooks.1), catalog: syntheticCatalog
    ).html
  }

  private var cartpole: SyntheticExperiment {
    SyntheticExperiment(SyntheticArm("PPO", tenAround(400)), SyntheticArm("GRPO", tenAround(300)))
  }

  private var better: SyntheticExperiment {
    SyntheticExperiment(
      SyntheticArm("PPO", tenAround(440), settings: ["algorithm": "ppo", "lambda": "0.9"]),
      SyntheticArm("GRPO", tenAround(300), settings: ["algorithm": "grpo", "lambda": "0.9"]))
  }

  /// The part of a page between two headings.
  private func section(_ name: String, of page: String) throws -> String {
    let start = try #require(page.range(of: "<h2 id=\"\(name)\">")).upperBound
    let rest = page[start...]
    return String(rest[..<(rest.range(of: "<h2 id=")?.lowerBound ?? rest.endIndex)])
  }

  // MARK: The page

  @Test func `the page needs nothing beside itself and is the same each time`() throws {
    let notebooks = ("One.\n", "Two.\n")
    let first = try page([cartpole], [better], notebooks: notebooks)
    #expect(PageStructure(first).faults == [])
    #expect(!first.contains("http://") && !first.contains("https://"))
    #expect(try page([cartpole], [better], notebooks: notebooks) == first)
  }

  @Test func `a name of a stranger's lock is text, wherever it stands`() throws {
    let name = "\"><script>alert(1)</script>"
    var (one, other) = (cartpole, better)
    (one.name, other.name) = (name, name)
    one.arms[0].title = name
    other.arms[0].title = name
    other.arms[0].settings["lambda"] = name
    let page = try page([one], [other], notebooks: (name, "\(name) \(name)"), titles: (name, name))
    #expect(PageStructure(page).faults == [])
    #expect(PageStructure(page).scripts.count == 1)
  }

  @Test func `the first lines say what changed`() throws {
    let page = try page([cartpole], [better], titles: ("First", "Second"))
    let start = try #require(page.range(of: "<section class=\"summary\"")).lowerBound
    let summary = page[start..<(try #require(page.range(of: "</section>")).lowerBound)]
    for words in [
      "2026-W44: First", "2026-W45: Second", "Changed in 2 of 2 arms in common.",
      "1 changed, 3 identical.", "<strong>cartpole, PPO:</strong> evaluation_return 400.0 → 440.0",
      "Not compared: there is no notebook of 2026-W44 and of 2026-W45.",
    ] { #expect(summary.contains(words), "\(words): \(summary)") }
  }

  @Test func `where words are from, or why there are none, stands above them`() throws {
    let (one, other) = (Lock(experiments: [cartpole.locked]), Lock(experiments: [better.locked]))
    let difference = LockDifference(
      from: one, named: "2026-W44", to: other, named: "2026-W45", catalog: syntheticCatalog)
    func words(_ notebook: String?) throws -> String {
      try section(
        "words",
        of: DifferencePage(
          difference, old: .init(lock: one, notebook: notebook, path: "n.md", note: "From <git>."),
          new: .init(lock: other, notebook: "Two.\n", path: "n.md"), catalog: syntheticCatalog
        ).html)
    }
    #expect(try words("One.\n").contains("<p class=\"note\">From &lt;git&gt;.</p>\n<div"))
    let none = try words(nil)
    #expect(none.contains("From &lt;git&gt;."))
    #expect(none.contains("Not compared, since there is no notebook of 2026-W44."), "\(none)")
  }

  // MARK: Settings

  @Test func `a setting that all arms changed is one row`() throws {
    let settings = try section("settings", of: page([cartpole], [better]))
    #expect(
      settings.contains(
        "<th scope=\"row\"><code>lambda</code></th><td>—</td><td><code>0.9</code></td><td>all 2 arms</td>"
      ), "\(settings)")
    #expect(settings.components(separatedBy: "scope=\"row\"").count == 2)
  }

  @Test func `arms, seeds and the metric that came or went are said`() throws {
    var new = SyntheticExperiment(
      SyntheticArm("PPO", tenAround(400) + [1, 2]), SyntheticArm("RLOO", tenAround(300)))
    new.metric = "environment_steps"
    let settings = try section("settings", of: page([cartpole], [new]))
    for words in [
      "<li>New: RLOO.</li>", "<li>Gone: GRPO.</li>", "<li>Seeds: 10 → 12, 10 in common (PPO).</li>",
      "<li>Compared by evaluation_return → environment_steps.</li>",
    ] { #expect(settings.contains(words), "\(words): \(settings)") }
  }

  @Test func `where nothing changed the page says so`() throws {
    let page = try page([cartpole], [cartpole], notebooks: ("One.\n", "One.\n"))
    #expect(try section("settings", of: page).contains("the same arms, settings and seeds"))
    #expect(try section("words", of: page).contains("Both notebooks have the same words."))
    let numbers = try section("numbers", of: page)
    #expect(numbers.contains("all 2 metrics") && !numbers.contains("<svg"))
  }

  // MARK: Numbers

  @Test func `each row has its difference, its test and its verdict`() throws {
    let numbers = try section("numbers", of: page([cartpole], [better]))
    for words in [
      "<td class=\"trailing\">400.0</td><td class=\"trailing\">440.0</td><td class=\"trailing\">+40.0</td>",
      "<td class=\"nowrap\">(in all 10 seeds)</td>", "<td class=\"nowrap\">0.002</td>",
      "<td class=\"strong\">changed</td>", "<td class=\"muted\">identical", "Holm over 1 row.",
    ] { #expect(numbers.contains(words), "\(words): \(numbers)") }
    #expect(numbers.components(separatedBy: "<svg class=\"forest\"").count == 2)
  }

  @Test func `the intervals of both weeks are drawn on one axis`() throws {
    let numbers = try section("numbers", of: page([cartpole], [better]))
    let start = try #require(numbers.range(of: "<figure class=\"intervals\">")).upperBound
    let figure = numbers[start..<(try #require(numbers.range(of: "</figure>")).lowerBound)]
    // The axis goes from 250 to 450; 400 is three quarters along it, within its 88 %.
    #expect(figure.contains(">250</text>") && figure.contains(">450</text>"), "\(figure)")
    #expect(figure.contains("<circle class=\"old\" cx=\"72.00%\" cy=\"10\""), "\(figure)")
    #expect(figure.contains("<circle class=\"new\" cx=\"89.60%\" cy=\"20\""))
    #expect(
      figure.contains("PPO 400.0 [397.8, 402.2] in 2026-W44, 440.0 [437.8, 442.2] in 2026-W45"))
  }

  @Test func `an experiment of one week alone is listed behind a line that opens`() throws {
    var other = cartpole
    other.name = "acrobot"
    let page = try page([cartpole], [cartpole, other])
    let numbers = try section("numbers", of: page)
    #expect(numbers.contains("<summary>Only in 2026-W45: 2 arms</summary>"))
    #expect(page.contains("<li>Only in 2026-W45: acrobot.</li>"))
    #expect(page.contains("<a href=\"#experiment.1\">acrobot</a>"))
    #expect(numbers.contains("<h3 id=\"experiment.1\">acrobot</h3>"))
  }

  // MARK: Words

  private func words(_ old: String, _ new: String) throws -> String {
    try section("words", of: page([cartpole], [cartpole], notebooks: (old, new)))
  }

  @Test func `the words that changed are marked on either side`() throws {
    let words = try words(
      "PPO reaches the hill in most seeds.\n", "PPO reaches the hill in all of its seeds.\n")
    #expect(words.contains("<p>PPO reaches the hill in <del>most</del> seeds.</p>"), "\(words)")
    #expect(words.contains("<p>PPO reaches the hill in <ins>all of its</ins> seeds.</p>"))
  }

  @Test func `a line that is broken elsewhere and a comment are no change`() throws {
    let words = try words(
      "A line of\nwords.\n\n<!-- for\n\nlater -->\n\nMore.\n", "A line\nof words.\n\nMore.\n")
    #expect(words.contains("Both notebooks have the same words."), "\(words)")
  }

  @Test func `passages that came or went stand alone on their side`() throws {
    let words = try words(
      "# Same\n\nFirst words that go.\n\nLast.\n",
      "# Same\n\nLast.\n\n```{claim} cartpole\nPPO > GRPO on evaluation_return\n```\n")
    let pairs = words.components(separatedBy: "<div class=\"pair alone\">").dropFirst()
    #expect(pairs.count == 2)
    let (gone, new) = (try #require(pairs.first), try #require(pairs.last))
    #expect(gone.contains("<del>First words that go.</del>") && gone.contains("class=\"none\""))
    #expect(
      new.contains(
        "<pre><code><ins>```{claim} cartpole\nPPO &gt; GRPO on evaluation_return\n```</ins>"),
      "\(new)")
    #expect(words.contains("1 passage as before"))
  }

  @Test func `title and summary are words, the week and the status are none`() throws {
    let front =
      "---\ntitle: One\nweek: 2026-W44\nstatus: final\nsummary: |\n  - It is so.\n---\n\nText.\n"
    let words = try words(
      front,
      front.replacing("2026-W44", with: "2026-W45").replacing("final", with: "draft")
        .replacing("It is so", with: "It is not so"))
    #expect(words.contains("1 passage as before") && !words.contains("2026-W44\n"), "\(words)")
    #expect(words.contains("- It is <ins>not</ins> so."), "\(words)")
    #expect(words.components(separatedBy: "<div class=\"pair\">").count == 2)
  }

  @Test func `an item of a list keeps its line`() throws {
    let words = try words("- one thing\n- two things\n", "- one thing\n- three things\n")
    #expect(
      words.contains("<p class=\"lines\">- one thing\n- <ins>three</ins> things</p>"), "\(words)")
  }

  @Test(.timeLimit(.minutes(1)))
  func `notebooks with nothing in common take no more than their size`() throws {
    let passages = { (stem: String) in (0..<5_000).map { "\(stem)\($0)\n\n" }.joined() }
    let words = try words(
      passages("a") + (0..<20_000).map { "b\($0)" }.joined(separator: " "),
      passages("c") + (0..<20_000).map { "d\($0)" }.joined(separator: " "))
    #expect(words.components(separatedBy: "<div class=\"pair alone\">").count == 5_002)
  }
}
