import Foundation
import NeuralNetworks
import SeededRandom
import Tensors
import TestSupport
import Testing

@Suite struct TransformerWeightsTests {
  private func golden(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: testFolder().appending(components: "Goldens", name)))
  }

  private func configuration(_ name: String) throws -> TransformerConfiguration {
    try TransformerConfiguration(json: String(decoding: golden(name), as: UTF8.self))
  }

  /// A network of the configuration; its weights are random.
  private func network(
    _ configuration: TransformerConfiguration, prefix: String = "", seed: Int = 0
  ) -> Transformer {
    let transformer = Transformer(
      settings: configuration.settings, vocabulary: configuration.vocabulary,
      head: configuration.head, parameters: ParameterSet(), prefix: prefix)
    transformer.initialize(
      streams: RandomStreams(identity: "tests", replicateSeed: seed), scoreDeviation: 0.1)
    return transformer
  }

  private func problem(
    _ body: () throws(SafetensorsProblem) -> Void
  ) -> SafetensorsProblem? {
    do throws(SafetensorsProblem) {
      try body()
      return nil
    } catch {
      return error
    }
  }

  private func configurationProblem(_ text: String) -> TransformerConfigurationProblem? {
    do throws(TransformerConfigurationProblem) {
      _ = try TransformerConfiguration(json: text)
      return nil
    } catch {
      return error
    }
  }

  @Test func `a checkpoint by transformers gives the logits it gives there`() throws {
    let transformer = network(try configuration("llama_config.json"))
    try load(golden("llama.safetensors"), into: transformer)
    let expected = try tensors(ofSafetensors: golden("llama_logits.safetensors"))
    let tokens = try #require(expected.first { $0.name == "tokens" }).elements.map { Int32($0) }
    let logits = try #require(expected.first { $0.name == "logits" }).elements
    var batch = TokenBatch()
    batch.append(tokens, firstScored: 1)
    transformer.forward(batch)
    expectClose(
      transformer.logits.firstRows(tokens.count - 1).array, Array(logits.dropLast(11)),
      tolerance: 1e-4)
    // The last position predicts whatever follows.
    batch.removeAll()
    batch.append(tokens + [0], firstScored: tokens.count)
    transformer.forward(batch)
    expectClose(
      transformer.logits.firstRows(1).array, Array(logits.suffix(11)), tolerance: 1e-4)
  }

  @Test func `what is written of a checkpoint is the checkpoint`() throws {
    let bytes = try golden("llama.safetensors")
    let transformer = network(try configuration("llama_config.json"))
    try load(bytes, into: transformer)
    func sorted(_ bytes: [UInt8]) throws -> [NamedTensor] {
      try tensors(ofSafetensors: bytes).sorted { $0.name < $1.name }
    }
    let written = safetensors(of: transformer)
    #expect(try sorted(written) == sorted(bytes))
    // transformers refuses a file that does not name the format.
    let start = #"{"__metadata__":{"format":"pt"},"#
    #expect(String(decoding: written[8..<8 + start.utf8.count], as: UTF8.self) == start)
  }

  @Test func `a configuration by transformers is read`() throws {
    var settings = TransformerSettings()
    settings.layers = 2
    settings.width = 12
    settings.heads = 3
    settings.feedForward = 20
    settings.context = 24
    settings.tiedHead = false
    #expect(
      try configuration("llama_config.json")
        == TransformerConfiguration(
          settings: settings, vocabulary: 11, endToken: 1, padToken: 0))
  }

  @Test(arguments: TransformerHead.allCases)
  func `weights and configuration of every architecture come back`(head: TransformerHead) throws {
    for position in PositionEncoding.allCases {
      for normalization in Normalization.allCases {
        for activation in FeedForwardActivation.allCases {
          for tiedHead in [true, false] where head == .tokens || !tiedHead {
            var settings = TransformerSettings()
            settings.layers = 1
            settings.width = 12
            settings.heads = 2
            settings.feedForward = 20
            settings.context = 9
            settings.position = position
            settings.normalization = normalization
            settings.activation = activation
            settings.tiedHead = tiedHead
            let configuration = TransformerConfiguration(
              settings: settings, vocabulary: 7, head: head, endToken: 2, padToken: 0)
            #expect(try TransformerConfiguration(json: configuration.json) == configuration)
            let written = network(configuration, prefix: "policy.")
            let read = network(configuration, seed: 1)
            let bytes = safetensors(of: written)
            #expect(safetensors(of: read) != bytes)
            try load(bytes, into: read)
            #expect(read.parameters.values.array == written.parameters.values.array)
            #expect(safetensors(of: read) == bytes)
          }
        }
      }
    }
  }

  @Test func `names and shapes are those of Llama`() throws {
    var settings = TransformerSettings()
    settings.layers = 1
    settings.width = 6
    settings.heads = 1
    settings.feedForward = 16
    let transformer = network(TransformerConfiguration(settings: settings, vocabulary: 5))
    let tensors = try tensors(ofSafetensors: safetensors(of: transformer))
    #expect(
      Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, $0.shape) }) == [
        "model.embed_tokens.weight": [5, 6],
        "model.layers.0.input_layernorm.weight": [6],
        "model.layers.0.self_attn.q_proj.weight": [6, 6],
        "model.layers.0.self_attn.k_proj.weight": [6, 6],
        "model.layers.0.self_attn.v_proj.weight": [6, 6],
        "model.layers.0.self_attn.o_proj.weight": [6, 6],
        "model.layers.0.post_attention_layernorm.weight": [6],
        "model.layers.0.mlp.gate_proj.weight": [16, 6],
        "model.layers.0.mlp.up_proj.weight": [16, 6],
        "model.layers.0.mlp.down_proj.weight": [6, 16],
        "model.norm.weight": [6],
      ])
  }

  @Test func `a tied head may be repeated under its second name, but not differ`() throws {
    var configuration = try configuration("llama_config.json")
    configuration.settings.tiedHead = true
    let transformer = network(configuration)
    var own = try tensors(ofSafetensors: safetensors(of: transformer))
    let embedding = try #require(own.first { $0.name == "model.embed_tokens.weight" })
    own.append(NamedTensor(name: "lm_head.weight", shape: [11, 12], elements: embedding.elements))
    try load(safetensors(of: own), into: transformer)
    own[own.count - 1].elements[0] += 1
    #expect(
      problem { () throws(SafetensorsProblem) in
        try load(safetensors(of: own), into: transformer)
      } == .unexpected(tensor: "lm_head.weight"))
  }

  @Test func `a file of another network leaves the weights alone`() throws {
    let transformer = network(try configuration("llama_config.json"))
    let before = transformer.parameters.values.array
    let own = try tensors(ofSafetensors: safetensors(of: transformer)).map {
      NamedTensor(name: $0.name, shape: $0.shape, elements: $0.elements.map { $0 + 1 })
    }
    func problemLoading(_ tensors: [NamedTensor]) -> SafetensorsProblem? {
      problem { () throws(SafetensorsProblem) in
        try load(safetensors(of: tensors), into: transformer)
      }
    }
    let missing = own.filter { $0.name != "model.norm.weight" }
    #expect(problemLoading(missing) == .missing(tensor: "model.norm.weight"))
    let extra = NamedTensor(name: "model.norm.bias", shape: [1], elements: [0])
    #expect(problemLoading(own + [extra]) == .unexpected(tensor: "model.norm.bias"))
    var exchanged = own
    let gate = try #require(own.firstIndex { $0.name == "model.layers.0.mlp.gate_proj.weight" })
    exchanged[gate].shape = [12, 20]
    #expect(
      problemLoading(exchanged)
        == .wrongShape(
          tensor: "model.layers.0.mlp.gate_proj.weight", expected: [20, 12], found: [12, 20]))
    #expect(transformer.parameters.values.array == before)
  }

  @Test(arguments: [
    ("\"model_type\": \"llama\"", "\"model_type\": \"qwen2\"", "model_type", "qwen2", "llama"),
    (
      "\"num_key_value_heads\": 3", "\"num_key_value_heads\": 1", "num_key_value_heads", "1", "3"
    ),
    ("\"head_dim\": 4", "\"head_dim\": 8", "head_dim", "8", "4"),
    ("\"hidden_act\": \"silu\"", "\"hidden_act\": \"relu\"", "hidden_act", "relu", "silu"),
    ("\"rms_norm_eps\": 1e-06", "\"rms_norm_eps\": 1e-05", "rms_norm_eps", "1e-05", "1e-06"),
    (
      "\"attention_bias\": false", "\"attention_bias\": true", "attention_bias", "true", "false"
    ),
    ("\"mlp_bias\": false", "\"mlp_bias\": true", "mlp_bias", "true", "false"),
    (
      "\"rope_theta\": 10000.0", "\"rope_theta\": 500000.0", "rope_theta", "500000.0", "10000.0"
    ),
    (
      "\"rope_type\": \"default\"", "\"rope_type\": \"llama3\"", "rope_type", "llama3", "default"
    ),
  ])
  func `a configuration that asks for what is not built is an error`(
    old: String, new: String, key: String, value: String, expected: String
  ) throws {
    let text = String(decoding: try golden("llama_config.json"), as: UTF8.self)
    #expect(text.contains(old))
    #expect(
      configurationProblem(text.replacing(old, with: new))
        == .unsupported(key: key, value: value, expected: expected))
  }

  @Test func `a damaged configuration is an error`() throws {
    let text = String(decoding: try golden("llama_config.json"), as: UTF8.self)
    #expect(configurationProblem("{") == .malformed("it is not JSON of the expected form"))
    #expect(
      configurationProblem(text.replacing("\"vocab_size\"", with: "\"vocab\""))
        == .malformed("there is no key 'vocab_size'"))
    #expect(
      configurationProblem(text.replacing("\"vocab_size\": 11", with: "\"vocab_size\": 0"))
        == .malformed("an extent is below 1"))
  }
}
