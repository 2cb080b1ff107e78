import Foundation
public import Testing

/// The digests of one component's results, kept in a file together with the component's revision.
///
/// A test adds the results of each case and then compares. A digest that changes under the same revision
/// fails and names the component; with `RECORD_GOLDENS=1` the file is written, but only where no digest
/// recorded under the same revision would be lost.
public struct ComponentGolden {
  let component: String
  let revision: Int
  private var digests: [String: String] = [:]

  /// The goldens of a component with its current revision.
  public init(component: String, revision: Int) {
    self.component = component
    self.revision = revision
  }

  /// Adds the bits of `results` under `name`.
  public mutating func add(_ name: String, _ results: [Float]) {
    var digest = FNVDigest()
    for result in results { digest.absorb(result) }
    digests[name] = digest.hex
  }

  /// Expects the digests to be those of `Goldens/<component>.txt` beside the calling file.
  public func expectUnchanged(
    filePath: String = #filePath, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let file = testFolder(of: filePath).appending(components: "Goldens", "\(component).txt")
    let lines = ((try? String(contentsOf: file, encoding: .utf8)) ?? "").split(separator: "\n")
      .map { $0.split(separator: " ").map(String.init) }
    let recordedRevision = lines.first.flatMap { Int($0.last ?? "") }
    let recorded = Dictionary(
      lines.dropFirst().filter { $0.count == 2 }.map { ($0[0], $0[1]) },
      uniquingKeysWith: { first, _ in first })
    let changed = recorded.keys.sorted().filter { digests[$0] != recorded[$0] }
    if recordedRevision == revision {
      #expect(
        changed.isEmpty,
        "\(component): results changed under revision \(revision): \(changed.joined(separator: ", "))",
        sourceLocation: sourceLocation)
      if !changed.isEmpty { return }
    }
    guard recordedRevision != revision || digests != recorded else { return }
    if ProcessInfo.processInfo.environment["RECORD_GOLDENS"] == "1" {
      let text = digests.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)\n" }.joined()
      try Data("revision \(revision)\n\(text)".utf8).write(to: file)
      Issue.record("\(component): recorded the goldens; run again", sourceLocation: sourceLocation)
    } else {
      let missing = digests.keys.sorted().filter { recorded[$0] == nil }
      Issue.record(
        """
        \(component): goldens of revision \(recordedRevision ?? 0), not \(revision), or without \
        \(missing.joined(separator: ", ")); record them with RECORD_GOLDENS=1
        """, sourceLocation: sourceLocation)
    }
  }
}
