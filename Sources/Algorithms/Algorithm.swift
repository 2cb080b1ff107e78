/// An algorithm, declared once: as it is on environments and as it is on language tasks.
///
/// Name, title and presets are the same in both; what a world changes of the defaults, what it leaves out and how it
/// collects its data stand side by side.
struct Algorithm {
  /// `nil` where it learns from what only language tasks have.
  let environments: AlgorithmDeclaration?
  let languageTasks: AlgorithmDeclaration

  /// An algorithm as it is in a world.
  struct InWorld<Declared: Sendable, Run> {
    /// Raised when a result changes.
    var revision: Int
    /// One sentence that says what it is, for help and documentation.
    var summary: String
    var defaults: Declared
    /// The kind of model that it trains.
    var product = AlgorithmProduct.policy
    /// The settings that its loop does not read; a spec cannot set them.
    var ignored: Set<String> = []
    /// Where it allows only some of a setting's choices, those.
    var choices: [String: [String]] = [:]
    /// Whether its runs may start from the final weights of others where the world has no stages.
    var startsWithoutStages = false
    var train: @Sendable (Declared, Run) throws(TrainingError) -> Void
  }

  /// Declares an algorithm that trains on language tasks alone.
  init(onlyLanguageTasks declaration: AlgorithmDeclaration) {
    environments = nil
    languageTasks = declaration
  }

  /// Declares an algorithm that trains in both worlds.
  ///
  /// - Parameters:
  ///   - name: The name in a spec.
  ///   - title: The name in print.
  ///   - ignored: The settings that it reads in no world.
  ///   - presets: The changes that each preset makes to the defaults, in both worlds unless it says otherwise.
  ///   - environments: The part that holds on environments alone.
  ///   - languageTasks: The part that holds on language tasks alone.
  init<Declared: EnvironmentAlgorithmSettings & LanguageAlgorithmSettings>(
    name: String, title: String, ignored: Set<String> = [], presets: [Preset<Declared>] = [],
    environments: InWorld<Declared, EnvironmentRun>, languageTasks: InWorld<Declared, LanguageRun>
  ) {
    self.environments = AlgorithmDeclaration(
      name: name, title: title, revision: environments.revision, summary: environments.summary,
      defaults: environments.defaults, ignored: ignored.union(environments.ignored),
      choices: environments.choices, presets: presets,
      startsWithoutStages: environments.startsWithoutStages, train: environments.train)
    self.languageTasks = AlgorithmDeclaration(
      language: name, title: title, revision: languageTasks.revision,
      summary: languageTasks.summary, defaults: languageTasks.defaults,
      product: languageTasks.product, ignored: ignored.union(languageTasks.ignored),
      choices: languageTasks.choices,
      presets: presets, train: languageTasks.train)
  }
}
