/// A sampler of completions from a transformer, with a cache of keys and values.
///
/// Prompts go through a cohort of slots: as many sequences at a time as keep their cache in the processor's
/// last level. A finished sequence leaves, and the next prompt takes its slot. Equal prompts, such as those of
/// a group, are computed once and their cache is copied. The result of a row depends on its prompt and its uniform
/// numbers alone: tokens, log-probabilities and entropies are the same bits for any number of slots, any
/// other prompts and any order, and are those of ``Transformer/forward(_:temperature:forBackward:)``.
///
/// The weights are read when ``generate(prompts:longest:endToken:sampling:score:uniform:)`` is called.
public final class Generator {
  /// The network that is sampled from.
  let transformer: Transformer
  /// How many sequences are sampled at a time.
  public let slots: Int
  /// Whether keys and values of earlier tokens are kept; without, every step computes each sequence anew.
  let keepsCache: Bool

  private let network: CachedTransformer

  /// Creates a generator with its cache.
  ///
  /// - Parameters:
  ///   - transformer: A transformer with a head of tokens.
  ///   - rows: How many sequences are sampled at a time; `nil` for as many as suit the processor's cache.
  ///   - keepsCache: `false` only to check or measure the cache.
  public init(_ transformer: Transformer, rows: Int? = nil, keepsCache: Bool = true) {
    precondition(
      transformer.head == .tokens && rows ?? 1 >= 1,
      "a cohort of \(rows ?? 1) rows, \(transformer.head)")
    self.transformer = transformer
    self.keepsCache = keepsCache
    slots = rows ?? Self.cohort(of: transformer)
    network = CachedTransformer(transformer, slots: slots, rows: max(slots, 64))
  }

  /// Samples a completion of each prompt.
  ///
  /// A completion ends with the end token, after `longest` tokens, or where prompt and completion fill the
  /// context.
  ///
  /// - Parameters:
  ///   - prompts: Tokens, at least one and at most the context each; equal ones are computed once.
  ///   - longest: The most tokens of a completion, at least 1.
  ///   - endToken: The token that ends a completion.
  ///   - sampling: How tokens are drawn.
  ///   - score: Which distribution log-probabilities, entropies and Σπ² belong to.
  ///   - uniform: The number in 0..<1 that selects token `step` of the completion of prompt `row`; not called
  ///     if `sampling` is greedy.
  /// - Returns: The completions in the order of the prompts.
  public func generate(
    prompts: [[Int32]], longest: Int, endToken: Int32,
    sampling: SamplingSettings = SamplingSettings(), score: SamplingScore = .full,
    uniform: (_ row: Int, _ step: Int) -> Float
  ) -> [Completion] {
    generate(
      prompts: prompts, longest: longest, endToken: endToken, sampling: sampling, score: score,
      uniform: uniform, lookingUp: { () throws(Never) in })
  }

  /// Samples a completion of each prompt, and calls `lookUp` before each step of the sequences in the slots.
  ///
  /// - Throws: The errors of `lookUp`, which end the sampling.
  public func generate<Failure: Error>(
    prompts: [[Int32]], longest: Int, endToken: Int32,
    sampling: SamplingSettings = SamplingSettings(), score: SamplingScore = .full,
    uniform: (_ row: Int, _ step: Int) -> Float, lookingUp lookUp: () throws(Failure) -> Void
  ) throws(Failure) -> [Completion] {
    let context = transformer.settings.context
    precondition(
      longest >= 1 && prompts.allSatisfy { !$0.isEmpty && $0.count <= context },
      "at most \(longest) new tokens in a context of \(context)")
    network.readWeights()
    let cohort = Cohort(
      network: network, keepsCache: keepsCache, prompts: prompts, longest: longest,
      context: context, endToken: endToken, sampling: sampling, score: score)
    return try cohort.run(uniform: uniform, lookingUp: lookUp)
  }

  /// The number of sequences that suits the processor's cache, a multiple of the rows of a product's tile.
  ///
  /// A step reads all weights, which more rows share, and each row's keys and values, which few rows leave
  /// in the cache. The two sizes were found by measuring.
  private static func cohort(of transformer: Transformer) -> Int {
    let settings = transformer.settings
    let weightBytes = 4 * transformer.parameterCount
    let slotBytes = 4 * settings.context * settings.width * settings.layers * 2
    let forWeights = (weightBytes + (5 << 20) - 1) / (5 << 20) * 8
    let forCache = (8 << 20) / slotBytes / 8 * 8
    return min(64, max(forWeights, forCache))
  }
}
