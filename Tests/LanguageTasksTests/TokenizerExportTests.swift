import Foundation
import LanguageTasks
import TestSupport
import Testing

/// The exported tokenizers, with texts and the ids they get, as files that
/// `Benchmarks/Peers/check_tokenizers.py` opens with `transformers`.
///
/// `RECORD_SNAPSHOTS=1` writes the files anew; do so only together with a raised revision.
@Suite struct TokenizerExportTests {
  @Test(arguments: LanguageTaskRegistry.all.map(\.name))
  func `exported tokenizers and the ids of texts are as recorded`(name: String) throws {
    let task = try #require(LanguageTaskRegistry.declaration(named: name)).make()
    try expectSnapshot(task.tokenizer.json, named: "\(name).tokenizer.json")
    try expectSnapshot(lines(of: task), named: "\(name).ids.jsonl")
  }

  /// One line for each text: the text, its ids, and the text that the ids give, which readers that leave out
  /// special tokens give for the ids with an end token.
  private func lines(of task: any LanguageTask) throws -> String {
    let examples =
      (0..<40).map(task.trainingExample)
      + task.levels.indices.flatMap { level in (0..<10).map { task.testExample(level: level, $0) } }
    var texts = examples.flatMap { [$0.prompt, $0.demonstration] } + [""]
    // Every token of the vocabulary, and in words the spaces that encoding drops.
    let ids = task.tokenizer.vocabulary.indices.map { Int32($0) }
    texts.append(task.tokenizer.decode(ids.filter { !task.tokenizer.isSpecial($0) }))
    texts += examples.prefix(3).map { " \($0.demonstration)  " }.filter {
      (try? task.tokenizer.encode($0)) != nil
    }
    return try texts.map { text in
      let ids = try task.tokenizer.encode(text)
      let line: [String: Any] = [
        "text": text, "ids": ids.map(Int.init),
        "decoded": task.tokenizer.decode(ids),
      ]
      let data = try JSONSerialization.data(
        withJSONObject: line, options: [.sortedKeys, .withoutEscapingSlashes])
      return String(decoding: data, as: UTF8.self) + "\n"
    }.joined()
  }
}
