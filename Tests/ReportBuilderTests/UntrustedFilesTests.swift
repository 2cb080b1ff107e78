import Foundation
import ReportBuilder
import ResultStore
import Testing

/// Labs that someone hostile could hand on: nothing outside a week is read, written or removed.
@Suite struct UntrustedFilesTests {
  private let experiment = SyntheticExperiment(SyntheticArm("PPO", tenAround(440)))
  private static let figure = "```{curves} cartpole\nlabel: fig-cartpole\n```\n"

  /// A lab with a draft week, and files beside the lab that are nobody's business.
  private func lab(_ body: String = figure, extra: String = "") throws -> SyntheticLab {
    let lab = try SyntheticLab(experiment)
    try lab.write("secret", to: "../\(lab.root.lastPathComponent)-outside/secret.png")
    try lab.write("secret", to: "secret.png")
    try lab.writeNotebook(body, extra: extra)
    return lab
  }

  private func outside(_ lab: SyntheticLab) -> URL {
    lab.root.deletingLastPathComponent().appending(path: "\(lab.root.lastPathComponent)-outside")
  }

  private func removeOutside(_ lab: SyntheticLab) {
    try? FileManager.default.removeItem(at: outside(lab))
  }

  private func link(_ name: String, to destination: String, in lab: SyntheticLab) throws {
    try FileManager.default.createSymbolicLink(
      atPath: lab.root.appending(path: name).path, withDestinationPath: destination)
  }

  // MARK: What is read

  @Test(arguments: [
    "../../secret.png", "../../../secret.png", "%2e%2e/%2e%2e/secret.png",
    "%2E%2E%2f..%2Fsecret.png",
    "figures/../../../secret.png", "..%2f../secret.png", "/etc/passwd.png", "~/secret.png",
    "%2fetc/x.png",
    "a%00.png", "a%0a.png", "../other.png",
  ])
  func `an image outside the week is refused where it is named`(address: String) throws {
    let lab = try lab("Text ![a](\(address))\n")
    defer { removeOutside(lab) }
    try lab.write("png", to: "reports/other.png")
    let failure = lab.failure()
    #expect(
      failure.hasPrefix("reports/2026-W45/notebook.md:8:11: error: the image '\(address)' "),
      "\(failure)")
    #expect(
      failure.contains("leads out of the folder of the week")
        || failure.contains("is no relative name of a file"))
    #expect(!lab.exists("reports/2026-W45/report.html"))
  }

  @Test func `an image that is a link out of the week, or lies beyond one, is refused`() throws {
    for name in ["link.png", "folder/secret.png"] {
      let lab = try lab("![a](\(name))\n")
      defer { removeOutside(lab) }
      if name == "link.png" {
        try link("reports/2026-W45/link.png", to: "/etc/passwd", in: lab)
      } else {
        try link("reports/2026-W45/folder", to: outside(lab).path, in: lab)
      }
      #expect(
        lab.failure()
          == "reports/2026-W45/notebook.md:8:6: error: the image '\(name)' leads out of the folder of the week"
      )
    }
  }

  @Test func `an image that is no file is refused`() throws {
    let lab = try lab("![a](pipe.png) ![b](folder.png)\n")
    defer { removeOutside(lab) }
    try #require(mkfifo(lab.root.appending(path: "reports/2026-W45/pipe.png").path, 0o600) == 0)
    try lab.write("x", to: "reports/2026-W45/folder.png/x")
    #expect(
      lab.failure() == """
        reports/2026-W45/notebook.md:8:6: error: the image 'pipe.png' is not an ordinary file
        reports/2026-W45/notebook.md:8:21: error: the image 'folder.png' is a folder
        """)
  }

  @Test(arguments: ["../../works.bib", "/etc/works.bib", "../../../x.bib", "~/x.bib", "link.bib"])
  func `a bibliography outside the folder of weeks is refused`(name: String) throws {
    let lab = try SyntheticLab(experiment)
    try lab.write(SyntheticLab.references, to: "works.bib")
    try lab.writeNotebook("Text [@schulman2017proximal].\n")
    try link("reports/2026-W45/link.bib", to: "../../works.bib", in: lab)
    try lab.replace(
      "bibliography: ../references.bib", with: "bibliography: \(name)",
      in: "reports/2026-W45/notebook.md")
    let failure = lab.failure()
    #expect(
      failure.hasPrefix("reports/2026-W45/notebook.md:5:15: error: the bibliography '\(name)' "),
      "\(failure)")
  }

  @Test(arguments: ["../../style.csl", "/etc/style.csl", "link.csl"])
  func `a citation style outside the folder of weeks is refused`(name: String) throws {
    let lab = try lab("Text [@schulman2017proximal].\n", extra: "csl: \(name)\n")
    defer { removeOutside(lab) }
    try lab.write("<style/>", to: "style.csl")
    try link("reports/2026-W45/link.csl", to: "../../style.csl", in: lab)
    let failure = lab.failure()
    #expect(
      failure.hasPrefix("reports/2026-W45/notebook.md:6:6: error: the citation style '\(name)' "),
      "\(failure)")
  }

  @Test func `an image replaced while a build runs is shown as it was hashed`() throws {
    let lab = try lab("![a](plot.png) [@schulman2017proximal]\n")
    defer { removeOutside(lab) }
    let image = "reports/2026-W45/plot.png"
    try lab.write("GIF89a old", to: image)
    // Citations are formatted after the notebook's files were read and before the page is written.
    let pandoc = try #require(TestTools.tools.pandoc).path
    let script =
      "#!/bin/sh\nprintf 'GIF89a new' > '\(lab.root.appending(path: image).path)'\nexec '\(pandoc)' \"$@\"\n"
    try lab.write(script, to: "pandoc")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: lab.root.appending(path: "pandoc").path)
    var build = lab.build()
    build.tools.pandoc = lab.root.appending(path: "pandoc")
    _ = try build.run()
    #expect(try lab.read(image) == "GIF89a new")
    let lock = try Lock(text: lab.read("reports/2026-W45/results.lock"), path: "")
    #expect(lock.documents["plot.png"] == Digest.hex(of: "GIF89a old"))
    let page = try lab.read("reports/2026-W45/report.html")
    #expect(page.contains(Data("GIF89a old".utf8).base64EncodedString()))
    #expect(!page.contains(Data("GIF89a new".utf8).base64EncodedString()))
    // Rendered from the lock, the week does not take the new one for the old.
    build.rendersLock = true
    #expect(throws: ReportFailure.self) { try build.run() }
    let failure = lab.failure { $0.rendersLock = true }
    #expect(
      failure
        == "error: reports/2026-W45/plot.png is not what the lock of 2026-W45 names: its digest differs"
    )
  }

  // MARK: What is written and removed

  /// Replaces the documents of a lock, its digest recomputed.
  private func forge(_ documents: [String: String], in lab: SyntheticLab) throws {
    let path = "reports/2026-W45/results.lock"
    let lock = try Lock(text: lab.read(path), path: path)
    try lab.write(
      Lock(experiments: lock.experiments, documents: lock.documents.merging(documents) { $1 }).text,
      to: path)
  }

  @Test(arguments: [
    "figures/../../../../victim", "figures/../victim", "/victim", "figures/../../victim",
  ])
  func `a lock that names another folder is refused, and the folder stays`(name: String) throws {
    let lab = try lab()
    defer { removeOutside(lab) }
    _ = try lab.build().run()
    for victim in ["victim", "reports/victim", "reports/2026-W45/victim"] {
      try lab.write("thesis", to: "\(victim)/chapter")
    }
    try forge([name: Digest.hex(of: "")], in: lab)
    #expect(lab.failure().contains("a name that labbook does not write"))
    for victim in ["victim", "reports/victim", "reports/2026-W45/victim"] {
      #expect(lab.exists("\(victim)/chapter"))
    }
  }

  @Test func `only figures that are as the last build made them are removed`() throws {
    let lab = try lab()
    defer { removeOutside(lab) }
    _ = try lab.build().run()
    let week = "reports/2026-W45"
    try lab.write("mine", to: "\(week)/figures/own.svg")
    try lab.write("mine", to: "\(week)/figures/folder.json/chapter")
    try lab.write("changed", to: "\(week)/figures/changed.json")
    try link("\(week)/figures/link.json", to: "../../../secret.png", in: lab)
    try forge(
      [
        "figures/own.svg": Digest.hex(of: "mine"), "figures/folder.json": Digest.hex(of: ""),
        "figures/changed.json": Digest.hex(of: "as made"),
        "figures/link.json": Digest.hex(of: "secret"),
        "notes.txt": Digest.hex(of: "mine"),
      ], in: lab)
    try lab.write("mine", to: "\(week)/notes.txt")
    try lab.writeNotebook("Nothing drawn {value}`cartpole.PPO.evaluation_return`.\n")
    let changed = try lab.build().run().changedFiles
    #expect(
      changed == [
        "figures/fig-cartpole.csv", "figures/fig-cartpole.svg", "figures/fig-cartpole.vl.json",
        "prose.json", "report.html", "report.md", "results.lock",
      ])
    #expect(!lab.exists("\(week)/figures/fig-cartpole.svg"))
    #expect(!lab.exists("\(week)/figures/fig-cartpole.csv"))
    for name in [
      "figures/own.svg", "figures/folder.json/chapter", "figures/changed.json", "notes.txt",
    ] {
      #expect(lab.exists("\(week)/\(name)"), "\(name)")
    }
    #expect(lab.exists("secret.png"))
  }

  @Test(arguments: ["figures", "reports/2026-W45/figures/fig-cartpole.svg"])
  func `nothing is written through a link`(name: String) throws {
    let lab = try lab()
    defer { removeOutside(lab) }
    if name == "figures" {
      try link("reports/2026-W45/figures", to: outside(lab).path, in: lab)
    } else {
      try lab.write("x", to: "reports/2026-W45/figures/x")
      try link(name, to: outside(lab).appending(path: "secret.png").path, in: lab)
    }
    #expect(lab.failure().contains("cannot write 'reports/2026-W45/figures/fig-cartpole."))
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: outside(lab).path) == ["secret.png"])
    #expect(try lab.read("../\(lab.root.lastPathComponent)-outside/secret.png") == "secret")
    #expect(!lab.exists("reports/2026-W45/report.md"))
  }

  // MARK: Drawings

  @Test(arguments: [
    "<svg><script>alert(1)</script></svg>", "<svg onload=\"alert(1)\"></svg>",
    "<svg><a href=\"https://x\"><text>a</text></a></svg>", "<svg><g onclick=\"x\"/></svg>",
    "<svg><meta http-equiv=\"refresh\" content=\"0\"/></svg>", "<svg></svg><script>x</script>",
    "<svg><foreignObject><p>x</p></foreignObject></svg>", "<svg><g></svg>",
    "<svg a=\">\" b=\"c\"></svg>",
    "<svg><rect fill=\"url(https://x)\"/></svg>", "<svg><rect style=\"background:red\"/></svg>",
    "<svg><image href=\"https://x\"/></svg>", "<svg><!-- x --></svg>",
    "<svg><title>x</title></svg>",
    "<svg><rect cursor=\"\\75rl(https://x),auto\"/></svg>",
    "<svg><g filter=\"u\\72l(https://x)\"/></svg>",
    "<svg><g mask=\"\\000075rl(https://x)\"/></svg>",
    "<svg><rect fill=\"u&#114;l(https://x)\"/></svg>", "<svg><rect fill='x'/></svg>", "<svg",
    "text",
  ])
  func `a locked drawing that is more than one is refused`(svg: String) throws {
    let lab = try lab()
    defer { removeOutside(lab) }
    _ = try lab.build().run()
    try lab.write(svg, to: "reports/2026-W45/figures/fig-cartpole.svg")
    try forge(["figures/fig-cartpole.svg": Digest.hex(of: svg)], in: lab)
    let failure = lab.failure { $0.rendersLock = true }
    #expect(failure.hasPrefix("error: figures/fig-cartpole.svg "), "\(failure)")
  }
}
