import Tensors

/// The buffers of a transformer's pass, sized for its largest batch so far.
struct TransformerActivations {
  /// How many rows fit.
  let room: TransformerBufferSizes.Room
  /// The residual stream: before each block, after its attention, and after the last block.
  let residuals: [Tensor]
  let blocks: [BlockActivations]
  let shared: SharedActivations
  /// The final normalization of the scored rows, and what its backward pass needs.
  let normalized: Tensor
  let statistics: Tensor
  /// Storage for attention.
  let workspace: Tensor

  /// Makes buffers for all blocks, or for one that all use in turn where no backward pass follows.
  init(
    blocks: [TransformerBlock], room: TransformerBufferSizes.Room, longest: Int, keepsAll: Bool
  ) {
    self.room = room
    let (rows, scored) = (room.rows, room.scored)
    let attention = blocks[0].attention
    let kept = keepsAll ? blocks.count : 1
    residuals = (0..<2 * kept + 1).map { _ in Tensor(rows: rows, columns: attention.width) }
    self.blocks = (0..<kept).map { BlockActivations(block: blocks[$0], capacity: rows) }
    shared = SharedActivations(block: blocks[0], capacity: rows)
    normalized = Tensor(rows: scored, columns: attention.width)
    statistics = Tensor(rows: 2, columns: scored)
    workspace = Tensor(
      rows: 1,
      columns: attentionWorkspace(
        length: longest, headWidth: attention.width / attention.heads, backward: keepsAll))
  }
}

/// The gradients of a transformer's backward pass besides those of its parameters.
struct TransformerGradients {
  /// How many rows fit.
  let room: TransformerBufferSizes.Room
  /// ∂L/∂ the residual stream.
  let residual: Tensor
  let block: BlockGradients
  /// ∂L/∂ the outputs of the head.
  let outputs: Tensor
  /// ∂L/∂ the final normalization.
  let normalized: Tensor

  init(block: TransformerBlock, head: OutputHead, room: TransformerBufferSizes.Room) {
    self.room = room
    let (rows, scored) = (room.rows, room.scored)
    residual = Tensor(rows: rows, columns: block.attention.width)
    self.block = BlockGradients(block: block, capacity: rows)
    outputs = Tensor(rows: scored, columns: head.outputs)
    normalized = Tensor(rows: scored, columns: block.attention.width)
  }
}

/// The outputs of a transformer for the scored rows, and the loss's gradients that the caller writes.
struct TransformerOutputs {
  /// How many scored rows fit.
  let capacity: Int
  let logits: Tensor
  let distributions: Tensor
  let probabilities: Tensor
  let logProbabilities: Tensor
  let entropies: Tensor
  let squaredProbabilities: Tensor
  let logProbabilityGradients: Tensor
  let entropyGradients: Tensor
  let valueGradients: Tensor

  init(head: TransformerHead, outputs: Int, capacity: Int) {
    self.capacity = capacity
    func column(_ isPresent: Bool) -> Tensor {
      Tensor(rows: isPresent ? capacity : 0, columns: 1)
    }
    let distribution = head == .tokens ? capacity : 0
    logits = Tensor(rows: capacity, columns: outputs)
    distributions = Tensor(rows: distribution, columns: outputs)
    probabilities = Tensor(rows: distribution, columns: outputs)
    logProbabilities = column(head == .tokens)
    entropies = column(head == .tokens)
    squaredProbabilities = column(head == .tokens)
    logProbabilityGradients = column(head == .tokens)
    entropyGradients = column(head == .tokens)
    valueGradients = column(head == .scalar)
  }
}
