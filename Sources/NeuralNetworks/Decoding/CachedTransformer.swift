import Tensors

/// A transformer that computes new tokens of several sequences, whose earlier keys and values it keeps.
///
/// Any set of tokens can be computed at once, of one sequence or many: keys and values of all are stored
/// first, then each attends to its own sequence up to itself. Each token's bits are those of the
/// training pass in the profile `exact`, whatever else is computed with it.
final class CachedTransformer {
  /// How many sequences there is room for.
  let slots: Int
  /// The most tokens that are computed at once.
  let rows: Int
  let vocabulary: Int
  /// The logits that ``writeLogits(ofRows:)`` writes, [rows, vocabulary].
  let logits: Tensor

  private let transformer: Transformer
  private let layers: [Layer]
  private let head: PackedWeight
  private let hidden: Tensor  // [rows, width], the residual stream
  private let normalized: Tensor  // [rows, width]
  private let scratch: Tensor  // [rows, width]
  private let projected: Tensor  // [rows, 3 · width]: queries, keys, values
  private let expanded: Tensor  // [rows, expanded width]: gates and inputs of the nonlinearity
  private let activated: Tensor  // [rows, inner]
  private let workspace: Tensor

  /// A block's weights, packed, and its cache.
  private struct Layer {
    let block: TransformerBlock
    let projection: PackedWeight
    let output: PackedWeight
    let expansion: PackedWeight
    let contraction: PackedWeight
    let cache: AttentionCache

    init(block: TransformerBlock, slots: Int, context: Int) {
      self.block = block
      let width = block.attention.width
      projection = PackedWeight(depth: width, columns: 3 * width)
      output = PackedWeight(depth: width, columns: width)
      expansion = PackedWeight(depth: width, columns: block.feedForward.expandedWidth)
      contraction = PackedWeight(depth: block.feedForward.inner, columns: width)
      cache = AttentionCache(slots: slots, positions: context, width: width)
    }

    func readWeights() {
      let (attention, feedForward) = (block.attention, block.feedForward)
      for (index, map) in [attention.query, attention.key, attention.value].enumerated() {
        projection.pack(map.values, isTransposed: false, at: index * attention.width)
      }
      output.pack(attention.output.values, isTransposed: false)
      if let gate = feedForward.gate { expansion.pack(gate.values, isTransposed: false) }
      expansion.pack(
        feedForward.up.values, isTransposed: false,
        at: feedForward.gate == nil ? 0 : feedForward.inner)
      contraction.pack(feedForward.down.values, isTransposed: false)
    }
  }

  /// Creates the caches and buffers of a transformer with a head of tokens.
  init(_ transformer: Transformer, slots: Int, rows: Int) {
    let settings = transformer.settings
    self.transformer = transformer
    self.slots = slots
    self.rows = rows
    vocabulary = transformer.vocabulary
    layers = transformer.blocks.map { block in
      Layer(block: block, slots: slots, context: settings.context)
    }
    head = PackedWeight(depth: settings.width, columns: vocabulary)
    logits = Tensor(rows: rows, columns: vocabulary)
    hidden = Tensor(rows: rows, columns: settings.width)
    normalized = Tensor(rows: rows, columns: settings.width)
    scratch = Tensor(rows: rows, columns: settings.width)
    projected = Tensor(rows: rows, columns: 3 * settings.width)
    let feedForward = transformer.blocks[0].feedForward
    expanded = Tensor(rows: rows, columns: feedForward.expandedWidth)
    activated = Tensor(rows: rows, columns: feedForward.inner)
    workspace = Tensor(rows: settings.heads, columns: layers[0].cache.positions)
  }

  /// Packs the transformer's weights as they are now.
  func readWeights() {
    for layer in layers { layer.readWeights() }
    let weight = transformer.outputHead.weight
    head.pack(transformer.parameters.values(of: weight), isTransposed: true)
  }

  /// Computes tokens and stores their keys and values.
  ///
  /// - Parameters:
  ///   - tokens: At most ``rows``; what comes earlier in their sequences is in the cache or among them.
  ///   - slots: Whose sequence each belongs to.
  ///   - positions: Where in the sequence each stands.
  func compute(tokens: [Int32], slots: [Int32], positions: [Int32]) {
    let count = tokens.count
    precondition(count <= rows, "\(count) tokens at once, at most \(rows)")
    let x = hidden.firstRows(count)
    let (normalized, scratch) = (normalized.firstRows(count), scratch.firstRows(count))
    let (projected, expanded) = (projected.firstRows(count), expanded.firstRows(count))
    let activated = activated.firstRows(count)
    transformer.embedding.forward(
      tokens[...], positions: positions[...], into: x, workspace: scratch)
    for layer in layers {
      let (attention, feedForward) = (layer.block.attention, layer.block.feedForward)
      let width = attention.width
      layer.block.attentionNorm.forward(x, into: normalized)
      multiply(normalized, layer.projection, into: projected)
      attention.rotary?.rotate(projected.columns(0..<2 * width), positions: positions[...])
      layer.cache.store(
        keys: projected.columns(width..<2 * width),
        values: projected.columns(2 * width..<3 * width),
        slots: slots, positions: positions)
      layer.cache.attend(
        queries: projected.columns(0..<width), heads: attention.heads, scale: attention.scale,
        slots: slots, positions: positions, into: scratch, workspace: workspace)
      multiply(scratch, layer.output, into: x, mode: .continues)
      layer.block.feedForwardNorm.forward(x, into: normalized)
      multiply(normalized, layer.expansion, into: expanded)
      if feedForward.gate != nil {
        let inner = feedForward.inner
        swiGLU(
          gate: expanded.columns(0..<inner), up: expanded.columns(inner..<2 * inner),
          into: activated)
      } else {
        gelu(of: expanded, into: activated)
      }
      multiply(activated, layer.contraction, into: x, mode: .continues)
    }
  }

  /// Writes the logits of the next token after some of the tokens computed last.
  ///
  /// - Parameter rows: Which of them; their logits are the first rows of ``logits``.
  func writeLogits(ofRows rows: [Int32]) {
    let (gathered, normalized) = (scratch.firstRows(rows.count), normalized.firstRows(rows.count))
    gatherRows(of: hidden.matrix, at: rows[...], into: gathered)
    transformer.outputHead.norm.forward(gathered, into: normalized)
    multiply(normalized, head, into: logits.firstRows(rows.count))
  }

  /// Copies the keys and values of the first `count` positions of one slot to another.
  func copy(positions count: Int, of source: Int, to target: Int) {
    for layer in layers { layer.cache.copy(positions: count, of: source, to: target) }
  }
}
