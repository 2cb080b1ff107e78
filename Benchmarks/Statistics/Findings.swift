import Foundation

/// The measurements as lines of a table, and the bounds that they broke.
struct Findings {
  private(set) var broken: [String] = []
  /// The numbers of seeds that columns stand for.
  static let seeds = [6, 10, 20]

  /// The bound that a share is held to.
  enum Promise {
    case none
    case atLeast(Double)
    case atMost(Double)
    case within(ClosedRange<Double>)

    var words: String {
      switch self {
      case .none: ""
      case .atLeast(let bound): "at least \(percent(bound))"
      case .atMost(let bound): "at most \(percent(bound))"
      case .within(let range): "\(percent(range.lowerBound)) to \(percent(range.upperBound))"
      }
    }

    /// Whether `share` of so many trials breaks the promise by more than simulation error: three of its
    /// standard errors.
    func isBroken(by share: Double, of trials: Int) -> Bool {
      func error(_ bound: Double) -> Double {
        3 * (bound * (1 - bound) / Double(trials)).squareRoot()
      }
      return switch self {
      case .none: false
      case .atLeast(let bound): share < bound - error(bound)
      case .atMost(let bound): share > bound + error(bound)
      case .within(let range):
        share < range.lowerBound - error(range.lowerBound)
          || share > range.upperBound + error(range.upperBound)
      }
    }
  }

  func head(_ title: String, columns: [Int] = seeds) {
    print("\n\(title)")
    line("", columns.map { "\($0) seeds" }, "promised")
  }

  /// Prints a share for each number of seeds, and holds each to its promise.
  mutating func row(
    _ name: String, trials: Int, shares: [Double], promises: [Promise]
  ) {
    for (share, promise) in zip(shares, promises) where promise.isBroken(by: share, of: trials) {
      broken.append("\(name): \(percent(share)), promised is \(promise.words)")
    }
    let words = promises.map(\.words).reduce(into: [String]()) { words, next in
      if !next.isEmpty, words.last != next { words.append(next) }
    }
    line(name, shares.map(percent), words.joined(separator: ", "))
  }

  mutating func require(_ holds: Bool, _ promise: String) {
    if !holds { broken.append(promise) }
  }

  private func line(_ name: String, _ cells: [String], _ last: String) {
    func padded(_ text: String, to width: Int) -> String {
      String(repeating: " ", count: max(0, width - text.count)) + text
    }
    print(
      "  " + name + String(repeating: " ", count: max(0, 52 - name.count))
        + cells.map { padded($0, to: 10) }.joined() + (last.isEmpty ? "" : "   " + last))
  }
}

func percent(_ share: Double) -> String {
  String(format: "%.1f %%", 100 * share)
}
