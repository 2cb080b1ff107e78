internal import Foundation
internal import Glibc

/// Shows an execution on standard error: a live bar on a terminal, a line for each run elsewhere.
public struct ProgressDisplay {
  private let isTerminal: Bool
  private let write: (String) -> Void
  private var hasBar = false
  private var lastBar: Double = -1

  /// Creates a display on standard error.
  public init() {
    self.init(isTerminal: isatty(2) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb") {
      StandardError.write($0)
    }
  }

  /// Creates a display that writes with `write`.
  public init(isTerminal: Bool, write: @escaping (String) -> Void) {
    self.isTerminal = isTerminal
    self.write = write
  }

  /// Shows an event.
  public mutating func show(_ event: ExecutionEvent) {
    switch event {
    case .progress(let progress):
      guard isTerminal, progress.elapsed - lastBar >= 0.2 else { return }
      lastBar = progress.elapsed
      drawBar(progress)
    case .waiting(let runs):
      clearBar()
      write(
        "waiting for \(runs == 1 ? "a run" : "\(runs) runs") that another labbook executes on this store\n"
      )
    case .note(let text):
      clearBar()
      write(text + "\n")
    case .finished(let outcome, let progress):
      if isTerminal, !outcome.isFailure {
        drawBar(progress)
      } else {
        clearBar()
        write("[\(progress.finishedRuns)/\(progress.runs)] \(outcome)\n")
      }
    }
  }

  /// Takes the bar away and writes the summary.
  public mutating func finish(_ outcomes: [RunOutcome], _ progress: ExecutionProgress) {
    clearBar()
    if progress.runs > 0 { write(Self.summary(of: outcomes, progress) + "\n") }
  }

  private mutating func drawBar(_ progress: ExecutionProgress) {
    write("\r" + Self.bar(progress) + "\u{1B}[K")
    hasBar = true
  }

  private mutating func clearBar() {
    if hasBar { write("\r\u{1B}[K") }
    hasBar = false
  }

  /// The bar with runs, rate and remaining time, less than 80 columns wide.
  public static func bar(_ progress: ExecutionProgress) -> String {
    let width = 20
    let filled = Int(progress.fraction * Double(width))
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
    var text =
      "\(bar) \(Int(progress.fraction * 100)) %  \(progress.finishedRuns)/\(progress.runs) runs"
    if let rate = rate(progress) { text += "  \(rate)" }
    if let remaining = progress.remaining { text += "  \(duration(remaining)) left" }
    return text
  }

  /// One line on all outcomes, such as `80 runs in 41 s (195,122 steps/s): 79 done, 1 failed`.
  public static func summary(of outcomes: [RunOutcome], _ progress: ExecutionProgress) -> String {
    let kinds: [(name: String, isIn: (RunOutcome.Result) -> Bool)] = [
      ("done", { $0 == .stored || $0 == .replacedDamaged }),
      ("same", { $0 == .same }),
      ("repeated", { if case .repeated = $0 { true } else { false } }),
      ("different", { if case .differs = $0 { true } else { false } }),
      ("failed", { if case .failed = $0 { true } else { false } }),
      ("not started", { if case .notStarted = $0 { true } else { false } }),
      ("interrupted", { $0 == .interrupted }),
      ("already there", { $0 == .cached }),
    ]
    let counts = kinds.compactMap { kind in
      let count = outcomes.count { kind.isIn($0.result) }
      return count == 0 ? nil : "\(count) \(kind.name)"
    }
    let rate = rate(progress).map { " (\($0))" } ?? ""
    return "\(outcomes.count) \(outcomes.count == 1 ? "run" : "runs") in "
      + "\(duration(progress.elapsed))\(rate): \(counts.joined(separator: ", "))"
  }

  /// Such as `195,122 steps/s`.
  private static func rate(_ progress: ExecutionProgress) -> String? {
    progress.unit == .thousandths
      ? nil
      : progress.rate.map {
        "\(count(Int($0))) \(progress.unit == .tokens ? "tokens/s" : "steps/s")"
      }
  }

  /// A whole number with a comma before every third digit.
  static func count(_ number: Int) -> String {
    var text = ""
    for (position, digit) in "\(number)".reversed().enumerated() {
      if position > 0, position.isMultiple(of: 3) { text.append(",") }
      text.append(digit)
    }
    return String(text.reversed())
  }

  /// A duration for people: `41 s`, `3 min 5 s`, `2 h 10 min`.
  public static func duration(_ seconds: Double) -> String {
    let seconds = Int(min(max(0, seconds), 1e9).rounded(.up))
    return switch seconds {
    case ..<60: "\(seconds) s"
    case ..<3600: "\(seconds / 60) min \(seconds % 60) s"
    default: "\(seconds / 3600) h \(seconds % 3600 / 60) min"
    }
  }
}
