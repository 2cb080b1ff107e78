// Prints how fast each algorithm trains on each environment, on one core, where the time goes, and the result.
//
//     swift run -c release TrainingBenchmark [--environment NAME] [--arm NAME] [--steps N] [--seeds N]
//       [--first-seed N] [--metric NAME] [SETTING=VALUE ...]
//     swift run -c release TrainingBenchmark commands      answers lines of standard input; see Commands.swift
//
// The goal is 288,000 environment steps per second for PPO on CartPole with the preset `cleanrl`: 2×64 networks, 4
// environments × 128 steps, 4 epochs of 4 minibatches. Evaluation is left out of speeds and shares. Speeds are by the
// processor's time, so that what else the machine is doing does not count. Of the phases, `rollout` is the policy
// choosing actions, and `bookkeeping` is what is neither environment nor network, optimizer or advantages.
import Algorithms
import Environments
import Foundation
import Tensors

let words = Array(CommandLine.arguments.dropFirst())

/// The value after `option` on the command line.
func argument(_ option: String) -> String? {
  guard let index = words.firstIndex(of: option), index + 1 < words.count else { return nil }
  return words[index + 1]
}

if words.first == "commands" {
  answerCommands()
  exit(0)
}
let environment = argument("--environment")
let label = argument("--arm")
if let environment, EnvironmentRegistry.declaration(named: environment) == nil {
  FileHandle.standardError.write(Data("there is no environment '\(environment)'\n".utf8))
  exit(1)
}
if let label, !Arm.all.contains(where: { $0.label == label }) {
  let labels = Arm.all.map(\.label).joined(separator: ", ")
  FileHandle.standardError.write(Data("there is no arm '\(label)', but \(labels)\n".utf8))
  exit(1)
}
print("One core, kernels: \(Kernels.instructionSet)")
let firstSeed = argument("--first-seed").flatMap(Int.init) ?? 0
try SpeedTable(
  environments: environment.map { [$0] } ?? EnvironmentRegistry.all.map(\.name),
  arms: Arm.all.filter { label == nil || $0.label == label },
  steps: argument("--steps").flatMap(Int.init) ?? (environment == nil ? 50_000 : 100_000),
  seeds: firstSeed..<(firstSeed + (argument("--seeds").flatMap(Int.init) ?? 1)),
  metric: argument("--metric") ?? "evaluation_return",
  overrides: words.filter { $0.contains("=") }
).printAll()
