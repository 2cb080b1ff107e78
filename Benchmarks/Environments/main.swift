// Measures how fast the environments step on one core, and the returns that need no learning.
//
//     swift run -c release EnvironmentBenchmark [--json] [--counts=1,8,1024,4096] [NAME …]     steps per second
//     swift run -c release EnvironmentBenchmark random [NAME …]     mean return of acting at random, 10,000 episodes
//     swift run -c release EnvironmentBenchmark constant [NAME …]   mean return of each action throughout, likewise
//
// `scalar` is one environment after the other, each behind `any Environment`, as the engine's rollouts step them
// without lanes. A step of `lanes` steps all of them with actions drawn before, writes all observations, and
// starts a new episode, from its own stream, wherever one ended. Time is the processor's, so that what else the
// machine is doing does not count.
import Environments
import Foundation

let words = Array(CommandLine.arguments.dropFirst())
let names = words.filter { !$0.hasPrefix("--") && !["random", "constant"].contains($0) }
for name in names where EnvironmentRegistry.declaration(named: name) == nil {
  FileHandle.standardError.write(Data("there is no environment '\(name)'\n".utf8))
  exit(1)
}
let declarations = EnvironmentRegistry.all.filter { names.isEmpty || names.contains($0.name) }
if words.contains("random") {
  try printRandomReturns(of: declarations)
} else if words.contains("constant") {
  try printConstantReturns(of: declarations)
} else {
  let counts = words.first { $0.hasPrefix("--counts=") }.map {
    $0.dropFirst("--counts=".count).split(separator: ",").compactMap { Int($0) }.filter { $0 > 0 }
  }
  try printSpeeds(
    of: declarations, counts: counts ?? [1, 8, 1024, 4096], asJSON: words.contains("--json"))
}
