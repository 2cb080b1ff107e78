import ExperimentSpec
import Foundation
import Testing

/// Specs of a size or shape that nobody writes by hand: each is one sentence or more, in little time.
@Suite(.timeLimit(.minutes(1))) struct UntrustedSpecTests {
  private static let good = """
    question: Which one?
    task: {environment: Pole-v1}
    arms: {A: {algorithm: alpha}}

    """

  @Test func `a megabyte of different keys is read once`() {
    let lines = (0..<60_000).map { "key\($0): \($0)\n" }.joined()
    let words = complaints(Self.good + lines)
    #expect(words.count == 201)
    #expect(words.first == "x.yaml:4:1: error: key0 is not a known key")
    #expect(words.last == "error: there are 59800 more problems like these")
  }

  @Test func `a megabyte of one key is told without being parsed once for each`() {
    let words = complaints(Self.good + String(repeating: "title: T\n", count: 120_000))
    #expect(words.count == 1)
    #expect(
      words.first?.hasPrefix("x.yaml:") == true
        && words.first?.contains("the file is not valid YAML: a key is given twice, and so are ")
          == true,
      "\(words.first ?? "")")
  }

  @Test func `a list of a million seeds is refused as a whole, and so are values of a sweep`() {
    let numbers = (0..<150_000).map(String.init).joined(separator: ", ")
    #expect(
      complaints(Self.good + "seeds: [\(numbers)]") == [
        "x.yaml:4:8: error: seeds must be 1 to 1000 seeds, got '150000 seeds'"
      ])
    #expect(
      complaints(
        Self.good.replacing(
          "algorithm: alpha", with: "algorithm: alpha, sweep: {group_size: [\(numbers)]}"))
        == [
          "x.yaml:3:50: error: arms.A.sweep.group_size has more than 1000 arms once sweeps are expanded"
        ])
  }

  @Test(arguments: [
    "1000000000", "99999999999999999999999", "1e400", ".nan", "NaN", "Infinity", "-0x1", "0b1",
    "1_000_000",
  ])
  func `a number of seeds is bounded before it is expanded`(number: String) {
    #expect(complaints(Self.good + "seeds: \(number)").count == 1)
  }

  @Test(arguments: ["- ", "? ", "[", "{a: ", "a: [", "- - - ? "])
  func `a text that is nested without end is refused at a place`(piece: String) {
    let words = complaints(Self.good + "title: \n" + String(repeating: piece, count: 100_000))
    #expect(words.first?.wholeMatch(of: #/x\.yaml:\d+:\d+: error: .*/#) != nil, "\(words)")
  }

  @Test func `aliases stay what they are written as, in keys too`() {
    var text = Self.good + "a0: &a0 [x, x]\n"
    for level in 1..<60 { text += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
    text += "? *a59\n: x\n"
    let words = complaints(text)
    #expect(words.contains { $0.contains("has a YAML anchor or alias") }, "\(words)")
  }

  @Test func `bytes that are no text are found where they stand, in one long line`() {
    var bytes = Array(Self.good.utf8) + [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)
    bytes.append(0xFF)
    bytes += [UInt8](repeating: UInt8(ascii: "b"), count: 1_000_000)
    let error = #expect(throws: SpecError.self) {
      try loadExperiment(
        at: "experiments/x.yaml", in: SpecFiles(bytes: ["experiments/x.yaml": bytes]),
        vocabulary: smallVocabulary())
    }
    #expect(error?.description == "experiments/x.yaml:4:1000001: error: the file is not UTF-8 text")
  }

  @Test(
    arguments: [
      ([0xFF, 0xFE], "1:1"), ([0x61, 0xC3, 0xA4, 0xC3], "1:3"), ([0x61, 0x0A, 0xE2, 0x82], "2:1"),
      ([0xED, 0xA0, 0x80], "1:1"), ([0xF0, 0x9F, 0x98, 0x80, 0x80], "1:2"),
    ] as [([UInt8], String)])
  func `columns of what is no text are counted in characters`(bytes: [UInt8], place: String) {
    let error = #expect(throws: SpecError.self) {
      try loadExperiment(
        at: "experiments/x.yaml", in: SpecFiles(bytes: ["experiments/x.yaml": bytes]),
        vocabulary: smallVocabulary())
    }
    #expect(error?.description == "experiments/x.yaml:\(place): error: the file is not UTF-8 text")
  }

  @Test(arguments: [
    "\u{FEFF}" + good, good.replacing("\n", with: "\r\n"), good.replacing("\n", with: "\r"),
  ])
  func `a byte order mark and other line ends change nothing`(text: String) throws {
    #expect(try experiment(["experiments/x.yaml": text]).question == "Which one?")
  }

  @Test func `a list has as many values as anybody writes`() {
    let numbers = String(repeating: "8, ", count: 2_000) + "8"
    #expect(
      complaints(Self.good + "policy: {network: mlp, hidden: [\(numbers)]}").last
        == "x.yaml:4:32: error: policy.hidden must be a list of at most 1000 values, got 2001 values"
    )
    #expect(
      complaints(Self.good + "vary: [\(String(repeating: "a, ", count: 2_000))b]").first?
        .hasPrefix("x.yaml:4:7: error: vary must be at most the ") == true)
  }

  @Test func `a message quotes the beginning and the end of what is very long`() {
    let number = String(repeating: "9", count: 400_000)
    let words = complaints(Self.good + "seeds: \(number)")
    #expect(words.count == 1)
    #expect(
      words[0].hasPrefix("x.yaml:4:8: error: seeds must be a whole number in 1...1000, got '999"))
    #expect(words[0].contains("9 … 9") && words[0].hasSuffix("9'") && words[0].count < 600)
  }

  @Test func `files that extend each other are bounded in number and size`() throws {
    var files = ["experiments/x.yaml": "extends: parts/0.yaml\n" + Self.good]
    for number in 0..<30 {
      files["experiments/parts/\(number).yaml"] = "extends: \(number + 1).yaml\n"
    }
    files["experiments/parts/30.yaml"] = "title: T\n"
    let long = #expect(throws: SpecError.self) { try experiment(files) }
    #expect(
      long?.description
        == "experiments/parts/18.yaml:1:10: error: extends leads through more than 20 files (experiments/x.yaml extends this file)"
    )
    let comment = "# " + String(repeating: "x", count: 200_000) + "\n"
    var large = ["experiments/x.yaml": "extends: parts/0.yaml\n" + Self.good]
    for number in 0..<4 {
      large["experiments/parts/\(number).yaml"] = "extends: \(number + 1).yaml\n" + comment
    }
    let error = #expect(throws: SpecError.self) { try experiment(large) }
    #expect(
      error?.description
        == "experiments/x.yaml:1:1: error: the file cannot be read: what it extends has more than 512 KB"
    )
  }

  @Test func `a merge conflict is told, and nothing else`() {
    #expect(
      complaints(Self.good + "<<<<<<< HEAD\nseeds: 3\n=======\nseeds: 4\n>>>>>>> other\n") == [
        "x.yaml:4:1: error: the file holds a merge conflict ('<<<<<<< HEAD'); keep one of its sides and remove the marks"
      ])
  }

  @Test func `a file that is too large, a pipe and a device are refused before they are read`()
    throws
  {
    let lab = FileManager.default.temporaryDirectory.appending(path: "labbook-\(UUID().uuidString)")
      .resolvingSymlinksInPath()
    defer { try? FileManager.default.removeItem(at: lab) }
    let folder = lab.appending(path: "experiments").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Data(Self.good.utf8).write(to: lab.appending(path: "experiments/good.yaml"))
    #expect(FileManager.default.createFile(atPath: "\(folder)/large.yaml", contents: nil))
    #expect(truncate("\(folder)/large.yaml", 5 << 30) == 0)
    #expect(mkfifo("\(folder)/pipe.yaml", 0o600) == 0)
    try FileManager.default.createSymbolicLink(
      atPath: "\(folder)/zero.yaml", withDestinationPath: "/dev/zero")
    let specs = loadSpecs(inLab: lab, vocabulary: smallVocabulary())
    #expect(specs.experiments.map(\.name) == ["good"])
    #expect(specs.names == ["good", "large", "pipe", "zero"])
    #expect(
      specs.broken.map(\.error.description) == [
        "experiments/large.yaml:1:1: error: the file cannot be read: it has more than 512 KB, the most that labbook reads of such a file",
        "experiments/pipe.yaml:1:1: error: the file cannot be read: it is not an ordinary file",
        "experiments/zero.yaml:1:1: error: the file cannot be read: it leads out of the lab",
      ])
  }
}
