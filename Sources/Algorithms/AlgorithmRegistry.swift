import Settings

/// The algorithms that specs can name.
public enum AlgorithmRegistry {
  /// Every algorithm, in the order of help and documentation.
  private static let algorithms = [
    SFT.algorithm, BradleyTerry.algorithm, REINFORCE.algorithm, REINFORCEPlusPlus.algorithm,
    PPO.algorithm, GRPO.algorithm, DrGRPO.algorithm, ReMax.algorithm, RLOO.algorithm,
    DPO.algorithm, Audit.algorithm,
  ]

  /// Every algorithm on environments, in the order of help and documentation.
  public static let all = algorithms.compactMap(\.environments)

  /// Every algorithm on language tasks, in the order of help and documentation.
  public static let language = algorithms.map(\.languageTasks)

  /// Returns the algorithm in a world called `name`, or `nil`.
  static func declaration(named name: String, in world: World) -> AlgorithmDeclaration? {
    (world == .environments ? all : language).first { $0.name == name }
  }

  /// Returns the algorithm on environments called `name`, or `nil`.
  public static func declaration(named name: String) -> AlgorithmDeclaration? {
    all.first { $0.name == name }
  }

  /// Returns the algorithm on language tasks called `name`, or `nil`.
  public static func languageDeclaration(named name: String) -> AlgorithmDeclaration? {
    language.first { $0.name == name }
  }
}
