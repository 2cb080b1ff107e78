import Environments
import SeededRandom
import Settings

/// Returns the text that names an environment's randomness: its name and settings, defaults included.
///
/// Revision, network, budget and arm are not in it, so arms with the same seed share their randomness.
func stochasticIdentity(
  of declaration: EnvironmentDeclaration, settings: [String: SettingValue]
) -> String {
  stochasticIdentity(
    name: declaration.name, declarations: declaration.settings, settings: settings)
}

/// Returns the text that names the randomness of an environment or a language task.
func stochasticIdentity(
  name: String, declarations: [SettingDeclaration], settings: [String: SettingValue]
) -> String {
  let naming = declarations.filter(\.namesStreams).sorted { $0.name < $1.name }
  let lines = naming.compactMap { setting -> String? in
    let value = settings[setting.name] ?? setting.defaultValue
    return value == setting.earlierValue ? nil : "\(setting.name) = \(value)"
  }
  return ([name] + lines).joined(separator: "\n")
}
