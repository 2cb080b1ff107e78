import Foundation
import Settings

/// The content of a `config.json`: all that is needed to create a transformer for its weights.
public struct TransformerConfiguration: Hashable, Sendable {
  /// The shape of the network.
  public var settings: TransformerSettings
  /// The number of tokens.
  public var vocabulary: Int
  /// The kind of output.
  public var head: TransformerHead
  /// The token that ends a text; `nil` if there is none.
  var endToken: Int32?
  /// The token that fills up short sequences; `nil` if there is none.
  var padToken: Int32?

  /// Creates a configuration.
  public init(
    settings: TransformerSettings, vocabulary: Int, head: TransformerHead = .tokens,
    endToken: Int32? = nil, padToken: Int32? = nil
  ) {
    self.settings = settings
    self.vocabulary = vocabulary
    self.head = head
    self.endToken = endToken
    self.padToken = padToken
  }

  /// Whether the architecture is Llama's, so that `transformers` opens weights and configuration.
  public var isLlama: Bool {
    settings.position == .rope && settings.normalization == .rmsNorm
      && settings.activation == .swiglu
  }
}

/// Why a `config.json` describes no transformer that this project has.
public enum TransformerConfigurationProblem: Error, Equatable, Sendable {
  case malformed(String)
  case unsupported(key: String, value: String, expected: String)
}

extension TransformerConfigurationProblem: CustomStringConvertible {
  public var description: String {
    switch self {
    case .malformed(let reason): "the configuration is malformed: \(reason)"
    case .unsupported(let key, let value, let expected):
      "the configuration has \(key) \(value); only \(expected) is supported"
    }
  }
}

// MARK: Writing

extension TransformerConfiguration {
  /// The text of a Hugging Face `config.json`, keys in alphabetical order.
  ///
  /// If the architecture is not Llama's, the model type is `labbook_transformer`, which `transformers` does not
  /// know, and three keys of our own say what differs.
  public var json: String {
    var entries: [(key: String, value: String)] = [
      ("architectures", "[\n    \"\(architecture)\"\n  ]"),
      ("attention_bias", "false"),
      ("attention_dropout", "0.0"),
      ("bos_token_id", "null"),
      ("dtype", "\"float32\""),
      ("eos_token_id", endToken.map { "\($0)" } ?? "null"),
      ("head_dim", "\(settings.headWidth)"),
      ("hidden_act", isSwiGLU ? "\"silu\"" : "\"gelu_pytorch_tanh\""),
      ("hidden_size", "\(settings.width)"),
      ("initializer_range", "0.02"),
      ("intermediate_size", "\(settings.feedForwardWidth)"),
      ("max_position_embeddings", "\(settings.context)"),
      ("mlp_bias", "false"),
      ("model_type", isLlama ? "\"llama\"" : "\"\(Self.ownModelType)\""),
      ("num_attention_heads", "\(settings.heads)"),
      ("num_hidden_layers", "\(settings.layers)"),
      ("num_key_value_heads", "\(settings.heads)"),
      ("pad_token_id", padToken.map { "\($0)" } ?? "null"),
      ("rms_norm_eps", "1e-06"),
      (
        "rope_parameters",
        "{\n    \"rope_theta\": 10000.0,\n    \"rope_type\": \"default\"\n  }"
      ),
      // Versions before 5 look for it here.
      ("rope_theta", "10000.0"),
      ("tie_word_embeddings", head == .tokens && settings.tiedHead ? "true" : "false"),
      ("torch_dtype", "\"float32\""),
      ("use_cache", "true"),
      ("vocab_size", "\(vocabulary)"),
    ]
    if head == .scalar { entries.append(("id2label", "{\n    \"0\": \"score\"\n  }")) }
    if head == .scalar { entries.append(("label2id", "{\n    \"score\": 0\n  }")) }
    if !isLlama {
      entries.append(("activation", "\"\(settings.activation.rawValue)\""))
      entries.append(("normalization", "\"\(settings.normalization.rawValue)\""))
      entries.append(("position", "\"\(settings.position.rawValue)\""))
    }
    entries.sort { $0.key < $1.key }
    return "{\n" + entries.map { "  \"\($0.key)\": \($0.value)" }.joined(separator: ",\n") + "\n}\n"
  }

  private var isSwiGLU: Bool { settings.activation == .swiglu }

  private var architecture: String {
    switch (isLlama, head) {
    case (true, .tokens): "LlamaForCausalLM"
    case (true, .scalar): Self.llamaScorer
    case (false, .tokens): "LabbookForCausalLM"
    case (false, .scalar): Self.ownScorer
    }
  }

  private static let ownModelType = "labbook_transformer"
  private static let llamaScorer = "LlamaForSequenceClassification"
  private static let ownScorer = "LabbookForSequenceClassification"
}

// MARK: Reading

extension TransformerConfiguration {
  /// Reads a `config.json` that ``json`` wrote, or that `transformers` wrote for a Llama model.
  ///
  /// - Parameter text: The file's content.
  /// - Throws: ``TransformerConfigurationProblem``, if a key is missing or asks for what is not built here, such as
  ///   grouped queries, biases, other frequencies or another ε.
  public init(json text: String) throws(TransformerConfigurationProblem) {
    let keys: Keys
    do {
      keys = try JSONDecoder().decode(Keys.self, from: Data(text.utf8))
    } catch DecodingError.keyNotFound(let key, _) {
      throw .malformed("there is no key '\(key.stringValue)'")
    } catch {
      throw .malformed("it is not JSON of the expected form")
    }
    var settings = TransformerSettings()
    settings.layers = keys.num_hidden_layers
    settings.width = keys.hidden_size
    settings.heads = keys.num_attention_heads
    settings.feedForward = keys.intermediate_size
    settings.context = keys.max_position_embeddings
    settings.tiedHead = keys.tie_word_embeddings ?? false
    switch keys.model_type {
    case "llama": break
    case Self.ownModelType:
      settings.activation = try Self.choice("activation", keys.activation)
      settings.normalization = try Self.choice("normalization", keys.normalization)
      settings.position = try Self.choice("position", keys.position)
    default:
      throw .unsupported(key: "model_type", value: keys.model_type, expected: "llama")
    }
    try keys.requireSupported(activation: settings.activation)
    if let conflict = settings.conflict { throw .malformed(conflict.message) }
    guard settings.layers >= 1, settings.context >= 1, keys.vocab_size >= 1 else {
      throw .malformed("an extent is below 1")
    }
    let isScorer = [Self.llamaScorer, Self.ownScorer].contains(keys.architectures?.first)
    self.init(
      settings: settings, vocabulary: keys.vocab_size, head: isScorer ? .scalar : .tokens,
      endToken: keys.eos_token_id, padToken: keys.pad_token_id)
  }

  private static func choice<Choice: RawRepresentable & CaseIterable>(
    _ key: String, _ name: String?
  ) throws(TransformerConfigurationProblem) -> Choice where Choice.RawValue == String {
    guard let name, let choice = Choice(rawValue: name) else {
      let names = Choice.allCases.map(\.rawValue).joined(separator: " or ")
      throw .unsupported(key: key, value: name ?? "missing", expected: names)
    }
    return choice
  }

  /// The keys of a `config.json` that are read.
  private struct Keys: Decodable {
    struct RotaryKeys: Decodable {
      var rope_theta: Double?
      var rope_type: String?
    }

    var architectures: [String]?
    var model_type: String
    var vocab_size: Int
    var hidden_size: Int
    var intermediate_size: Int
    var num_hidden_layers: Int
    var num_attention_heads: Int
    var max_position_embeddings: Int
    var num_key_value_heads: Int?
    var head_dim: Int?
    var hidden_act: String?
    var rms_norm_eps: Double?
    var attention_bias: Bool?
    var mlp_bias: Bool?
    var rope_theta: Double?
    var rope_parameters: RotaryKeys?
    var rope_scaling: RotaryKeys?
    var tie_word_embeddings: Bool?
    var eos_token_id: Int32?
    var pad_token_id: Int32?
    var activation: String?
    var normalization: String?
    var position: String?

    /// Throws if a key asks for what is not built here.
    func requireSupported(
      activation: FeedForwardActivation
    ) throws(TransformerConfigurationProblem) {
      func require<Value: Equatable>(
        _ key: String, _ value: Value?, _ expected: Value
      ) throws(TransformerConfigurationProblem) {
        if let value, value != expected {
          throw .unsupported(key: key, value: "\(value)", expected: "\(expected)")
        }
      }
      try require("num_key_value_heads", num_key_value_heads, num_attention_heads)
      if num_attention_heads > 0 {
        try require("head_dim", head_dim, hidden_size / num_attention_heads)
      }
      try require(
        "hidden_act", hidden_act, activation == .swiglu ? "silu" : "gelu_pytorch_tanh")
      try require("rms_norm_eps", rms_norm_eps, 1e-6)
      try require("attention_bias", attention_bias, false)
      try require("mlp_bias", mlp_bias, false)
      try require("rope_theta", rope_parameters?.rope_theta ?? rope_theta, 10_000)
      try require("rope_type", rope_parameters?.rope_type ?? rope_scaling?.rope_type, "default")
    }
  }
}
