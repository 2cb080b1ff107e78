/// The environments that specs can name.
public enum EnvironmentRegistry {
  /// Every environment, in the order of help and documentation.
  public static let all: [EnvironmentDeclaration] = [
    CartPole.declaration,
    ContextualBandit.declaration,
    Acrobot.declaration,
    MountainCar.declaration,
    MountainCarContinuous.declaration,
    Pendulum.declaration,
    FrozenLake.declaration,
    FrozenLake.largeDeclaration,
    CliffWalking.declaration,
    Taxi.declaration,
  ]

  /// Returns the environment called `name`, or `nil`.
  public static func declaration(named name: String) -> EnvironmentDeclaration? {
    all.first { $0.name == name }
  }
}
