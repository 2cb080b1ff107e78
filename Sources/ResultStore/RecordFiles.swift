internal import CanonicalJSON

/// The names of the files in a record's folder.
enum RecordFile {
  static let record = "record.json"
  static let updates = "updates.bin"
  static let samples = "samples.jsonl"
  static let weights = "weights.safetensors"
  static let preimage = "key.txt"
  static let provenance = "provenance.json"
  /// The digest of the provenance, as `sha256sum` writes and checks it. The provenance is no part of a result, so the
  /// record's digest does not cover it. Records made before week 49 have none.
  static let provenanceDigest = "provenance.sha256"

  static func provenanceDigest(of bytes: [UInt8]) -> String {
    "\(Digest.hex(of: bytes))  \(provenance)\n"
  }

  /// The most bytes of a file: those that are read into values are bounded more tightly than weights.
  static func mostBytes(of name: String) -> Int {
    switch name {
    case record, preimage, provenance, provenanceDigest: FileSize.mostOfRecordText
    case weights: FileSize.mostOfRecord
    default: FileSize.most
    }
  }
}

/// `samples.jsonl`: a JSON document a line.
enum SamplesFile {
  static func text(of samples: [String]) -> String {
    samples.map { $0 + "\n" }.joined()
  }

  static func samples(in text: String) -> [String] {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    if lines.last == "" { lines.removeLast() }
    return lines.map(String.init)
  }
}

/// `updates.bin`: four bytes for each step of the optimizer, the lowest first.
enum UpdatesFile {
  static func bytes(of updates: [UInt32]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(4 * updates.count)
    for update in updates {
      for shift in stride(from: 0, to: 32, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: update >> UInt32(shift)))
      }
    }
    return bytes
  }

  /// The digests in the file; `nil` if it ends within one.
  static func updates(in bytes: [UInt8]) -> [UInt32]? {
    guard bytes.count.isMultiple(of: 4) else { return nil }
    return stride(from: 0, to: bytes.count, by: 4).map { offset in
      (0..<4).reduce(0) { $0 | UInt32(bytes[offset + $1]) << UInt32(8 * $1) }
    }
  }
}

/// `curves.csv` and `items.csv`: all curves one after the other, a point a line.
struct CurvesFile {
  /// The name of the file in a record's folder.
  let name: String
  let header: String
  /// The beginning of the names of its parts.
  let prefix: String
  let content: any WritableKeyPath<Record, [Curve]> & Sendable

  /// Quantities over the course of the run.
  static let curves = CurvesFile(
    name: "curves.csv", header: "curve,step,value", prefix: "curve.", content: \.curves)
  /// Quantities over the items of the final evaluation.
  static let items = CurvesFile(
    name: "items.csv", header: "quantity,item,value", prefix: "items.", content: \.items)
  static let all = [curves, items]

  /// The name of the part that a curve is.
  func part(of curve: String) -> String { prefix + curve }

  func text(of curves: [Curve]) -> String {
    var text = header + "\n"
    for curve in curves {
      for (step, value) in zip(curve.steps, curve.values) {
        text += "\(curve.name),\(step),\(CanonicalText.number(value))\n"
      }
    }
    return text
  }

  /// A run of lines with the same name, with the digest of its points as they are written.
  struct Block {
    var curve: Curve
    var digest: String
  }

  /// The curves of the file in its order; a curve without points has no line.
  ///
  /// - Throws: The problem with the first line that is not a point.
  func blocks(in bytes: [UInt8]) throws(CurvesError) -> [Block] {
    let head = Array((header + "\n").utf8)
    guard bytes.starts(with: head), bytes.last == UInt8(ascii: "\n") else {
      throw CurvesError(problem: "has no '\(header)' line or ends within a line")
    }
    var blocks: [Block] = []
    var lines = bytes.dropFirst(head.count)
    var lineNumber = 2
    while let comma = lines.firstIndex(of: UInt8(ascii: ",")) {
      let name = lines[..<comma]
      var points: [UInt8] = []
      var steps: [Int] = []
      var values: [Double] = []
      while lines.starts(with: name), lines.dropFirst(name.count).first == UInt8(ascii: ",") {
        lines = lines.dropFirst(name.count + 1)
        guard let end = lines.firstIndex(of: UInt8(ascii: "\n")),
          let (step, value) = Self.point(lines[..<end])
        else { throw CurvesError(problem: "has no point of a curve in line \(lineNumber)") }
        points += lines[...end]
        steps.append(step)
        values.append(value)
        lines = lines[(end + 1)...]
        lineNumber += 1
      }
      let curve = Curve(name: String(decoding: name, as: UTF8.self), steps: steps, values: values)
      blocks.append(Block(curve: curve, digest: Digest.hex(of: points)))
    }
    guard lines.isEmpty else {
      throw CurvesError(problem: "has no point of a curve in line \(lineNumber)")
    }
    return blocks
  }

  private static func point(_ cells: ArraySlice<UInt8>) -> (step: Int, value: Double)? {
    guard let comma = cells.firstIndex(of: UInt8(ascii: ",")),
      let step = Int(String(decoding: cells[..<comma], as: UTF8.self)),
      StoredNumber.steps.contains(step),
      let value = Double(String(decoding: cells[(comma + 1)...], as: UTF8.self)),
      StoredNumber.isOfCurve(value)
    else { return nil }
    return (step, value)
  }
}

/// A fault in a curves file.
struct CurvesError: Error {
  var problem: String
}
