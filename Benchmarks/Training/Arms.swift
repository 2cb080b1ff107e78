import Algorithms
import Settings

/// An algorithm with a preset, as it is measured.
struct Arm {
  var label: String
  var algorithm: String
  var preset: String?
  var settings: [String: SettingValue] = [:]

  static let all = [
    Arm(label: "ppo-cleanrl", algorithm: "ppo", preset: "cleanrl"),
    Arm(label: "ppo-zoo", algorithm: "ppo", preset: "zoo"),
    Arm(label: "ppo-sb3", algorithm: "ppo", preset: "sb3"),
    Arm(label: "reinforce", algorithm: "reinforce"),
    Arm(label: "grpo", algorithm: "grpo"),
    Arm(label: "dr_grpo", algorithm: "dr_grpo"),
    Arm(label: "remax", algorithm: "remax"),
    Arm(label: "rloo", algorithm: "rloo"),
    Arm(label: "dpo", algorithm: "dpo"),
    Arm(
      label: "dpo-offline", algorithm: "dpo", settings: ["variant": .choice("offline")]),
  ]

  /// Returns the settings of the arm on an environment.
  ///
  /// - Parameters:
  ///   - environment: The name of the environment, which presets depend on.
  ///   - overrides: Further settings as `name=value`; those that the algorithm does not have are left out.
  /// - Returns: The values that differ from the algorithm's defaults, or `nil` where the preset does not exist.
  func settings(
    on environment: String, overrides: [String] = []
  ) -> [String: SettingValue]? {
    guard let declaration = AlgorithmRegistry.declaration(named: algorithm) else { return nil }
    var values: [String: SettingValue] = [:]
    if let preset {
      guard let presets = declaration.preset(preset, environment: environment) else { return nil }
      values = presets
    }
    values.merge(settings) { $1 }
    for override in overrides {
      let parts = override.split(separator: "=").map(String.init)
      guard parts.count == 2,
        let setting = declaration.settings.first(where: { $0.name == parts[0] })
      else { continue }
      values[parts[0]] =
        switch setting.kind {
        case .integer: .integer(Int(parts[1]) ?? 0)
        case .number: .number(Double(parts[1]) ?? 0)
        case .boolean: .boolean(parts[1] == "true")
        case .optionalNumber: Double(parts[1]).map(SettingValue.number) ?? SettingValue.none
        default: .choice(parts[1])
        }
    }
    return values
  }
}
