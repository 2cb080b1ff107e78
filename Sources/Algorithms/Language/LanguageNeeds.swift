import NeuralNetworks

/// The parts of a run that a language algorithm needs.
struct LanguageNeeds {
  /// The head of the trained model: a policy over tokens, or a reward model.
  var head = TransformerHead.tokens
  /// Whether a value model is trained beside the policy.
  var valueModel = false
  /// Whether training reads the frozen policy that the run began with. Evaluation may read it anyway,
  /// which the cost ledger leaves out.
  var reference = false
  var adam = AdamNeeds()
}
