internal import CanonicalJSON

/// A digest of all that a lock of many runs says of the record of one: its metrics, and the first digits of the digests of
/// its other parts.
///
/// The digest over all parts does not follow from what stands in such a lock, so that one with other numbers beside it
/// could be made by hand. This one does follow, and is compared with that of the record.
struct LockedSeal: Equatable, Sendable {
  private let first: UInt64
  private let second: UInt64

  /// The seal of a record.
  init(of record: Record, _ digest: RecordDigest) {
    let names = record.metrics.keys.sorted(by: CanonicalText.precedes)
    self.init(
      metrics: names.lazy.map { ($0, record.metrics[$0]) },
      parts: digest.otherParts.lazy.map {
        ($0.name, Array($0.hex.utf8.prefix(Lock.Form.digits))[...])
      })
  }

  /// The seal of what a lock says.
  init(of run: LockedRun) {
    switch run.values {
    case .named(let metrics, let parts):
      self.init(
        metrics: metrics.keys.sorted(by: CanonicalText.precedes).lazy.map { ($0, metrics[$0]) },
        parts: parts.keys.sorted(by: CanonicalText.precedes).lazy.map {
          ($0, parts[$0].map { Array($0.utf8.prefix(Lock.Form.digits))[...] })
        })
    case .row(let table, let row):
      self.init(
        metrics: table.metrics.indices.lazy.map { (table.metrics[$0], table.number(row, $0)) },
        parts: table.parts.indices.lazy.map { (table.parts[$0], table.digits(row, $0)) })
    }
  }

  /// The seal of values in the order of their names; a value that is nil is left out.
  private init(
    metrics: some Sequence<(String, Double?)>, parts: some Sequence<(String, ArraySlice<UInt8>?)>
  ) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(1024)
    for case (let name, let value?) in metrics {
      bytes += name.utf8
      bytes.append(UInt8(ascii: " "))
      // Both zeros are written alike.
      withUnsafeBytes(of: (value == 0 ? 0 : value).bitPattern.littleEndian) { bytes += $0 }
    }
    bytes.append(UInt8(ascii: "\n"))
    for case (let name, let digits?) in parts {
      bytes += name.utf8
      bytes.append(UInt8(ascii: " "))
      bytes += digits
    }
    (first, second) = bytes.withUnsafeBytes { Digest.firstHalf(of: $0) }
  }
}

extension LockedSeal {
  /// How many digits its text has.
  static let digits = 32

  /// Its digits.
  var text: String { Digest.hex(first, digits: 16) + Digest.hex(second, digits: 16) }

  /// Reads its digits; nil if they are none.
  init?(_ text: ArraySlice<UInt8>) {
    guard text.count == Self.digits, let first = Digest.number(text.prefix(16)),
      let second = Digest.number(text.suffix(16))
    else { return nil }
    (self.first, self.second) = (first, second)
  }
}
