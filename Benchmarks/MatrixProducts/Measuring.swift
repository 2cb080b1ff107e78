/// Returns the median seconds of one call of each of `bodies`, which take turns for about `seconds`.
func mediansInTurns(seconds: Double, _ bodies: () -> Void...) -> [Double] {
  let clock = ContinuousClock()
  func time(_ body: () -> Void, calls: Int) -> Double {
    let duration = clock.measure { for _ in 0..<calls { body() } }
    return Double(duration.components.attoseconds) * 1e-18 + Double(duration.components.seconds)
  }
  let rounds = 15
  let calls = bodies.map { body in
    let once = max(time(body, calls: 3) / 3, 1e-9)
    return max(1, Int(seconds / Double(rounds * bodies.count) / once))
  }
  var samples = bodies.map { _ in [Double]() }
  for _ in 0..<rounds {
    for (index, body) in bodies.enumerated() {
      samples[index].append(time(body, calls: calls[index]) / Double(calls[index]))
    }
  }
  return samples.map { $0.sorted()[rounds / 2] }
}

/// Returns `value` with `places` decimals.
func decimal(_ value: Double, _ places: Int) -> String {
  var scale = 1.0
  for _ in 0..<places { scale *= 10 }
  let scaled = Int((value.magnitude * scale).rounded())
  let fraction = String(scaled % Int(scale))
  let padding = String(repeating: "0", count: places - fraction.count)
  return "\(value < 0 ? "-" : "")\(scaled / Int(scale)).\(padding)\(fraction)"
}

/// Returns a line of a table; all but the first two columns are aligned to the right.
func cells(_ texts: [String], widths: [Int]) -> String {
  zip(texts, widths).enumerated().map { column, cell in
    let space = String(repeating: " ", count: max(0, cell.1 - cell.0.count))
    return column < 2 ? cell.0 + space : space + cell.0
  }.joined(separator: " ")
}
