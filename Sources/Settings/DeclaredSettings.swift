/// A settings type that declares each of its settings once.
///
///     struct EvaluationSettings: DeclaredSettings {
///       var episodes = 20
///       static let settings: [Setting<Self>] = [
///         .integer("episodes", \.episodes, in: 1...10_000, "Greedy episodes per evaluation.")
///       ]
///     }
public protocol DeclaredSettings: Hashable, Sendable {
  /// Creates the settings with their defaults.
  init()

  /// The settings, in the order in which help and documentation show them.
  static var settings: [Setting<Self>] { get }

  /// The settings that nothing reads while the others are as they are, each with the reason as a
  /// spec would write it, such as `kl_coefficient: 0`.
  var idle: [String: String] { get }
}

extension DeclaredSettings {
  public var idle: [String: String] { [:] }

  /// The settings that nothing reads once `values` are written over the defaults.
  ///
  /// - Returns: The names with their reasons; none if `values` are not allowed.
  public static func idle(in values: [String: SettingValue]) -> [String: String] {
    (try? Self(values))?.idle ?? [:]
  }

  /// The declarations, with the defaults that `self` holds.
  public var declarations: [SettingDeclaration] {
    Self.settings.map { $0.declaration(of: self) }
  }

  /// Every setting's value by name.
  public var values: [String: SettingValue] {
    Dictionary(uniqueKeysWithValues: Self.settings.map { ($0.name, $0.read(self)) })
  }

  /// Sets the setting `name`.
  ///
  /// - Throws: The problem with the name or the value.
  public mutating func set(_ name: String, to value: SettingValue) throws(SettingProblem) {
    guard let setting = Self.settings.first(where: { $0.name == name }) else {
      throw .unknownName(name)
    }
    if let problem = setting.declaration(of: self).problem(with: value) { throw problem }
    setting.write(&self, value)
  }

  /// Creates the defaults with `values` written over them.
  ///
  /// - Throws: The first problem, in order of the names.
  public init(_ values: [String: SettingValue]) throws(SettingProblem) {
    self.init()
    for (name, value) in values.sorted(by: { $0.key < $1.key }) {
      try set(name, to: value)
    }
  }
}

/// One setting of a settings type: its declaration and how it is read and written.
public struct Setting<Root: Sendable>: Sendable {
  /// The key in a spec, in snake_case.
  public let name: String
  /// The kind, with the allowed values.
  public let kind: SettingDeclaration.Kind
  /// One sentence that says what it is, for help and documentation.
  public let documentation: String
  /// The value that reproduces the behaviour from before the setting existed.
  public let earlierValue: SettingValue?
  /// See ``SettingDeclaration/namesStreams``.
  public var namesStreams = true
  /// Reads the setting's value.
  public let read: @Sendable (Root) -> SettingValue
  /// Writes a value that the declaration allows.
  let write: @Sendable (inout Root, SettingValue) -> Void

  /// The type-erased declaration, with the default that `root` holds.
  public func declaration(of root: Root) -> SettingDeclaration {
    SettingDeclaration(
      name: name, kind: kind, defaultValue: read(root), documentation: documentation,
      earlierValue: earlierValue, namesStreams: namesStreams)
  }

  /// A setting that holds a whole number.
  public static func integer(
    _ name: String, _ path: any WritableKeyPath<Root, Int> & Sendable,
    in range: ClosedRange<Int>, _ documentation: String, earlier: Int? = nil
  ) -> Self {
    Self(
      name: name, kind: .integer(range), documentation: documentation,
      earlierValue: earlier.map(SettingValue.integer),
      read: { .integer($0[keyPath: path]) },
      write: { if case .integer(let value) = $1 { $0[keyPath: path] = value } })
  }

  /// A setting that holds a real number.
  public static func number(
    _ name: String, _ path: any WritableKeyPath<Root, Double> & Sendable,
    in range: ClosedRange<Double>, _ documentation: String, earlier: Double? = nil
  ) -> Self {
    Self(
      name: name, kind: .number(range), documentation: documentation,
      earlierValue: earlier.map(SettingValue.number),
      read: { .number($0[keyPath: path]) },
      write: { if case .number(let value) = $1 { $0[keyPath: path] = value } })
  }

  /// A setting that holds a real number or is switched off.
  public static func optionalNumber(
    _ name: String, _ path: any WritableKeyPath<Root, Double?> & Sendable,
    in range: ClosedRange<Double>, _ documentation: String, earlier: SettingValue? = nil
  ) -> Self {
    Self(
      name: name, kind: .optionalNumber(range), documentation: documentation,
      earlierValue: earlier,
      read: { $0[keyPath: path].map(SettingValue.number) ?? .none },
      write: {
        switch $1 {
        case .number(let value): $0[keyPath: path] = value
        default: $0[keyPath: path] = nil
        }
      })
  }

  /// A setting that is so or not, such as whether ice is slippery.
  public static func boolean(
    _ name: String, _ path: any WritableKeyPath<Root, Bool> & Sendable, _ documentation: String,
    earlier: Bool? = nil
  ) -> Self {
    Self(
      name: name, kind: .boolean, documentation: documentation,
      earlierValue: earlier.map(SettingValue.boolean),
      read: { .boolean($0[keyPath: path]) },
      write: { if case .boolean(let value) = $1 { $0[keyPath: path] = value } })
  }

  /// A setting that holds one case of an enum whose raw values are the names.
  public static func choice<Choice>(
    _ name: String, _ path: any WritableKeyPath<Root, Choice> & Sendable, _ documentation: String,
    earlier: Choice? = nil, namesStreams: Bool = true
  ) -> Self
  where Choice: RawRepresentable<String> & CaseIterable & Sendable {
    Self(
      name: name, kind: .choice(Choice.allCases.map(\.rawValue)), documentation: documentation,
      earlierValue: earlier.map { .choice($0.rawValue) }, namesStreams: namesStreams,
      read: { .choice($0[keyPath: path].rawValue) },
      write: {
        if case .choice(let name) = $1, let value = Choice(rawValue: name) {
          $0[keyPath: path] = value
        }
      })
  }

  /// A setting that holds a list of whole numbers.
  public static func integers(
    _ name: String, _ path: any WritableKeyPath<Root, [Int]> & Sendable,
    in range: ClosedRange<Int>, _ documentation: String
  ) -> Self {
    Self(
      name: name, kind: .integers(range), documentation: documentation, earlierValue: nil,
      read: { .integers($0[keyPath: path]) },
      write: { if case .integers(let values) = $1 { $0[keyPath: path] = values } })
  }

  /// A setting that holds a list of real numbers.
  public static func numbers(
    _ name: String, _ path: any WritableKeyPath<Root, [Double]> & Sendable,
    in range: ClosedRange<Double>, _ documentation: String, earlier: [Double]? = nil
  ) -> Self {
    Self(
      name: name, kind: .numbers(range), documentation: documentation,
      earlierValue: earlier.map(SettingValue.numbers),
      read: { .numbers($0[keyPath: path]) },
      write: { if case .numbers(let values) = $1 { $0[keyPath: path] = values } })
  }
}
