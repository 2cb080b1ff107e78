import Algorithms
import Environments
import Foundation
import Settings
import Tensors

/// A command on a line of standard input: a word, then settings as `name=value`.
///
///     train [arm=ppo-cleanrl] [environment=CartPole-v1] [steps=100000] [seed=0]     seconds without evaluation
///     profile …                                                                     seconds by phase
///     solve [episodes=100] …                                                        when it was solved
///     versions
///
/// `solve` evaluates every 2,000 steps, and says at which second of the machine's common clock the first evaluation
/// ended that reached the environment's threshold.
struct Command {
  let name: String
  private let settings: [String: String]

  init(_ line: String) {
    let words = line.split(separator: " ").map(String.init)
    name = words.first ?? ""
    settings = Dictionary(
      words.dropFirst().compactMap { word in
        word.firstIndex(of: "=").map {
          (String(word[..<$0]), String(word[word.index(after: $0)...]))
        }
      }, uniquingKeysWith: { $1 })
  }

  /// Returns the answer, a line of JSON.
  func answer() throws -> String {
    switch name {
    case "train": try train()
    case "profile": try profile()
    case "solve": try solve()
    case "versions": "{\"kernels\": \"\(Kernels.instructionSet)\"}"
    default: throw CommandProblem("there is no command '\(name)'")
    }
  }

  private func number(_ name: String, default standard: Int) throws -> Int {
    guard let text = settings[name] else { return standard }
    guard let value = Int(text), value >= 0 else {
      throw CommandProblem("\(name)=\(text) is no number from 0 on")
    }
    return value
  }

  private var environment: String { settings["environment"] ?? "CartPole-v1" }

  private func run(
    every: Int? = nil, episodes: Int = 20, readsPhases: Bool = false
  ) throws -> (result: TrainingResult, clock: PhaseClock) {
    let label = settings["arm"] ?? "ppo-cleanrl"
    guard let arm = Arm.all.first(where: { $0.label == label }),
      let values = arm.settings(on: environment)
    else { throw CommandProblem("there is no arm '\(label)' on \(environment)") }
    let steps = try number("steps", default: 100_000)
    return try trained(
      arm, settings: values, on: environment, steps: steps, seed: try number("seed", default: 0),
      every: every ?? max(1, steps), episodes: episodes, readsPhases: readsPhases)
  }

  private func train() throws -> String {
    let (result, clock) = try run()
    return json([
      ("steps", result.metrics["environment_steps"] ?? 0), ("seconds", clock.processor),
      ("return", result.metrics["training_return_last_100"] ?? .nan),
    ])
  }

  private func profile() throws -> String {
    let (_, clock) = try run(readsPhases: true)
    return json(
      TrainingPhase.allCases.map { ($0.rawValue, clock[$0]) } + [("outside", clock.outside)])
  }

  private func solve() throws -> String {
    let episodes = try number("episodes", default: 100)
    let (result, clock) = try run(every: 2000, episodes: episodes)
    guard let threshold = EnvironmentRegistry.declaration(named: environment)?.threshold else {
      throw CommandProblem("\(environment) has no threshold")
    }
    guard let curve = result.curves.first(where: { $0.name == "evaluation_return" }),
      curve.values.count == clock.evaluationEnds.count,
      let point = curve.values.firstIndex(where: { $0 >= threshold })
    else { return "{\"solved_at\": null}" }
    return json([
      ("solved_at", clock.evaluationEnds[point]), ("steps", Double(curve.steps[point])),
      ("evaluation", curve.values[point]), ("threshold", threshold),
      ("final_evaluation", curve.values.last ?? .nan),
    ])
  }

  private func json(_ pairs: [(String, Double)]) -> String {
    "{" + pairs.map { "\"\($0)\": \($1)" }.joined(separator: ", ") + "}"
  }
}

/// The reason why a command cannot be carried out.
struct CommandProblem: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

/// Answers commands line by line until standard input ends.
func answerCommands() {
  while let line = readLine() {
    do {
      print(try Command(line).answer())
      fflush(nil)
    } catch {
      FileHandle.standardError.write(Data("\(error)\n".utf8))
      exit(1)
    }
  }
}
