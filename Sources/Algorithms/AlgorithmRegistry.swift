/// The algorithms that specs can name.
public enum AlgorithmRegistry {
  /// Every algorithm on environments, in the order of help and documentation.
  public static let all: [AlgorithmDeclaration] = [
    REINFORCE.declaration, PPO.declarations.environments, GRPO.declaration, DrGRPO.declaration,
    ReMax.declaration, RLOO.declaration, DPO.declarations.environments,
    Audit.declarations.environments,
  ]

  /// Every algorithm on language tasks, in the order of help and documentation.
  public static let language: [AlgorithmDeclaration] = [
    SFT.languageDeclaration, BradleyTerry.languageDeclaration, REINFORCE.languageDeclaration,
    REINFORCEPlusPlus.languageDeclaration,
    PPO.declarations.languageTasks, GRPO.languageDeclaration, DrGRPO.languageDeclaration,
    ReMax.languageDeclaration, RLOO.languageDeclaration, DPO.declarations.languageTasks,
    Audit.declarations.languageTasks,
  ]

  /// Returns the algorithm on environments called `name`, or `nil`.
  public static func declaration(named name: String) -> AlgorithmDeclaration? {
    all.first { $0.name == name }
  }

  /// Returns the algorithm on language tasks called `name`, or `nil`.
  public static func languageDeclaration(named name: String) -> AlgorithmDeclaration? {
    language.first { $0.name == name }
  }
}
