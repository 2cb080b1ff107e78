public import Settings

/// How a transformer knows where a token stands.
public enum PositionEncoding: String, CaseIterable, Hashable, Sendable {
  /// Queries and keys are turned by angles that grow with the position.
  case rope
  /// A learned row for each position is added to the token's.
  case learned
}

/// The normalization before attention, before the feed-forward layer and before the head.
public enum Normalization: String, CaseIterable, Hashable, Sendable {
  /// Division by the root mean square, with a weight; ε = 10⁻⁶.
  case rmsNorm = "rms_norm"
  /// Centring and division by the standard deviation, with weight and bias; ε = 10⁻⁵.
  case layerNorm = "layer_norm"
}

/// The nonlinearity of a transformer's feed-forward layer.
public enum FeedForwardActivation: String, CaseIterable, Hashable, Sendable {
  /// silu(x W_gate) · (x W_up), then W_down.
  case swiglu
  /// gelu(x W_up), in the tanh form, then W_down.
  case gelu
}

/// The shape of a decoder-only transformer; with the defaults, its architecture is Llama's.
public struct TransformerSettings: DeclaredSettings {
  /// The networks that language tasks have.
  public enum Network: String, CaseIterable, Hashable, Sendable {
    case transformer
  }

  public var network = Network.transformer
  public var layers = 2
  public var width = 64
  public var heads = 4
  /// The width between the two layers of the feed-forward part; `nil` for the conventional one.
  public var feedForward: Int?
  /// The most tokens that a sequence can have before its last prediction.
  public var context = 128
  public var position = PositionEncoding.rope
  public var normalization = Normalization.rmsNorm
  public var activation = FeedForwardActivation.swiglu
  /// Whether the output head's weight is the embedding.
  public var tiedHead = true

  /// Creates the settings with their defaults.
  public init() {}

  public static let settings: [Setting<Self>] = [
    .choice("network", \.network, "The kind of network."),
    .integer("layers", \.layers, in: 1...48, "Blocks of attention and feed-forward."),
    .integer("width", \.width, in: 2...4096, "The width of the residual stream."),
    .integer("heads", \.heads, in: 1...64, "Heads of attention; they divide the width."),
    .integer(
      "feed_forward", \.feedForwardOrZero, in: 0...65_536,
      "The width inside the feed-forward layer; 0 for 4 · width (gelu) or 8/3 · width (swiglu)."),
    .integer("context", \.context, in: 1...8192, "The most tokens of a sequence."),
    .choice("position", \.position, "How the network knows a token's position."),
    .choice("normalization", \.normalization, "What precedes each part of a block."),
    .choice("activation", \.activation, "The nonlinearity of the feed-forward layer."),
    .boolean("tied_head", \.tiedHead, "Whether the output head's weight is the embedding."),
  ]

  /// ``feedForward`` as a spec writes it.
  private var feedForwardOrZero: Int {
    get { feedForward ?? 0 }
    set { feedForward = newValue == 0 ? nil : newValue }
  }

  /// The width inside the feed-forward layer: as set, or 4 · width for GELU and 8/3 · width, rounded up to
  /// a multiple of 16, for SwiGLU.
  public var feedForwardWidth: Int {
    if let feedForward { return feedForward }
    return switch activation {
    case .gelu: 4 * width
    case .swiglu: (8 * width + 47) / 48 * 16
    }
  }

  /// The width of one head of attention.
  var headWidth: Int { width / heads }

  /// The settings that no transformer can have together; `nil` if one can.
  public var conflict: SettingConflict? {
    if !width.isMultiple(of: heads) {
      return SettingConflict(
        ["heads", "width"], "\(heads) heads do not divide a width of \(width)")
    }
    if headWidth > 256 {
      return SettingConflict(
        ["width", "heads"], "a head of width \(headWidth) is wider than 256")
    }
    if position == .rope && !headWidth.isMultiple(of: 2) {
      return SettingConflict(
        ["heads", "width", "position"],
        "rotary positions need heads of even width, not \(headWidth)")
    }
    return nil
  }
}
