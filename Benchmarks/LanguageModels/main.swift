// Measures the language-model engine on one core for `make bench-peers`, and computes what `make check-peers`
// compares.
//
//     swift run -c release LanguageModelBenchmark
//
// Reads commands, one per line, from standard input and answers each with one line of JSON, so that a driver can
// take turns between this process and others. Seconds are the processor's, so that what else the machine is
// doing does not count. A command is a word and settings:
//
//     training size=S [batch=32] [layers=…] [steps=3]       updates of AdamW on random tokens
//     sampling size=S [batch=64] [prompt=1] [steps=3]       one completion of each row up to the context
//     grpo [prompts=8] [group=8] [prompt=16] [new=64] [steps=3]
//     logits folder=… tokens=1,2,3                          of the Llama checkpoint in the folder
//     export folder=… [seed=1] [layers=2] [scalar=1] …      a random Llama checkpoint written into the folder
import Foundation

while let line = readLine() {
  let command = Command(line)
  do {
    FileHandle.standardOutput.write(Data("\(try answer(to: command))\n".utf8))
  } catch {
    FileHandle.standardError.write(Data("\(command.name): \(error)\n".utf8))
    exit(1)
  }
}

/// Carries out one command and returns its JSON.
func answer(to command: Command) throws -> String {
  switch command.name {
  case "training": try measureTraining(command)
  case "sampling": try measureSampling(command)
  case "grpo": try measureGroupSteps(command)
  case "logits": try checkpointLogits(command)
  case "export": try exportCheckpoint(command)
  default: throw CommandProblem("there is no command '\(command.name)'")
  }
}
