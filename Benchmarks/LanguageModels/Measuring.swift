import Foundation

/// Processor seconds that this process has used.
func processorSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
}

/// The most memory that this process has held, in bytes.
func peakMemory() -> Int {
  var usage = rusage()
  getrusage(RUSAGE_SELF.rawValue, &usage)
  return usage.ru_maxrss * 1024
}

/// The median of the processor seconds that each of `count` calls took.
func medianSeconds(of count: Int, _ body: () -> Void) -> Double {
  let seconds = (0..<count).map { _ in
    let start = processorSeconds()
    body()
    return processorSeconds() - start
  }.sorted()
  let middle = count / 2
  return count.isMultiple(of: 2) ? (seconds[middle - 1] + seconds[middle]) / 2 : seconds[middle]
}

/// One line of JSON with numbers.
func json(_ members: [(String, Double)]) -> String {
  "{" + members.map { "\"\($0.0)\": \($0.1)" }.joined(separator: ", ") + "}"
}
