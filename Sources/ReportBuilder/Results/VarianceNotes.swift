internal import Metrics
internal import ReportRendering
internal import ResultStore
internal import Settings
internal import Statistics

/// The sentences below tables and figures of audits that say what was measured.
enum VarianceNotes {
  /// The samples of the audits, and the gradients that they keep.
  static func samples(_ audits: [AuditedArm], of quantities: [AuditedQuantity]) -> [String] {
    let words = audits.map { Self.samples($0, of: quantities) }
    let sentence =
      Set(words).count == 1
      ? words[0] : zip(audits, words).map { "\($0.arm.title): \($1)" }.joined(separator: "; ")
    return ["Every baseline scores the same samples of a frozen policy: \(sentence)."]
      + projection(audits)
  }

  /// `64 prompts × 16 completions in groups of 16, a batch of 256`.
  private static func samples(_ audit: AuditedArm, of quantities: [AuditedQuantity]) -> String {
    var words = ""
    if let prompts = audit.setting("prompts"), let completions = audit.setting("completions") {
      words = "\(prompts) prompts × \(completions) completions"
    }
    if let size = audit.groupSizes.last {
      words += " in groups of \(size)"
      if quantities.contains(.betweenPrompts), let half = audit.halfGroupSize, half != size {
        words += " (between prompts: of \(half))"
      }
    }
    if quantities.contains(where: { $0 == .cosine || $0 == .adamCosine }),
      let batch = audit.setting("batch_size")
    {
      words += ", a batch of \(batch)"
    }
    for (name, usual) in [("scale", "none"), ("credit", "trajectory")] {
      if let value = audit.setting(name), value != usual { words += ", \(name) \(value)" }
    }
    return words
  }

  /// The error of the projections that gradients are kept as.
  private static func projection(_ audits: [AuditedArm]) -> [String] {
    let errors = audits.flatMap(\.arm.runs).compactMap { $0.metric("gradient_projection_error") }
    guard let largest = errors.max() else { return [] }
    guard largest > 0 else { return ["Gradients are kept exactly."] }
    return [
      "Gradients are kept as random projections, which moves a squared norm by "
        + "\(NumberText.fixed(100 * largest, decimals: 1)) % of it (standard deviation, at most)."
    ]
  }

  /// The meaning of the quantities.
  static func meaning(of quantities: [AuditedQuantity]) -> [String] {
    var sentences: [String] = []
    for quantity in quantities where !sentences.contains(quantity.note) {
      sentences.append(quantity.note)
    }
    let free = quantities.filter(\.isFreeOfScale)
    if !free.isEmpty {
      let words = listed(free.map(\.words))
      sentences.append(
        words.prefix(1).uppercased() + words.dropFirst()
          + (free.count == 1 && free[0] != .samples ? " is" : " are")
          + " the same at any scale, so estimates of different scale are compared after the optimal rescaling."
      )
    }
    return sentences
  }
}

extension AuditedArm {
  /// The largest size of groups of which a prompt has two, as the share between prompts needs.
  fileprivate var halfGroupSize: Int? {
    guard let completions else { return nil }
    return groupSizes.last { 2 * $0 <= completions }
  }
}
