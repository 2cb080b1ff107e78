internal import Notebook

extension ReportDirective {
  /// Statements that are tested as one family of the week.
  static let claim = ReportDirective(
    DirectiveDeclaration(
      name: "claim",
      summary:
        "Statements that are tested when the report is built; one that does not hold fails the build "
        + "with its place and its numbers.",
      argument: .name(.experiment), body: .claims,
      example: """
        ```{claim} cartpole
        PPO > DPO-offline on evaluation_return_auc
        PPO >= 475 on evaluation_return in 9 of 10 seeds
        RLOO ~ DrGRPO within 10 on evaluation_return
        unresolved: RLOO, GRPO on evaluation_return
        ```
        """), hasDifferences: true
  ) { directive, context, _ in
    .blocks(context.claims.claims(of: directive).map(\.block))
  }
}
