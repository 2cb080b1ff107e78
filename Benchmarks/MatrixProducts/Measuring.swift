import Glibc

/// Returns the median seconds of one call of each of `bodies`, which take turns for about `seconds`.
///
/// Seconds of this thread on a processor, so that what else the machine does is left out as far as possible.
func mediansInTurns(seconds: Double, _ bodies: () -> Void...) -> [Double] {
  let rounds = 25
  let calls = bodies.map { body in
    let once = max(processorSeconds(of: body, calls: 3) / 3, 1e-9)
    return max(1, Int(seconds / Double(rounds * bodies.count) / once))
  }
  var samples = bodies.map { _ in [Double]() }
  for _ in 0..<rounds {
    for (index, body) in bodies.enumerated() {
      samples[index].append(
        processorSeconds(of: body, calls: calls[index]) / Double(calls[index]))
    }
  }
  return samples.map { $0.sorted()[rounds / 2] }
}

/// Returns the seconds that this thread spends on `calls` calls of `body`.
private func processorSeconds(of body: () -> Void, calls: Int) -> Double {
  func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
  let start = now()
  for _ in 0..<calls { body() }
  return now() - start
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
