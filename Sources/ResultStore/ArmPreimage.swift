internal import CanonicalJSON

/// The fields that the preimages of an arm's runs have in common: all but the seed.
///
/// Where the runs start from those of another arm, replicate s from replicate s, the field of that
/// stage differs from seed to seed. Here it holds the other arm's ``digest`` in place of a run key,
/// so that two arms have the same settings, stages included, exactly if their fields are equal.
public struct ArmPreimage: Sendable {
  /// The fields that may name a stage: the run that the policy starts from, and the reward model.
  public static let stageFields = ["start", "reward"]

  /// The fields without `seed`.
  public let fields: [String: String]
  /// The arms whose runs of the same seed the runs stand on, by the field that names them.
  public let stages: [String: ArmPreimage]

  /// The canonical text of the fields before the line of the seed, and that after it.
  private let text: (before: String, after: String)
  /// The same text before the line of the seed, hashed: an arm may have a thousand keys.
  private let beginning: Digest.Beginning
  /// The lines of the fields with their names, in the order of the canonical text; empty where no line differs from
  /// seed to seed.
  private let lines: [(name: String, line: String)]

  /// Creates the preimage of an arm; a field `seed` is dropped.
  ///
  /// - Precondition: The names of `stages` are in ``stageFields``.
  public init(fields: [String: String], stages: [String: ArmPreimage] = [:]) {
    self.init(listed: fields.map { ($0.key, $0.value) }, stages: stages)
  }

  /// Creates the preimage of an arm from its fields one after the other, each once. In the order of the canonical text
  /// they cost least; any other is put right.
  init(listed: [(name: String, value: String)], stages: [String: ArmPreimage] = [:]) {
    precondition(stages.keys.allSatisfy(Self.stageFields.contains), "unknown stage fields")
    var listed = listed.filter { $0.name != "seed" && stages[$0.name] == nil }
    for (name, stage) in stages { listed.append((name, stage.digest)) }
    let isInOrder = zip(listed, listed.dropFirst()).allSatisfy {
      CanonicalText.precedes($0.name, $1.name)
    }
    if !isInOrder { listed.sort { CanonicalText.precedes($0.name, $1.name) } }
    fields = Dictionary(uniqueKeysWithValues: listed.map { ($0.name, $0.value) })
    self.stages = stages
    var (before, after) = (RunPreimage.header + "\n", "")
    var lines: [(name: String, line: String)] = []
    for (name, value) in listed {
      let line = RunPreimage.line(name, value) + "\n"
      if CanonicalText.precedes("seed", name) { after += line } else { before += line }
      if !stages.isEmpty { lines.append((name, line)) }
    }
    text = (before, after)
    beginning = Digest.Beginning(before)
    self.lines = lines
  }

  /// The settings that several arms have in common, with their lines written once.
  struct Shared {
    let fields: [String: String]
    /// The settings in the order of the canonical text.
    fileprivate let listed: [(name: String, line: String)]
    /// The settings as they were given, where an arm cannot be made of the lines.
    fileprivate let unlike: [(name: String, value: String)]?

    /// Creates the settings, each of which has a name of its own.
    init(_ settings: [(name: String, value: String)]) {
      fields = Dictionary(settings) { first, _ in first }
      let isInOrder = zip(settings, settings.dropFirst()).allSatisfy {
        CanonicalText.precedes($0.name, $1.name)
      }
      let isPlain = isInOrder && fields["seed"] == nil
      unlike = isPlain ? nil : settings
      listed = isPlain ? settings.map { ($0.name, RunPreimage.line($0.name, $0.value) + "\n") } : []
    }
  }

  /// Creates the preimage of an arm from its own settings and those that it shares with others; none is among both.
  init(_ own: [(name: String, value: String)], beside shared: Shared) {
    guard shared.unlike == nil else {
      self.init(listed: (shared.unlike ?? []) + own)
      return
    }
    let own = own.filter { $0.name != "seed" }.sorted { CanonicalText.precedes($0.name, $1.name) }
    var fields = shared.fields
    for (name, value) in own { fields[name] = value }
    var (before, after) = (RunPreimage.header + "\n", "")
    func add(_ name: String, _ line: String) {
      if CanonicalText.precedes("seed", name) { after += line } else { before += line }
    }
    var rest = own[...]
    for (name, line) in shared.listed {
      while let next = rest.first, CanonicalText.precedes(next.name, name) {
        add(next.name, RunPreimage.line(next.name, next.value) + "\n")
        rest.removeFirst()
      }
      add(name, line)
    }
    for (name, value) in rest { add(name, RunPreimage.line(name, value) + "\n") }
    self.init(fields: fields, text: (before, after))
  }

  /// Creates the preimage of an arm that starts from no other, whose canonical text is known.
  private init(fields: [String: String], text: (before: String, after: String)) {
    self.fields = fields
    self.text = text
    beginning = Digest.Beginning(text.before)
    stages = [:]
    lines = []
  }

  /// The SHA-256 of the fields' canonical text, in 64 hexadecimal digits.
  public var digest: String { Digest.hex(of: text(seed: nil, stageKeys: [:])) }

  /// The preimage of the run with `seed`.
  public func run(seed: Int) -> RunPreimage {
    var known: [String: RunKey] = [:]
    let keys = stageKeys(seed: seed, &known)
    var fields = fields
    for (name, key) in keys { fields[name] = key.hex }
    fields["seed"] = "\(seed)"
    return RunPreimage(fields: fields, text: text(seed: seed, stageKeys: keys))
  }

  /// The key of the run with `seed`, without making its preimage.
  public func key(seed: Int) -> RunKey {
    if stages.isEmpty {
      return RunKey(digest: beginning.hex(followedBy: "seed = \(seed)\n" + text.after))
    }
    var known: [String: RunKey] = [:]
    return key(seed: seed, &known)
  }

  /// The key of the run with `seed`; `known` are the keys of its stages by the digests of their arms.
  ///
  /// Start and reward model may stand on one stage, and their stages too: without `known` each would be made
  /// twice as often as the one above it.
  private func key(seed: Int, _ known: inout [String: RunKey]) -> RunKey {
    RunKey(digestOf: text(seed: seed, stageKeys: stageKeys(seed: seed, &known)))
  }

  /// The keys of the runs of its stages with `seed`, by the field that names them.
  private func stageKeys(seed: Int, _ known: inout [String: RunKey]) -> [String: RunKey] {
    var keys: [String: RunKey] = [:]
    for (name, stage) in stages {
      let digest = fields[name] ?? stage.digest
      let key = known[digest] ?? stage.key(seed: seed, &known)
      known[digest] = key
      keys[name] = key
    }
    return keys
  }

  /// The canonical text of a run's fields, or of those of the arm where `seed` is nil.
  private func text(seed: Int?, stageKeys: [String: RunKey]) -> String {
    let line = seed.map { "seed = \($0)\n" } ?? ""
    if stageKeys.isEmpty { return text.before + line + text.after }
    var (before, after) = (RunPreimage.header + "\n", "")
    for (name, own) in lines {
      let line = stageKeys[name].map { "\(name) = \($0.hex)\n" } ?? own
      if CanonicalText.precedes("seed", name) { after += line } else { before += line }
    }
    return before + line + after
  }
}

extension ArmPreimage: Hashable {
  public static func == (first: Self, second: Self) -> Bool { first.fields == second.fields }

  public func hash(into hasher: inout Hasher) { hasher.combine(fields) }
}

extension ArmPreimage {
  /// The most stages in a chain, each of which starts from the next; specs allow eight.
  static let longestChain = 64
  /// The most ways in which an arm may stand on stages: one that starts from a stage and is paid by another, both
  /// of which start from one, stands on that one in two.
  static let mostWays = 1000

  /// Finds the stages of arms whose fields name them by digest, as a lock has them.
  ///
  /// No text holds its own digest, so chains come to an end, and each arm is resolved once. Whoever follows all ways
  /// to the end, to list the settings that differ, goes as many as are counted here.
  ///
  /// - Parameter arms: All arms of an experiment, by their fields alone.
  /// - Returns: An arm for each; a stage that is not among them stays a digest, from which no run
  ///   key follows. `nil` for an arm beyond ``longestChain`` or ``mostWays``.
  static func linked(_ arms: [ArmPreimage]) -> [ArmPreimage?] {
    guard arms.contains(where: { arm in stageFields.contains { arm.fields[$0] != nil } }) else {
      return arms
    }
    struct Link {
      var arm: ArmPreimage
      /// The number of stages in the longest chain below it, and that of all ways down from it.
      var (height, ways) = (0, 0)
    }
    let digests = arms.map(\.digest)
    let fields = Dictionary(zip(digests, arms.map(\.fields))) { first, _ in first }
    var known: [String: Link?] = [:]
    func link(_ digest: String, _ own: [String: String], depth: Int) -> Link? {
      if let link = known[digest] { return link }
      known[digest] = .some(nil)
      guard depth <= longestChain else { return nil }
      var (stages, height, ways): ([String: ArmPreimage], Int, Int) = ([:], 0, 0)
      for name in stageFields {
        guard let stage = own[name], let fields = fields[stage] else { continue }
        guard let below = link(stage, fields, depth: depth + 1) else { return nil }
        stages[name] = below.arm
        height = max(height, below.height + 1)
        ways += below.ways + 1
      }
      guard height <= longestChain, ways <= mostWays else { return nil }
      let link = Link(arm: ArmPreimage(fields: own, stages: stages), height: height, ways: ways)
      known[digest] = link
      return link
    }
    return zip(digests, arms).map { link($0, $1.fields, depth: 0)?.arm }
  }
}

extension RunPreimage {
  /// The run keys of the stages that the run stands on, by field; empty for most runs.
  public var stages: [String: RunKey] {
    var stages: [String: RunKey] = [:]
    for name in ArmPreimage.stageFields {
      stages[name] = fields[name].flatMap { RunKey(hex: $0) }
    }
    return stages
  }
}
