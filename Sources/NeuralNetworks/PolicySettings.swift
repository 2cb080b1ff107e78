public import Settings

/// The networks that have a policy's parameters.
public enum NetworkKind: String, CaseIterable, Hashable, Sendable {
  /// A multilayer perceptron.
  case mlp
}

/// The shape of the policy network; a value network has the same with one output.
public struct PolicySettings: DeclaredSettings {
  var network = NetworkKind.mlp
  public var hidden = [64, 64]
  public var activation = Activation.tanh

  /// Creates the settings with their defaults.
  public init() {}

  public static let settings: [Setting<Self>] = [
    .choice("network", \.network, "The kind of network."),
    .integers("hidden", \.hidden, in: 1...4096, "Widths of the hidden layers, first to last."),
    .choice("activation", \.activation, "The nonlinearity after each hidden layer."),
  ]

  public var idle: [String: String] {
    hidden.isEmpty ? ["activation": "no hidden layers"] : [:]
  }
}
