import Algorithms
import Foundation

/// Processor seconds that this process has used.
func processorSeconds() -> Double { seconds(of: CLOCK_PROCESS_CPUTIME_ID) }

/// Seconds of the clock that all processes of the machine share.
func wallSeconds() -> Double { seconds(of: CLOCK_MONOTONIC) }

private func seconds(of clock: clockid_t) -> Double {
  var time = timespec()
  clock_gettime(clock, &time)
  return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
}

/// The time of training, by phase.
///
/// Phases change several times in every step of the environments. The processor's clock would take a call of the
/// system each time and be a good part of what it measures, so short stretches are of the wall's clock, which takes
/// none. A stretch in which another process may have had the core, one of half a millisecond or more, is what the
/// processor's clock has gone on since it was last read, less the short stretches since.
final class PhaseClock {
  /// Seconds in each phase.
  private(set) var phases: [Double]
  /// Seconds before the first phase and after the last.
  private(set) var outside = 0.0
  /// Processor seconds of training, evaluation left out.
  private(set) var processor = 0.0
  /// When each evaluation ended, on the wall's clock.
  private(set) var evaluationEnds: [Double] = []
  private let readsPhases: Bool
  private var current: Int?
  private var since = wallSeconds()
  private var processorSince = processorSeconds()
  private var lastReading = processorSeconds()
  /// Short stretches since the last reading.
  private var short = 0.0

  private static let evaluation = index(of: .evaluation)

  /// A clock that has begun to run.
  ///
  /// - Parameter readsPhases: Whether all phases are told apart; otherwise evaluations alone are.
  init(readsPhases: Bool) {
    self.readsPhases = readsPhases
    phases = [Double](repeating: 0, count: TrainingPhase.allCases.count)
  }

  static func index(of phase: TrainingPhase) -> Int {
    switch phase {
    case .rollout: 0
    case .environment: 1
    case .forward: 2
    case .backward: 3
    case .optimizer: 4
    case .advantages: 5
    case .bookkeeping: 6
    case .evaluation: 7
    }
  }

  /// Seconds spent in a phase.
  subscript(phase: TrainingPhase) -> Double { phases[Self.index(of: phase)] }

  /// Turns to another phase, or to none.
  func enter(_ phase: TrainingPhase?) {
    let next = phase.map(Self.index(of:))
    if next == Self.evaluation || current == Self.evaluation || next == nil {
      let now = processorSeconds()
      if current != Self.evaluation { processor += now - processorSince }
      processorSince = now
      if current == Self.evaluation { evaluationEnds.append(wallSeconds()) }
    } else if !readsPhases {
      current = next
      return
    }
    let stretch = stretchUntilNow()
    if let current { phases[current] += stretch } else { outside += stretch }
    current = next
  }

  /// Seconds since the last call, as the processor has worked on this process.
  private func stretchUntilNow() -> Double {
    let now = wallSeconds()
    var stretch = now - since
    since = now
    guard stretch >= 0.000_5 else {
      short += stretch
      return stretch
    }
    let reading = processorSeconds()
    stretch = max(0, reading - lastReading - short)
    lastReading = reading
    short = 0
    return stretch
  }
}
