internal import Notebook

extension ReportDirective {
  /// Claims that are written before the runs that they are about.
  static let preregistered = ReportDirective(
    DirectiveDeclaration(
      name: "preregistered",
      summary:
        "Claims that are written before the runs, registered in the lock by `labbook preregister`, and then tested "
        + "with all others; one that does not hold is shown and fails no build.",
      argument: .name(.plan), body: .claims,
      example: """
        ```{preregistered} sorting
        RLOO > None on test_accuracy
        unresolved: RLOO, GRPO on test_accuracy
        ```
        """), hasDifferences: true
  ) { directive, context, _ in
    .blocks(context.claims.claims(of: directive).map(\.block))
  }
}

extension Directive {
  /// Whether its claims are written before their runs.
  var registersClaims: Bool { declaration.body == .claims && declaration.argument == .name(.plan) }
}
