/// What a run costs, counted: the metrics that tables show as cost, with their column heads.
enum CostMetrics {
  static let columns: [(metric: String, title: String)] = [
    ("environment_steps", "Environment steps"),
    ("gradient_samples", "Gradient samples"),
    ("tokens_generated", "Tokens generated"),
    ("tokens_trained", "Tokens trained on"),
    ("memory_bytes", "Bytes held"),
    ("floating_point_operations", "Floating-point operations"),
  ]
}
