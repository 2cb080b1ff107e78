public import Settings

extension SettingDeclaration {
  /// Every value of a choice or a boolean; none of the other kinds, whose values nobody lists.
  public var listedValues: [SettingValue] {
    switch kind {
    case .boolean: [.boolean(true), .boolean(false)]
    case .choice(let names): names.map(SettingValue.choice)
    case .integer, .number, .optionalNumber, .integers, .numbers: []
    }
  }
}
