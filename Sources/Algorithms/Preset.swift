import Settings

/// Settings that a paper or a reference implementation has, as a change of an algorithm's defaults.
///
/// One preset holds in both worlds unless it says otherwise. Several presets of one name may stand one after the
/// other; the first that exists for the task is taken.
struct Preset<Declared: Sendable>: Sendable {
  let name: String
  /// The only world it exists in, or `nil` if it exists in both.
  let world: World?
  /// The only environments or language tasks it exists for, or `nil` if it exists for all.
  let environments: [String]?
  let change: @Sendable (inout Declared) -> Void

  private let environmentChange: @Sendable (inout Declared) -> Void

  /// Creates a preset.
  ///
  /// - Parameters:
  ///   - name: The name in a spec.
  ///   - world: The only world it exists in; none: both.
  ///   - environments: The only environments or language tasks it exists for; none: all.
  ///   - environmentChange: Further changes on environments, such as sizes.
  ///   - change: The changes to the defaults.
  init(
    _ name: String, in world: World? = nil, only environments: String...,
    onEnvironments environmentChange: @escaping @Sendable (inout Declared) -> Void = { _ in },
    change: @escaping @Sendable (inout Declared) -> Void
  ) {
    self.name = name
    self.world = world
    self.environmentChange = environmentChange
    self.environments = environments.isEmpty ? nil : environments
    self.change = change
  }

  private init(_ other: Self, change: @escaping @Sendable (inout Declared) -> Void) {
    name = other.name
    world = other.world
    environments = other.environments
    environmentChange = { _ in }
    self.change = change
  }

  /// Returns the preset as it is in a world, or `nil` where it does not exist there.
  func on(_ world: World) -> Self? {
    guard self.world == nil || self.world == world else { return nil }
    return Self(self) { settings in
      change(&settings)
      if world == .environments { environmentChange(&settings) }
    }
  }

  func exists(for environment: String) -> Bool { environments?.contains(environment) ?? true }
}
