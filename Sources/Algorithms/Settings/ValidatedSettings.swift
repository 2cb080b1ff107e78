import Settings

/// Returns `defaults` with `values` written over them; an error names `section` and the setting.
func validated<Declared: DeclaredSettings>(
  _ values: [String: SettingValue], over defaults: Declared, section: String
) throws(TrainingError) -> Declared {
  var changed = defaults
  for (name, value) in values.sorted(by: { $0.key < $1.key }) {
    do throws(SettingProblem) { try changed.set(name, to: value) } catch {
      if case .unknownName = error { throw .invalidConfiguration("\(section) \(error)") }
      throw .invalidConfiguration("\(section): \(name) \(error)")
    }
  }
  return changed
}
