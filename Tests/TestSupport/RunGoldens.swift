import Foundation
public import Testing

/// Digests of runs, each kept with the revisions of the components that the run's key holds.
///
/// A digest that changes while no revision does means that stored results are no longer what the engine
/// computes. With `RECORD_GOLDENS=1` the file is written and the test fails, so that a recording is never
/// mistaken for a pass.
public struct RunGoldens {
  /// One run.
  private struct Line: Equatable {
    var key: String
    var revisions: String
    var digest: String

    var text: String { "\(key) | \(revisions) | \(digest)\n" }
  }

  private var lines: [Line] = []

  /// Creates a collection without runs.
  public init() {}

  /// Adds a run.
  ///
  /// - Parameters:
  ///   - key: What the run is, such as `sft defaults`.
  ///   - revisions: Those of all components that decide its result.
  ///   - bytes: What is digested first, such as weights.
  ///   - numbers: Names and numbers, digested in this order.
  public mutating func add(
    _ key: String, revisions: String, bytes: [UInt8], numbers: [(name: String, value: Double)]
  ) {
    var digest = FNVDigest()
    digest.absorb(bytes)
    for (name, value) in numbers {
      digest.absorb(name.utf8)
      digest.absorb(value)
    }
    lines.append(Line(key: key, revisions: revisions, digest: digest.hex))
  }

  /// Expects the digests to be those of `Goldens/<name>` beside the calling file.
  public func expectUnchanged(
    file name: String, filePath: String = #filePath,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let file = testFolder(of: filePath).appending(components: "Goldens", name)
    guard ProcessInfo.processInfo.environment["RECORD_GOLDENS"] != "1" else {
      try Data(lines.map(\.text).joined().utf8).write(to: file)
      Issue.record(
        "recorded \(lines.count) goldens; read the diff, then run again",
        sourceLocation: sourceLocation)
      return
    }
    let recorded = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map {
      let fields = $0.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      return Line(
        key: fields[0], revisions: fields.count > 1 ? fields[1] : "",
        digest: fields.count > 2 ? fields[2] : "")
    }
    #expect(
      recorded.map(\.key) == lines.map(\.key), "other runs than those recorded",
      sourceLocation: sourceLocation)
    for line in lines {
      guard let golden = recorded.first(where: { $0.key == line.key }) else { continue }
      if golden.revisions == line.revisions {
        #expect(
          golden.digest == line.digest,
          "the result of '\(line.key)' changed, but no revision did: raise that of the component that changed",
          sourceLocation: sourceLocation)
      } else {
        Issue.record(
          "'\(line.key)' was recorded at \(golden.revisions), now it is \(line.revisions): record again with RECORD_GOLDENS=1",
          sourceLocation: sourceLocation)
      }
    }
  }
}
