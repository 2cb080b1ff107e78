public import Metrics
internal import ResultStore
internal import Settings

/// The declared metrics and curves, with what the task of given runs says of each.
///
/// Reports cannot see algorithms and tasks, so whoever builds a report says what the task knows.
public struct MetricCatalog: Sendable {
  private let metrics: [MetricDeclaration]
  /// The baselines of policy gradients, in the order in which tables show them.
  let baselines: [String]
  private let details:
    @Sendable (_ metric: MetricDeclaration, _ preimage: [String: String]) -> MetricInformation

  /// Creates a catalog.
  ///
  /// - Parameters:
  ///   - metrics: The declarations, those of costs in the order of their columns.
  ///   - baselines: The baselines of policy gradients, in the order in which tables show them.
  ///   - details: Returns the information on a metric or curve of runs whose key has these fields.
  public init(
    _ metrics: [MetricDeclaration] = MetricDeclaration.all, baselines: [String] = [],
    details:
      @escaping @Sendable (_ metric: MetricDeclaration, _ preimage: [String: String]) ->
      MetricInformation = { MetricInformation($0, ofKey: $1) }
  ) {
    self.metrics = metrics
    self.baselines = baselines
    self.details = details
  }

  /// The catalog without a metric: titles are made from names.
  public static let empty = MetricCatalog([])

  /// The metrics that count what runs cost, in the order of the columns.
  var costs: [MetricDeclaration] { metrics.filter { $0.costTitle != nil } }

  /// The information on the metric or curve `name`; only a title made from its name where none is declared.
  func information(on name: String, preimage: [String: String]) -> MetricInformation {
    // What trainers of language models measure has the names of language tasks where it is one quantity.
    let isObserved = preimage[RunPreimage.trainerField] != nil
    let world = isObserved ? World.languageTasks : World(ofKey: preimage)
    guard
      let declaration = MetricDeclaration.named(name, in: world, among: metrics)
        ?? MetricDeclaration.named(name, .curve, in: world, among: metrics)
    else { return MetricInformation(MetricDeclaration(name, ""), ofKey: preimage) }
    return details(declaration, preimage)
  }
}
