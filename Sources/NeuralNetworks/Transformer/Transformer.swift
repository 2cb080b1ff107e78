public import Checkpoints
public import SeededRandom
internal import Settings
public import Tensors

/// A decoder-only transformer with explicit forward and backward passes.
///
/// Pre-norm blocks of causal attention and a feed-forward layer; linear layers have no bias. Only scored rows
/// go through the head. Buffers grow to the largest batch and stay, so a training step allocates nothing
/// once warm.
///
/// With the profile `exact`:
/// - The output of a row depends, bit for bit, on its sequence's tokens up to it alone, not on the other
///   sequences, the padding they came with, or whether keys and values were cached.
/// - Gradients do not depend on how sequences are divided among calls: each parameter's gradient gets one
///   leaf, a chain over the rows, per sequence (cut into leaves of 1024 rows if it is longer), in the
///   order of the sequences. A head that is tied to the embedding adds its leaf of a sequence before
///   the embedding's rows of that sequence, which are added one by one in the order of the tokens.
///
/// Weights of linear layers are stored [inputs, outputs], tables and head weights [entries, width].
///
/// Sources: Vaswani et al., "Attention Is All You Need", NeurIPS 2017, https://arxiv.org/abs/1706.03762;
/// Touvron et al., "LLaMA", 2023, https://arxiv.org/abs/2302.13971, whose names the parameters have.
public final class Transformer {
  /// Raised by hand when, and only when, a bit of a transformer's result changes.
  public static let revision = 1

  let settings: TransformerSettings
  /// How many tokens there are.
  let vocabulary: Int
  /// The kind of output.
  public let head: TransformerHead
  /// The library that computes the products.
  let profile: NumericsProfile
  /// The set that holds the parameters.
  public let parameters: ParameterSet
  /// The first part of the parameters' names.
  let prefix: String

  let embedding: TokenEmbedding
  let blocks: [TransformerBlock]
  let outputHead: OutputHead

  private let ownSlices: Range<Int>
  private var batch = TokenBatch()
  private var scale: Float = 1
  private var canGoBack = false
  private var kept: TransformerActivations?
  private var passing: TransformerActivations?
  private var gradients: TransformerGradients?
  private var outputs: TransformerOutputs
  private var sizes: TransformerBufferSizes

  /// Declares the parameters of a transformer.
  ///
  /// - Parameters:
  ///   - settings: Its shape.
  ///   - vocabulary: How many tokens there are.
  ///   - head: The kind of output.
  ///   - parameters: The set that the parameters are declared in, before it is allocated.
  ///   - prefix: The first part of the parameters' names, such as `value.`; empty for a network alone.
  ///   - profile: Who computes the products.
  /// - Precondition: The settings have no `conflict`.
  public init(
    settings: TransformerSettings, vocabulary: Int, head: TransformerHead,
    parameters: ParameterSet, prefix: String = "", profile: NumericsProfile = .exact
  ) {
    precondition(settings.conflict == nil, settings.conflict?.message ?? "")
    precondition(vocabulary >= 1, "a vocabulary of \(vocabulary)")
    self.settings = settings
    self.vocabulary = vocabulary
    self.head = head
    self.profile = profile
    self.parameters = parameters
    self.prefix = prefix
    let first = parameters.slices.count
    let body = "\(prefix)model"
    embedding = TokenEmbedding(
      name: body, settings: settings, vocabulary: vocabulary, parameters: parameters)
    let rotary =
      settings.position == .rope
      ? RotaryPositions(count: settings.context, headWidth: settings.headWidth, theta: 10_000)
      : nil
    blocks = (0..<settings.layers).map {
      TransformerBlock(
        name: "\(body).layers.\($0)", settings: settings, rotary: rotary, parameters: parameters,
        profile: profile)
    }
    outputHead = OutputHead(
      prefix: prefix, body: body, settings: settings, vocabulary: vocabulary, head: head,
      embedding: embedding.tokens, parameters: parameters, profile: profile)
    ownSlices = first..<parameters.slices.count
    outputs = TransformerOutputs(head: head, outputs: outputHead.outputs, capacity: 0)
    sizes = TransformerBufferSizes(settings: settings, vocabulary: vocabulary, head: head)
  }

  // MARK: Parameters

  /// The parameters of this network, in the order of their declaration.
  public var slices: ArraySlice<ParameterSet.Slice> { parameters.slices[ownSlices] }

  /// How many parameters there are.
  public var parameterCount: Int { slices.reduce(0) { $0 + $1.count } }

  /// Draws the weights from N(0, 0.02²), with those that end a branch divided by √(2 · layers).
  ///
  /// Each tensor has its own stream, named after it. Normalizations start as the identity.
  ///
  /// - Parameters:
  ///   - streams: The run's random streams.
  ///   - scoreDeviation: The standard deviation of the scalar head's weight; 0 for a value, and
  ///     1 / √(width + 1) for a reward by convention.
  public func initialize(streams: RandomStreams, scoreDeviation: Double = 0) {
    for slice in slices where slice.shape.count == 2 {
      let name = slice.name
      let deviation =
        if head == .scalar && slice == outputHead.weight {
          scoreDeviation
        } else if name.hasSuffix("o_proj.weight") || name.hasSuffix("down_proj.weight") {
          0.02 / Double(2 * settings.layers).squareRoot()
        } else {
          0.02
        }
      var generator = streams.generator(for: .initialisation, named: name)
      let elements = (0..<slice.count).map { _ in Float(deviation * generator.nextNormal()) }
      parameters.values.copy(from: elements, at: slice.offset)
    }
    for block in blocks {
      block.attentionNorm.initialize()
      block.feedForwardNorm.initialize()
    }
    outputHead.norm.initialize()
  }

  // MARK: Results

  /// log π of the token that each scored row predicts, in nats, [at least scored rows, 1].
  public var logProbabilities: Tensor { outputs.logProbabilities }
  /// The entropy of each scored row's distribution in nats, [at least scored rows, 1].
  public var entropies: Tensor { outputs.entropies }
  /// Σπ² of each scored row's distribution, [at least scored rows, 1].
  public var squaredProbabilities: Tensor { outputs.squaredProbabilities }
  /// The scalar head's number for each scored row, [at least scored rows, 1].
  public var values: Tensor { outputs.logits }
  /// The logits of each scored row, divided by the temperature, [at least scored rows, vocabulary]; −∞
  /// outside of the row's support.
  public var logits: Tensor { outputs.logits }

  /// ∂L/∂log π, [at least scored rows, 1]: written by the caller before ``backward()``.
  public var logProbabilityGradients: Tensor { outputs.logProbabilityGradients }
  /// ∂L/∂H, [at least scored rows, 1]: written by the caller before ``backward()``.
  public var entropyGradients: Tensor { outputs.entropyGradients }
  /// ∂L/∂value, [at least scored rows, 1]: written by the caller before ``backward()``.
  public var valueGradients: Tensor { outputs.valueGradients }

  // MARK: Passes

  /// Computes the outputs for the scored rows of `batch`.
  ///
  /// - Parameters:
  ///   - batch: At least one sequence, none with more rows than the context.
  ///   - temperature: The divisor of logits, above 0; a scalar head has none.
  ///   - forBackward: Whether ``backward()`` follows; without it the buffers of one block are enough, and
  ///     long batches are computed in parts.
  public func forward(
    _ batch: TokenBatch, temperature: Double = 1, forBackward: Bool = true
  ) {
    precondition(temperature > 0 && batch.count > 0, "\(batch.count) sequences at \(temperature)")
    precondition(
      batch.rowRanges.allSatisfy { $0.count <= settings.context },
      "a sequence is longer than the context of \(settings.context)")
    precondition(
      head == .scalar || batch.targets.allSatisfy { $0 >= 0 && $0 < vocabulary },
      "a scored row predicts no token of the vocabulary")
    sizes.makeRoomForForward(
      rows: batch.rowCount, scored: batch.scoredCount,
      longest: longestSequence(in: batch), forBackward: forBackward)
    if outputs.capacity != sizes.outputs {
      outputs = TransformerOutputs(
        head: head, outputs: outputHead.outputs, capacity: sizes.outputs)
    }
    canGoBack = forBackward
    self.batch.assign(batch)
    scale = head == .scalar ? 1 : Float(1 / temperature)
    if forBackward {
      if let room = sizes.kept, kept?.room != room {
        kept = TransformerActivations(
          blocks: blocks, room: room, longest: settings.context, keepsAll: true)
      }
      if let kept { run(0..<batch.count, in: kept) }
    } else {
      forwardInParts(batch)
    }
    if head == .tokens { writeDistributions() }
  }

  /// Adds the gradients of the loss to those of the parameters.
  ///
  /// - Precondition: ``forward(_:temperature:forBackward:)`` came before, the gradients by its outputs were
  ///   written, and the parameters are the same.
  public func backward() {
    precondition(canGoBack, "no forward pass kept what the backward pass needs")
    let (rows, scored) = (batch.rowCount, batch.scoredCount)
    sizes.makeRoomForBackward(rows: rows, scored: scored)
    if let room = sizes.gradients, gradients?.room != room {
      gradients = TransformerGradients(block: blocks[0], head: outputHead, room: room)
    }
    guard let gradients, let kept else { return }
    let outputGradients: Matrix
    switch head {
    case .tokens:
      outputGradients = gradients.outputs.firstRows(scored)
      writeLogitGradients(
        targets: batch.targets[...], scale: scale,
        logProbabilities: outputs.distributions.firstRows(scored),
        probabilities: outputs.probabilities.firstRows(scored),
        entropies: outputs.entropies.firstRows(scored),
        logProbabilityGradients: outputs.logProbabilityGradients.firstRows(scored),
        entropyGradients: outputs.entropyGradients.firstRows(scored), into: outputGradients)
    case .scalar: outputGradients = outputs.valueGradients.firstRows(scored)
    }
    let normalizedGradient = gradients.normalized.firstRows(scored)
    outputHead.writeInputGradient(outputGradients, into: normalizedGradient)
    let residual = gradients.residual.firstRows(rows)
    clear(residual)
    let last = kept.residuals[2 * blocks.count].firstRows(rows)
    for sequence in 0..<batch.count {
      let scoredRange = batch.scoredRanges[sequence]
      let scoredRows = batch.scoredRows(ofSequence: sequence)
      outputHead.norm.backward(
        last.rows(scoredRows), statistics: kept.statistics, firstRow: scoredRange.lowerBound,
        gradient: normalizedGradient.rows(scoredRange), into: residual.rows(scoredRows))
    }
    for (index, block) in blocks.enumerated().reversed() {
      block.backward(
        kept.residuals[2 * index].firstRows(rows),
        middle: kept.residuals[2 * index + 1].firstRows(rows), kept: kept.blocks[index],
        shared: kept.shared, positions: batch.positions[...], sequences: batch.rowRanges[...],
        gradient: residual,
        scratch: gradients.block, workspace: kept.workspace)
    }
    for sequence in 0..<batch.count {
      let scoredRange = batch.scoredRanges[sequence]
      outputHead.addWeightGradient(
        kept.normalized.rows(scoredRange), outputGradients.rows(scoredRange))
      let rows = batch.rowRanges[sequence]
      embedding.backward(
        batch.inputs[rows], positions: batch.positions[rows], gradient: residual.rows(rows))
    }
  }

  /// Runs some sequences through all blocks and the head's product, in buffers from row 0 on.
  private func run(_ sequences: Range<Int>, in storage: TransformerActivations) {
    let start = batch.rowRanges[sequences.lowerBound].lowerBound
    let end = batch.rowRanges[sequences.upperBound - 1].upperBound
    let rows = end - start
    let ranges =
      start == 0
      ? batch.rowRanges[sequences]
      : batch.rowRanges[sequences].map { $0.lowerBound - start..<$0.upperBound - start }[...]
    let positions = batch.positions[start..<end]
    let isKept = storage.blocks.count == blocks.count
    var x = storage.residuals[0].firstRows(rows)
    var spare = storage.residuals[2]
    embedding.forward(
      batch.inputs[start..<end], positions: positions, into: x,
      workspace: storage.residuals[1].firstRows(rows))
    for (index, block) in blocks.enumerated() {
      let out = isKept ? storage.residuals[2 * index + 2] : spare
      let middle = storage.residuals[isKept ? 2 * index + 1 : 1].firstRows(rows)
      block.forward(
        x, middle: middle, out: out.firstRows(rows), kept: storage.blocks[isKept ? index : 0],
        shared: storage.shared, positions: positions, sequences: ranges,
        workspace: storage.workspace)
      spare = x.tensor
      x = out.firstRows(rows)
    }
    let first = batch.scoredRanges[sequences.lowerBound].lowerBound
    let last = batch.scoredRanges[sequences.upperBound - 1].upperBound
    for sequence in sequences {
      let scored = batch.scoredRanges[sequence]
      let scoredRows = batch.scoredRows(ofSequence: sequence)
      outputHead.norm.forward(
        x.rows(scoredRows.lowerBound - start..<scoredRows.upperBound - start),
        into: storage.normalized.rows(scored.lowerBound - first..<scored.upperBound - first),
        statistics: storage.statistics, firstRow: scored.lowerBound - first)
    }
    outputHead.forward(
      storage.normalized.firstRows(last - first), scale: scale,
      into: outputs.logits.rows(first..<last))
  }

  /// A pass that nothing follows, in parts that stay in the cache.
  private func forwardInParts(_ batch: TokenBatch) {
    if let room = sizes.passing, passing?.room != room {
      passing = TransformerActivations(
        blocks: blocks, room: room, longest: settings.context, keepsAll: blocks.count == 1)
    }
    guard let passing else { return }
    let limit = max(sizes.partRows, longestSequence(in: batch))
    var first = 0
    while first < batch.count {
      let start = batch.rowRanges[first].lowerBound
      var end = first + 1
      while end < batch.count && batch.rowRanges[end].upperBound - start <= limit { end += 1 }
      run(first..<end, in: passing)
      first = end
    }
  }

  private func longestSequence(in batch: TokenBatch) -> Int {
    batch.rowRanges.reduce(0) { max($0, $1.count) }
  }

  private func writeDistributions() {
    let scored = batch.scoredCount
    if !batch.supports.isEmpty { batch.supports.restrict(outputs.logits.firstRows(scored)) }
    logSoftmax(
      of: outputs.logits.firstRows(scored),
      logProbabilities: outputs.distributions.firstRows(scored),
      probabilities: outputs.probabilities.firstRows(scored),
      entropies: outputs.entropies.firstRows(scored))
    writeRowSquares(
      of: outputs.probabilities.firstRows(scored),
      into: outputs.squaredProbabilities.firstRows(scored))
    for (row, target) in batch.targets.enumerated() {
      outputs.logProbabilities[row] = outputs.distributions[row, Int(target)]
    }
  }

  // MARK: Sizes

  /// Passes the sizes of the buffers, not the parameters, through an archive.
  ///
  /// - Parameters:
  ///   - archive: The archive.
  ///   - rows: The rows of the largest batch that the run has.
  /// - Throws: If the archive has sizes that no such batch makes.
  public func passBufferSizes(
    through archive: inout CheckpointArchive, largestBatch rows: Int
  ) throws(CheckpointProblem) {
    try sizes.passState(through: &archive, largestBatch: rows)
  }

  /// How many sequences of `length` tokens a call should get so that activations stay in the cache.
  public func preferredChunk(length: Int) -> Int { max(1, sizes.partRows / max(length, 1)) }

  /// Bytes of the activations and of their gradients that the batches so far need.
  public var activationBytes: Int { sizes.bytes }

  /// Floating-point operations of the products of a forward pass.
  ///
  /// - Parameters:
  ///   - rows: How many rows are computed.
  ///   - pairs: How many pairs of a row and a row that it attends to: n (n + 1) / 2 for n rows of one sequence.
  ///   - scored: How many rows go through the head.
  /// - Returns: Two for each multiplication and addition; the backward pass has twice as many.
  public func forwardOperations(rows: Int, pairs: Int, scored: Int) -> Int {
    let width = settings.width
    let maps = settings.activation == .swiglu ? 3 : 2
    let weights = 4 * width * width + maps * width * settings.feedForwardWidth
    return 2 * settings.layers * (rows * weights + 2 * pairs * width)
      + 2 * scored * width * outputHead.outputs
  }

  /// Floating-point operations of the products of a forward pass over `batch`.
  public func forwardOperations(of batch: TokenBatch) -> Int {
    forwardOperations(
      rows: batch.rowCount,
      pairs: batch.rowRanges.reduce(0) { $0 + $1.count * ($1.count + 1) / 2 },
      scored: batch.scoredCount)
  }
}
