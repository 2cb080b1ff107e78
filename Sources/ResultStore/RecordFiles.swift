/// The names of the files in a record's folder.
enum RecordFile {
  static let record = "record.json"
  static let curves = "curves.csv"
  static let samples = "samples.jsonl"
  static let weights = "weights.safetensors"
  static let preimage = "key.txt"
  static let provenance = "provenance.json"
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

/// `curves.csv`: all curves one after the other, a point a line.
enum CurvesFile {
  static let header = "curve,step,value"

  static func text(of curves: [Curve]) -> String {
    var text = header + "\n"
    for curve in curves {
      for (step, value) in zip(curve.steps, curve.values) {
        text += "\(curve.name),\(step),\(CanonicalText.number(value))\n"
      }
    }
    return text
  }

  /// The curves of the file in its order; a curve without points has no line.
  ///
  /// - Throws: The problem with the first line that is not a point.
  static func curves(in text: String) throws(CurvesError) -> [Curve] {
    var points: [String: (steps: [Int], values: [Double])] = [:]
    var names: [String] = []
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.first.map({ $0 == header }) == true, lines.last == "", lines.count > 1 else {
      throw CurvesError(problem: "has no '\(header)' line or ends within a line")
    }
    for (position, line) in lines.enumerated().dropFirst().dropLast() {
      let cells = line.split(separator: ",", omittingEmptySubsequences: false)
      guard cells.count == 3, let step = Int(cells[1]), let value = Double(cells[2]),
        cells[2].elementsEqual(CanonicalText.number(value)), cells[1].elementsEqual("\(step)")
      else { throw CurvesError(problem: "has no point of a curve in line \(position + 1)") }
      let name = String(cells[0])
      if points[name] == nil { names.append(name) }
      points[name, default: ([], [])].steps.append(step)
      points[name, default: ([], [])].values.append(value)
    }
    return names.compactMap { name in
      points[name].map { Curve(name: name, steps: $0.steps, values: $0.values) }
    }
  }
}

/// What is wrong with a curves file.
struct CurvesError: Error {
  var problem: String
}
