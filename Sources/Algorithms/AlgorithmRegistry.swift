/// The algorithms that specs can name.
public enum AlgorithmRegistry {
  /// Every algorithm, in the order of help and documentation.
  public static let all: [AlgorithmDeclaration] = [
    REINFORCE.declaration, PPO.declaration, GRPO.declaration, DrGRPO.declaration,
    ReMax.declaration, RLOO.declaration, DPO.declaration,
  ]

  /// Every algorithm that trains on language tasks, in the order of help and documentation.
  public static let language: [AlgorithmDeclaration] = []

  /// Returns the algorithm called `name`, or `nil`.
  public static func declaration(named name: String) -> AlgorithmDeclaration? {
    all.first { $0.name == name }
  }
}
