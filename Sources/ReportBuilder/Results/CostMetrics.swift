/// What a run costs, counted: the metrics that tables show as cost, with their column heads.
enum CostMetrics {
  static let columns: [(metric: String, title: String, unit: String)] = [
    ("environment_steps", "Environment steps", "steps"),
    ("gradient_samples", "Gradient samples", "rows"),
    ("tokens_generated", "Tokens generated", "tokens"),
    ("tokens_trained", "Tokens trained on", "tokens"),
    ("memory_bytes", "Memory held", "bytes"),
    ("floating_point_operations", "Floating-point operations", "operations"),
  ]
}
