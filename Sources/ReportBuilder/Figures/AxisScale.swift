/// An axis from one round number to another, with ticks at round numbers between.
package struct AxisScale: Equatable, Sendable {
  package var lower: Double
  package var upper: Double
  package var ticks: [Double]

  /// Creates an axis that covers `values` and has ticks at round steps.
  ///
  /// - Parameters:
  ///   - values: Finite numbers; an axis without any goes from 0 to 1.
  ///   - limits: What the quantity can be at all; the axis does not go beyond it.
  ///   - count: About how many steps from tick to tick.
  ///   - roundEnds: Whether the ends are moved outward to ticks.
  package init(
    covering values: [Double], limits: ClosedRange<Double>? = nil, count: Int = 5,
    roundEnds: Bool = true
  ) {
    var low = values.min() ?? 0
    var high = values.max() ?? 1
    // An axis that almost starts at zero had better start there.
    if low > 0, low < 0.4 * high { low = 0 }
    if high < 0, high > 0.4 * low { high = 0 }
    if low == high {
      let half = low == 0 ? 0.5 : low.magnitude * 0.1
      (low, high) = (low - half, high + half)
    }
    let step = Self.roundStep((high - low) / Double(count))
    if roundEnds {
      low = (low / step).rounded(.down) * step
      high = (high / step).rounded(.up) * step
    }
    if let limits {
      low = max(low, limits.lowerBound)
      high = max(min(high, limits.upperBound), low + step)
    }
    lower = low
    upper = high
    ticks = []
    var tick = (low / step).rounded(.up)
    while tick * step <= high + step * 1e-9 {
      ticks.append(Self.cleaned(tick * step, step: step))
      tick += 1
    }
  }

  /// Creates an axis from the least to the largest of whole numbers, with a tick at each of them.
  package init(levels: [Double]) {
    lower = levels.min() ?? 0
    upper = max(levels.max() ?? 1, lower + 1)
    ticks = Set(levels).sorted()
  }

  /// The least of 1, 2, 2.5, 5 and 10 times a power of ten that is at least `step`.
  private static func roundStep(_ step: Double) -> Double {
    var power = 1.0
    while power > step { power /= 10 }
    while power * 10 <= step { power *= 10 }
    return ([1, 2, 2.5, 5, 10].first { $0 * power >= step * (1 - 1e-9) } ?? 10) * power
  }

  /// `value` without the noise that multiplying by a step leaves in the last digits.
  private static func cleaned(_ value: Double, step: Double) -> Double {
    significant(value, digits: 12)
  }
}

/// Returns `value` rounded to `digits` significant decimal digits.
package func significant(_ value: Double, digits: Int) -> Double {
  guard value.isFinite, value != 0 else { return value }
  var scale = 1.0
  var least = 1.0
  for _ in 1..<digits { least *= 10 }
  // Scale so that the whole part has `digits` digits; dividing keeps whole powers of ten exact.
  while value.magnitude * scale < least { scale *= 10 }
  var divisor = 1.0
  while value.magnitude / divisor >= least * 10 { divisor *= 10 }
  return divisor > 1
    ? (value / divisor).rounded(.toNearestOrAwayFromZero) * divisor
    : (value * scale).rounded(.toNearestOrAwayFromZero) / scale
}
