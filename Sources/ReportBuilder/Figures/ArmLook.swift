internal import ResultStore

/// The look of an arm's line, the same in every figure of every week.
package struct ArmLook: Equatable, Hashable, Sendable {
  /// For lines and areas: at least 3 : 1 against the page, light or dark.
  package var line: String
  /// For words on white, at least 4.5 : 1.
  package var text: String
  /// Lengths of dash and gap by turns; empty for a solid line.
  package var dash: [Int]

  /// The share of the line that is ink. A line with more of it is drawn first, so that it shows through the gaps of
  /// what lies above.
  var coverage: Double {
    let lengths = dash.enumerated()
    let ink = lengths.filter { $0.offset.isMultiple(of: 2) }.map(\.element).reduce(0, +)
    return dash.isEmpty ? 1 : Double(ink) / Double(dash.reduce(0, +))
  }

  /// The looks of arms by their label.
  ///
  /// An arm that has its algorithm's name has the algorithm's own look. A variant, such as `PPO-KL`, has its
  /// algorithm's colour and a dash pattern that follows from its label, and any other arm has both from its
  /// label. Where two arms of a colour would have one pattern, the later one takes the next that is free.
  ///
  /// - Parameter arms: All arms of an experiment in its order, so that no look depends on which of them a
  ///   figure shows.
  /// - Returns: A look for each label.
  package static func looks(
    of arms: [(label: String, algorithm: String?)]
  ) -> [String: ArmLook] {
    looks(of: arms, inColoursOfTheirOwn: false)
  }

  /// The looks of arms of one algorithm, which differ in something else: each has a colour that no other has, as
  /// far as there are any.
  package static func looks(ofVariants labels: [String]) -> [String: ArmLook] {
    looks(of: labels.map { ($0, nil) }, inColoursOfTheirOwn: true)
  }

  private static func looks(
    of arms: [(label: String, algorithm: String?)], inColoursOfTheirOwn hasOwnColour: Bool
  ) -> [String: ArmLook] {
    var looks: [String: ArmLook] = [:]
    // Words are one colour per hue, whatever the shade of the line.
    var taken: [String: Set<[Int]>] = [:]
    for arm in arms where looks[arm.label] == nil {
      let candidates = candidates(for: arm.label, algorithm: arm.algorithm)
      let look =
        candidates.first { hasOwnColour && taken[$0.text] == nil }
        ?? candidates.first { taken[$0.text]?.contains($0.dash) != true } ?? candidates[0]
      taken[look.text, default: []].insert(look.dash)
      looks[arm.label] = look
    }
    return looks
  }

  /// The looks of baselines: each has that of the algorithm which is known for it, or else colours that no other
  /// baseline has, as far as there are any.
  package static func looks(ofBaselines baselines: [String]) -> [String: ArmLook] {
    let names = baselines.map { (baseline: $0, name: algorithms[$0] ?? $0) }
    let looks = looks(of: names.map { (label: $0.name, algorithm: algorithms[$0.baseline]) })
    return Dictionary(names.compactMap { baseline, name in looks[name].map { (baseline, $0) } }) {
      first, _ in first
    }
  }

  private static let algorithms = [
    "none": "reinforce", "batch_mean": "reinforceplusplus", "value": "ppo", "group_mean": "grpo",
    "leave_one_out": "rloo", "greedy": "remax", "length_weighted_optimal": "dpo",
    "optimal_token": "sft", "shrinkage": "rewardmodel", "moving_average": "drgrpo",
  ]

  /// The look that the arm called `label` has by itself.
  static func look(of label: String) -> ArmLook { candidates(for: label, algorithm: nil)[0] }

  /// The look of the same arm in an earlier week: its colour, dotted as no other line of this colour in `taken` is.
  func ofEarlierWeek(beside taken: [ArmLook]) -> ArmLook {
    let patterns = Set(taken.filter { $0.text == text }.map(\.dash))
    var look = self
    look.dash =
      (Self.earlierDashes + Self.variantDashes).first { !patterns.contains($0) }
      ?? Self.earlierDashes[0]
    return look
  }

  /// Patterns of thin lines, dots first.
  private static let earlierDashes = [[2, 4], [1, 3], [7, 3, 2, 3], [4, 4]]

  /// The looks that an arm may have, the one it should have first.
  private static func candidates(for label: String, algorithm: String?) -> [ArmLook] {
    let name = plain(algorithm ?? label)
    let own = Hue.all.first { $0.algorithm == name }
    if let own, plain(label) == name {
      return [ArmLook(line: own.line, text: own.text, dash: own.dash)] + variants(of: [own])
    }
    let variants = variants(of: own.map { [$0] } ?? Hue.all)
    let first = Int(place(of: label) % UInt64(variants.count))
    return Array(variants[first...] + variants[..<first])
  }

  private static func variants(of hues: [Hue]) -> [ArmLook] {
    // Neighbours differ in dash, and in colour where there is a choice.
    let shades = hues.map { ($0.line, $0.text) } + hues.map { ($0.shade, $0.text) }
    return (0..<shades.count * variantDashes.count).map { index in
      let (line, text) = shades[(index + index / variantDashes.count) % shades.count]
      return ArmLook(line: line, text: text, dash: variantDashes[index % variantDashes.count])
    }
  }

  /// Patterns that no algorithm has as its own.
  private static let variantDashes = [
    [6, 2], [3, 3], [14, 4], [2, 4], [10, 3, 4, 3], [4, 2, 1, 2], [6, 4], [14, 3, 6, 3],
    [6, 2, 2, 2, 2, 2], [10, 5], [3, 2, 3, 5], [14, 3, 2, 3],
  ]

  /// `REINFORCE++` and `reinforce_plus_plus` are one name.
  private static func plain(_ name: String) -> String {
    name.replacing("+", with: "plus").lowercased().filter { $0.isLetter || $0.isNumber }
  }

  /// Where in the list of looks a label begins to look: sizes that double, such as those of groups, follow each
  /// other, and no two of them begin at one look.
  private static func place(of label: String) -> UInt64 {
    let digits = label.reversed().prefix { ("0"..."9").contains($0) }.reversed()
    guard let size = UInt64(String(digits)), size > 0 else { return digest(of: label) }
    return UInt64(UInt64.bitWidth - size.leadingZeroBitCount - 1)
  }

  /// FNV-1a with its halves put together: the same on every machine.
  private static func digest(of text: String) -> UInt64 {
    var digest: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in text.utf8 { digest = (digest ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return digest ^ (digest >> 32)
  }
}

extension LockedExperiment {
  /// The looks of the experiment's arms by label.
  ///
  /// Where the spec promises that arms of one algorithm differ in some settings alone, its colour would be that of all:
  /// baselines have looks by their names, alike in curves and audits, and others by labels.
  var looks: [String: ArmLook] {
    let compared = arms.filter { !$0.isStage }
    let stages = ArmLook.looks(
      of: arms.filter(\.isStage).map { ($0.label, $0.preimage["algorithm"]) })
    let own: [String: ArmLook]
    let baselines = compared.compactMap { $0.preimage["algorithm.baseline"] }
    if varied.isEmpty || Set(compared.map { $0.preimage["algorithm"] }).count > 1 {
      return ArmLook.looks(of: arms.map { ($0.label, $0.preimage["algorithm"]) })
    } else if varied == ["baseline"], Set(baselines).count == compared.count {
      let looks = ArmLook.looks(ofBaselines: baselines)
      own = Dictionary(
        zip(compared, baselines).map { ($0.label, looks[$1] ?? ArmLook.look(of: $1)) },
        uniquingKeysWith: { first, _ in first })
    } else {
      own = ArmLook.looks(ofVariants: compared.map(\.label))
    }
    return own.merging(stages) { own, _ in own }
  }
}

/// The colours of an algorithm.
///
/// They were searched for so that the least distance of two lines, in CIELAB, is as large as can be for
/// normal sight and for simulated protanopia and deuteranopia, among all colours with a contrast of 3 : 1
/// on white and on the dark page.
private struct Hue {
  var algorithm: String
  var line: String
  /// The same hue, lighter or darker, for variants.
  var shade: String
  /// The same hue, dark enough for words on white.
  var text: String
  var dash: [Int]

  static let all = [
    Hue("ppo", "#1E87FF", "#1664BD", "#1A74DB", []),
    Hue("grpo", "#FF3C00", "#BF2D00", "#DB3400", [8, 3]),
    Hue("drgrpo", "#B43C3C", "#CD7C7C", "#B43C3C", [8, 3, 2, 3]),
    Hue("rloo", "#4BA52D", "#34721F", "#3C8424", [4, 2]),
    Hue("remax", "#F01E96", "#BE1876", "#DA1B88", [2, 2]),
    Hue("reinforce", "#3C4BFF", "#7E88FF", "#3C4BFF", [12, 3]),
    Hue("reinforceplusplus", "#B400C3", "#D369DC", "#B400C3", [12, 3, 2, 3]),
    Hue("dpo", "#0F8796", "#41A0AC", "#0E808E", [5, 2, 2, 2]),
    Hue("sft", "#B48778", "#7E5E54", "#906C60", [1, 2]),
    Hue("rewardmodel", "#B478D2", "#7E5493", "#9261AA", [3, 5]),
  ]

  init(_ algorithm: String, _ line: String, _ shade: String, _ text: String, _ dash: [Int]) {
    self.algorithm = algorithm
    self.line = line
    self.shade = shade
    self.text = text
    self.dash = dash
  }
}
