internal import Algorithms
internal import Environments
internal import NeuralNetworks
internal import Settings
internal import Tensors

extension Vocabulary {
  /// What specs may name in this version of labbook: everything in the engine's registries.
  public static let labbook = Vocabulary(
    algorithms: AlgorithmRegistry.all.map { algorithm in
      Algorithm(
        component: Component(
          name: algorithm.name, revision: algorithm.revision, summary: algorithm.summary,
          settings: algorithm.settings),
        title: algorithm.title, presets: algorithm.presets,
        preset: { algorithm.preset($0, environment: $1) },
        conflict: { algorithm.conflict(in: $0) ?? algorithm.idleSetting(in: $0) })
    },
    environments: EnvironmentRegistry.all.map { environment in
      Component(
        name: environment.name, revision: environment.revision, summary: environment.summary,
        settings: environment.settings, returnRange: environment.returnRange)
    },
    policy: PolicySettings().declarations,
    networkRevisions: [NetworkKind.mlp.rawValue: MLP.revision],
    kernelsRevision: Kernels.revision,
    budget: BudgetSettings().declarations,
    evaluation: EvaluationSettings().declarations,
    metrics: MetricDeclaration.metrics.map { metric in
      let range: Metric.Range =
        switch metric.range {
        case .unknown, .taskRewards: .unknown
        case .environmentReturns: .environmentReturns
        case .fixed(let range): .fixed(range)
        }
      return Metric(name: metric.name, documentation: metric.documentation, range: range)
    },
    numericsFields: { profile in
      switch NumericsProfile(rawValue: profile) {
      case .openblas: ["numerics.library": OpenBLAS.keyText]
      case .exact, nil: [:]
      }
    })
}
