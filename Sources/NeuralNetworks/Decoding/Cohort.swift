import Tensors

/// The sequences of one call of a generator: those waiting, and those in the slots of the cache.
final class Cohort {
  /// A sequence in a slot.
  private struct Member {
    /// Its place in the caller's list of prompts.
    let row: Int
    /// Its prompt's place in `prompts`.
    let prompt: Int
    let slot: Int
    /// The most tokens of its completion.
    let limit: Int
    var completion: Completion
  }

  private let network: CachedTransformer
  private let keepsCache: Bool
  private let longest: Int
  private let context: Int
  private let endToken: Int32
  private let isGreedy: Bool
  private let keepsSupports: Bool

  /// The prompts without repetition, in the order of their first appearance.
  private var prompts: [[Int32]] = []
  /// Who waits: rows of the caller's list with their prompts, equal prompts together.
  private var waiting: [(row: Int, prompt: Int)] = []
  private var nextWaiting = 0
  private var live: [Member] = []
  private var isFree: [Bool]
  /// The prompt whose keys and values a slot holds, also after its sequence has left.
  private var heldPrompt: [Int?]
  /// By slot, the logits after the prompt that it holds.
  private let promptLogits: Tensor
  /// By place in `live`, the logits of the next token.
  private let logits: Tensor
  private let distributions: TokenDistributions
  private var completions: [Completion?]

  // The tokens of the next pass, and where the logits of some of them go.
  private var tokens: [Int32] = []
  private var slots: [Int32] = []
  private var positions: [Int32] = []
  private var lastRows: [Int32] = []
  private var logitTargets: [Int] = []

  init(
    network: CachedTransformer, keepsCache: Bool, prompts: [[Int32]], longest: Int, context: Int,
    endToken: Int32, sampling: SamplingSettings, score: SamplingScore
  ) {
    self.network = network
    self.keepsCache = keepsCache
    self.longest = longest
    self.context = context
    self.endToken = endToken
    isGreedy = sampling.greedy
    keepsSupports = sampling.truncates && score == .truncated
    isFree = [Bool](repeating: true, count: network.slots)
    heldPrompt = [Int?](repeating: nil, count: network.slots)
    promptLogits = Tensor(rows: network.slots, columns: network.vocabulary)
    logits = Tensor(rows: network.slots, columns: network.vocabulary)
    distributions = TokenDistributions(
      capacity: network.slots, vocabulary: network.vocabulary, settings: sampling, score: score)
    completions = [Completion?](repeating: nil, count: prompts.count)
    live.reserveCapacity(network.slots)
    tokens.reserveCapacity(network.rows)
    slots.reserveCapacity(network.rows)
    positions.reserveCapacity(network.rows)
    lastRows.reserveCapacity(network.rows)
    logitTargets.reserveCapacity(network.rows)
    queue(prompts)
  }

  /// Samples all completions, in the order of the prompts; an error of `lookUp` ends that.
  func run<Failure: Error>(
    uniform: (_ row: Int, _ step: Int) -> Float, lookingUp lookUp: () throws(Failure) -> Void
  ) throws(Failure) -> [Completion] {
    admit()
    while !live.isEmpty {
      try lookUp()
      draw(uniform)
      advance()
      admit()
    }
    return completions.enumerated().map { row, completion in
      guard let completion else { preconditionFailure("prompt \(row) has no completion") }
      return completion
    }
  }

  /// Puts equal prompts together, in the order of their first appearance.
  private func queue(_ all: [[Int32]]) {
    var places: [[Int32]: Int] = [:]
    var rows: [[Int]] = []
    for (row, prompt) in all.enumerated() {
      if let place = places[prompt] {
        rows[place].append(row)
      } else {
        places[prompt] = prompts.count
        prompts.append(prompt)
        rows.append([row])
      }
    }
    waiting = rows.enumerated().flatMap { prompt, rows in rows.map { (row: $0, prompt: prompt) } }
  }

  // MARK: Slots

  /// Gives free slots to waiting prompts, and computes or copies what the slots do not hold yet.
  private func admit() {
    let earlier = live.count
    var copies: [(source: Int, target: Int)] = []
    while nextWaiting < waiting.count {
      let (row, prompt) = waiting[nextWaiting]
      // A free slot that holds the prompt comes first; so the source of a copy is never a free slot.
      guard
        let slot = isFree.indices.first(where: { isFree[$0] && heldPrompt[$0] == prompt })
          ?? isFree.firstIndex(of: true)
      else { break }
      nextWaiting += 1
      isFree[slot] = false
      if heldPrompt[slot] != prompt {
        if let source = heldPrompt.firstIndex(of: prompt) {
          copies.append((source, slot))
        } else {
          append(tokens: prompts[prompt], toSlot: slot, logitsTo: slot, of: promptLogits)
        }
        heldPrompt[slot] = prompt
      }
      live.append(member(row: row, prompt: prompt, slot: slot))
    }
    compute(logitsTo: promptLogits)
    for (source, target) in copies {
      network.copy(positions: prompts[heldPrompt[target] ?? 0].count, of: source, to: target)
      promptLogits.copyRow(source, of: promptLogits, to: target)
    }
    for place in earlier..<live.count {
      logits.copyRow(live[place].slot, of: promptLogits, to: place)
    }
  }

  /// A member without tokens, with room for all it can get.
  private func member(row: Int, prompt: Int, slot: Int) -> Member {
    // The last token is never fed, so it needs no position.
    let limit = min(longest, context - prompts[prompt].count + 1)
    var completion = Completion(
      tokens: [], logProbabilities: [], entropies: [], squaredProbabilities: [], isTruncated: true)
    completion.tokens.reserveCapacity(limit)
    completion.logProbabilities.reserveCapacity(limit)
    completion.entropies.reserveCapacity(limit)
    completion.squaredProbabilities.reserveCapacity(limit)
    return Member(row: row, prompt: prompt, slot: slot, limit: limit, completion: completion)
  }

  // MARK: Steps

  /// Draws the next token of each sequence; those that have ended leave.
  private func draw(_ uniform: (_ row: Int, _ step: Int) -> Float) {
    distributions.update(logits: logits, rows: live.count)
    var kept = 0
    for place in live.indices {
      let step = live[place].completion.tokens.count
      let drawn = distributions.draw(
        row: place, logits: logits, uniform: isGreedy ? 0 : uniform(live[place].row, step))
      live[place].completion.tokens.append(drawn.token)
      live[place].completion.logProbabilities.append(drawn.logProbability)
      live[place].completion.entropies.append(drawn.entropy)
      live[place].completion.squaredProbabilities.append(drawn.squaredProbability)
      if keepsSupports {
        distributions.appendSupport(ofRow: place, to: &live[place].completion.supports)
      }
      if drawn.token == endToken || step + 1 == live[place].limit {
        live[place].completion.isTruncated = drawn.token != endToken
        completions[live[place].row] = live[place].completion
        isFree[live[place].slot] = true
      } else {
        live.swapAt(kept, place)
        kept += 1
      }
    }
    live.removeLast(live.count - kept)
  }

  /// Computes the logits after the last token of each sequence.
  private func advance() {
    for place in live.indices {
      let prompt = prompts[live[place].prompt]
      let drawn = live[place].completion.tokens
      if !keepsCache {
        append(
          tokens: prompt + drawn, toSlot: live[place].slot, logitsTo: place, of: logits)
      } else if let token = drawn.last {
        append(
          token: token, position: prompt.count + drawn.count - 1, slot: live[place].slot,
          logitsTo: place, of: logits)
      }
    }
    compute(logitsTo: logits)
  }

  // MARK: Passes

  /// Adds a whole sequence to the next pass, or to several.
  private func append(tokens: [Int32], toSlot slot: Int, logitsTo target: Int, of tensor: Tensor) {
    for (position, token) in tokens.enumerated() {
      append(
        token: token, position: position, slot: slot,
        logitsTo: position == tokens.count - 1 ? target : nil, of: tensor)
    }
  }

  /// Adds a token to the next pass; when that is full, computes it first.
  private func append(
    token: Int32, position: Int, slot: Int, logitsTo target: Int?, of tensor: Tensor
  ) {
    if tokens.count == network.rows { compute(logitsTo: tensor) }
    if let target {
      lastRows.append(Int32(tokens.count))
      logitTargets.append(target)
    }
    tokens.append(token)
    slots.append(Int32(slot))
    positions.append(Int32(position))
  }

  /// Computes the tokens that were added, and puts the logits that were asked for into rows of `tensor`.
  private func compute(logitsTo tensor: Tensor) {
    guard !tokens.isEmpty else { return }
    network.compute(tokens: tokens, slots: slots, positions: positions)
    if !lastRows.isEmpty {
      network.writeLogits(ofRows: lastRows)
      for (row, target) in logitTargets.enumerated() {
        tensor.copyRow(row, of: network.logits, to: target)
      }
    }
    tokens.removeAll(keepingCapacity: true)
    slots.removeAll(keepingCapacity: true)
    positions.removeAll(keepingCapacity: true)
    lastRows.removeAll(keepingCapacity: true)
    logitTargets.removeAll(keepingCapacity: true)
  }
}
