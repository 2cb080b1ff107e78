// Prints how fast each algorithm trains, on CartPole unless another environment is named, on one
// core, where the time goes, and what is reached.
//
//     swift run -c release TrainingBenchmark [--arm NAME] [--steps N] [--seeds N] [--first-seed N]
//       [--environment NAME] [--metric NAME] [SETTING=VALUE ...]
//
// The goal is 288,000 environment steps per second for PPO with the preset `cleanrl`: 2×64 networks, 4
// environments × 128 steps, 4 epochs of 4 minibatches. Evaluation is left out of the rate. Time is the
// processor's, so that what else the machine is doing does not count.
import Algorithms
import Foundation
import Settings
import Tensors

/// An algorithm with a preset, as it is measured.
struct Arm {
  var label: String
  var algorithm: String
  var preset: String?
  var settings: [String: SettingValue] = [:]
}

let arms = [
  Arm(label: "ppo-cleanrl", algorithm: "ppo", preset: "cleanrl"),
  Arm(label: "ppo-zoo", algorithm: "ppo", preset: "zoo"),
  Arm(label: "ppo-sb3", algorithm: "ppo", preset: "sb3"),
  Arm(label: "reinforce", algorithm: "reinforce"),
  Arm(label: "grpo", algorithm: "grpo"),
  Arm(label: "dr_grpo", algorithm: "dr_grpo"),
  Arm(label: "remax", algorithm: "remax"),
  Arm(label: "rloo", algorithm: "rloo"),
  Arm(label: "dpo", algorithm: "dpo"),
  Arm(
    label: "dpo-offline", algorithm: "dpo", settings: ["variant": .choice("offline")]),
]

/// The value after `option` on the command line.
func argument(_ option: String) -> String? {
  guard let index = CommandLine.arguments.firstIndex(of: option),
    index + 1 < CommandLine.arguments.count
  else { return nil }
  return CommandLine.arguments[index + 1]
}

/// Processor seconds that this process has used.
func processorSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
}

/// Processor seconds spent in each phase of training.
final class PhaseClock {
  private(set) var seconds: [TrainingPhase: Double] = [:]
  private var current: TrainingPhase?
  private var since = processorSeconds()

  func enter(_ phase: TrainingPhase?) {
    guard phase != current else { return }
    let now = processorSeconds()
    if let current { seconds[current, default: 0] += now - since }
    current = phase
    since = now
  }
}

let steps = argument("--steps").flatMap(Int.init) ?? 100_000
let seeds = argument("--seeds").flatMap(Int.init) ?? 1
let firstSeed = argument("--first-seed").flatMap(Int.init) ?? 0
let only = argument("--arm")
let environment = argument("--environment") ?? "CartPole-v1"
let metric = argument("--metric") ?? "evaluation_return"

func padded(_ text: String, _ width: Int) -> String {
  String(repeating: " ", count: max(0, width - text.count)) + text
}

/// The number with three significant digits or none after the point.
func rounded(_ value: Double) -> String {
  value.magnitude >= 100
    ? "\(Int(value.rounded()))" : "\((value * 1000).rounded() / 1000)"
}

print("\(environment), \(steps) environment steps, one core, kernels: \(Kernels.instructionSet)")
print(
  "arm".padding(14), padded("steps/s", 9),
  TrainingPhase.allCases.filter { $0 != .evaluation }.map { padded($0.rawValue, 12) }.joined(),
  "  \(metric) by seed")
for arm in arms where only == nil || only == arm.label {
  guard let declaration = AlgorithmRegistry.declaration(named: arm.algorithm) else { continue }
  var settings: [String: SettingValue] = [:]
  if let preset = arm.preset {
    guard let values = declaration.preset(preset, environment: environment) else { continue }
    settings = values
  }
  settings.merge(arm.settings) { $1 }
  for override in CommandLine.arguments where override.contains("=") {
    let parts = override.split(separator: "=").map(String.init)
    guard parts.count == 2,
      let setting = declaration.settings.first(where: { $0.name == parts[0] })
    else { continue }
    settings[parts[0]] =
      switch setting.kind {
      case .integer: .integer(Int(parts[1]) ?? 0)
      case .number: .number(Double(parts[1]) ?? 0)
      case .optionalNumber: Double(parts[1]).map(SettingValue.number) ?? SettingValue.none
      default: .choice(parts[1])
      }
  }
  let clock = PhaseClock()
  var values: [String] = []
  var trained = 0.0
  for seed in firstSeed..<(firstSeed + seeds) {
    let result = try train(
      RunConfiguration(
        environment: environment,
        budget: ["environment_steps": .integer(steps)],
        evaluation: ["every": .integer(max(1, steps / 20))], algorithm: arm.algorithm,
        algorithmSettings: settings, seed: seed),
      enter: { clock.enter($0) })
    clock.enter(nil)
    values.append(rounded(result.metrics[metric] ?? .nan))
    trained += result.metrics["environment_steps"] ?? 0
  }
  let phases = TrainingPhase.allCases.filter { $0 != .evaluation }
  let total = phases.reduce(0.0) { $0 + (clock.seconds[$1] ?? 0) }
  let shares = phases.map {
    padded("\(Int((100 * (clock.seconds[$0] ?? 0) / total).rounded())) %", 12)
  }
  print(
    arm.label.padding(14), padded("\(Int(trained / total))", 9), shares.joined(), "  ",
    values.joined(separator: " "))
}

extension String {
  /// The text with spaces after it, to fill `width`.
  func padding(_ width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
