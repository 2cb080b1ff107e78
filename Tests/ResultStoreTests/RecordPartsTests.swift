import Foundation
import ResultStore
import Testing

/// Results of items and digests of updates: parts of a record like any other.
@Suite struct RecordPartsTests {
  let folder: TemporaryFolder
  let store: ResultStore
  let preimage = Fixture.preimage()
  let record: Record
  var place: String { "records/\(preimage.key.hex.prefix(2))/\(preimage.key.hex)" }

  init() throws {
    folder = try TemporaryFolder()
    store = ResultStore(root: folder.url)
    record = Record(
      metrics: ["test_accuracy": 0.5],
      items: [
        Curve(name: "test_accuracy_3", steps: [0, 1], values: [1, 0]),
        Curve(name: "test_accuracy_2", steps: [0], values: [0.5]),
      ], updates: [0, 1, 0x8000_0000, .max, 0x0102_0304])
    _ = try store.store(record, for: preimage, provenance: Fixture.provenance)
  }

  private func damage() -> RecordDamage? {
    do {
      _ = try store.record(for: preimage.key, named: "cartpole/PPO/3")
      return nil
    } catch StoreError.damaged(let damage) {
      return damage
    } catch {
      Issue.record("got \(error)")
      return nil
    }
  }

  @Test func `they are read back as they were stored`() throws {
    #expect(try store.record(for: preimage.key, named: "cartpole/PPO/3") == record)
    #expect(
      String(decoding: try folder.contents(of: "\(place)/items.csv"), as: UTF8.self) == """
        quantity,item,value
        test_accuracy_2,0,0.5
        test_accuracy_3,0,1
        test_accuracy_3,1,0

        """)
    #expect(
      try Array(folder.contents(of: "\(place)/updates.bin").suffix(8))
        == [255, 255, 255, 255, 4, 3, 2, 1])
  }

  @Test func `each quantity is a part, and so are the updates`() {
    #expect(
      record.digest.parts.map(\.name) == [
        "items.test_accuracy_2", "items.test_accuracy_3", "metric.test_accuracy", "updates",
      ])
    var changed = record
    changed.updates[1] = 3
    changed.items[0] = Curve(name: "test_accuracy_2", steps: [0], values: [0.25])
    #expect(
      changed.digest.disagreements(with: record.digest) == ["items.test_accuracy_2", "updates"])
  }

  @Test(arguments: [
    ("items.csv", 30, "items.test_accuracy_2"), ("updates.bin", 6, "updates"),
  ])
  func `a byte that was altered is found`(file: String, byte: Int, part: String) throws {
    var bytes = [UInt8](try folder.contents(of: "\(place)/\(file)"))
    bytes[byte] ^= 1
    try folder.write(bytes, to: "\(place)/\(file)")
    let found = try #require(damage())
    #expect(found.file.hasSuffix(file))
    #expect(found.part == part || file == "items.csv")
  }

  @Test(arguments: ["items.csv", "updates.bin"])
  func `a file that is gone or cut is found`(file: String) throws {
    let bytes = [UInt8](try folder.contents(of: "\(place)/\(file)"))
    try folder.write(Array(bytes.dropLast(3)), to: "\(place)/\(file)")
    #expect(damage()?.file.hasSuffix(file) == true)
    try FileManager.default.removeItem(
      at: folder.url.appending(path: "\(place)/\(file)"))
    #expect(damage()?.problem == "is missing")
  }
}
