/// What a run costs, counted: the metrics that tables show as cost, with their column heads.
enum CostMetrics {
  static let columns: [(metric: String, title: String)] = [
    ("environment_steps", "Environment steps"),
    ("gradient_samples", "Gradient samples"),
    ("floating_point_operations", "Floating-point operations"),
  ]
}
