internal import Checkpoints
internal import Tensors

/// The sizes of a transformer's buffers: a function of its shape and of the batches that it was given.
///
/// Buffers grow and never shrink, so the sizes follow from the numbers of rows alone, and so do the bytes that
/// a run needs. The network allocates buffers of these sizes.
public struct TransformerBufferSizes: Hashable, Sendable {
  /// How many rows, and how many scored rows, fit into some buffers.
  struct Room: Hashable, Sendable {
    var rows = 0
    var scored = 0

    /// Whether a batch fits.
    func holds(rows: Int, scored: Int) -> Bool { self.rows >= rows && self.scored >= scored }
  }

  /// The room of passes that a backward pass follows; none before the first.
  private(set) var kept: Room?
  /// The room of passes that nothing follows; none before the first.
  private(set) var passing: Room?
  /// The room of backward passes; none before the first.
  private(set) var gradients: Room?
  /// How many scored rows the outputs have room for.
  private(set) var outputs = 0

  private let settings: TransformerSettings
  private let head: TransformerHead
  private let outputWidth: Int

  /// Creates the sizes of a network that was given no batch.
  ///
  /// - Parameters:
  ///   - settings: The network's shape.
  ///   - vocabulary: How many tokens there are.
  ///   - head: The kind of output.
  public init(settings: TransformerSettings, vocabulary: Int, head: TransformerHead) {
    self.settings = settings
    self.head = head
    outputWidth = head == .tokens ? vocabulary : 1
  }

  /// Makes room for a forward pass.
  ///
  /// - Parameters:
  ///   - rows: The rows of the batch.
  ///   - scored: How many of them go through the head.
  ///   - longest: The rows of the longest sequence.
  ///   - forBackward: Whether a backward pass follows.
  public mutating func makeRoomForForward(
    rows: Int, scored: Int, longest: Int, forBackward: Bool
  ) {
    if outputs < scored { outputs = Self.roomy(scored) }
    if forBackward {
      if kept?.holds(rows: rows, scored: scored) != true {
        kept = Room(rows: Self.roomy(rows), scored: Self.roomy(scored))
      }
    } else {
      let limit = max(partRows, longest)
      if (passing?.rows ?? 0) < limit { passing = Room(rows: limit, scored: limit) }
    }
  }

  /// Makes room for a backward pass.
  public mutating func makeRoomForBackward(rows: Int, scored: Int) {
    if gradients?.holds(rows: rows, scored: scored) != true {
      gradients = Room(rows: Self.roomy(rows), scored: Self.roomy(scored))
    }
  }

  /// Rows of a pass whose activations stay in the cache.
  var partRows: Int { max(64, 65_536 / settings.width) }

  /// Bytes of the activations and of their gradients.
  public var bytes: Int {
    var floats = outputFloats
    if let kept { floats += activationFloats(kept, keepsAll: true) }
    if let passing { floats += activationFloats(passing, keepsAll: settings.layers == 1) }
    if let gradients { floats += gradientFloats(gradients) }
    return floats * MemoryLayout<Float>.stride
  }

  /// Room for a quarter more, so that ragged batches soon stop growing the buffers.
  private static func roomy(_ count: Int) -> Int { count + count / 4 }

  private var hasGate: Bool { settings.activation == .swiglu }

  /// The width before the nonlinearity of the feed-forward layer.
  private var expandedWidth: Int { (hasGate ? 2 : 1) * settings.feedForwardWidth }

  /// The floats of ``TransformerActivations``.
  private func activationFloats(_ room: Room, keepsAll: Bool) -> Int {
    let width = settings.width
    let blocks = keepsAll ? settings.layers : 1
    // Two statistics of each of two normalizations; query, key and value; what attention puts out.
    let block = 2 * 2 + 3 * width + width + expandedWidth
    let residuals = (2 * blocks + 1) * width
    let shared = width + settings.feedForwardWidth
    return room.rows * (residuals + blocks * block + shared) + room.scored * (width + 2)
      + attentionWorkspace(
        length: settings.context, headWidth: settings.headWidth, backward: keepsAll)
  }

  /// The floats of ``TransformerGradients``.
  private func gradientFloats(_ room: Room) -> Int {
    let width = settings.width
    // Without a gate the gradient after the nonlinearity becomes the one before it in place.
    let block = width + 3 * width + settings.feedForwardWidth + (hasGate ? expandedWidth : 0)
    return room.rows * (width + block) + room.scored * (outputWidth + width)
  }

  /// The floats of ``TransformerOutputs``.
  private var outputFloats: Int {
    switch head {
    // Logits, their logarithms and probabilities; five numbers of each row and its gradients.
    case .tokens: outputs * (3 * outputWidth + 5)
    case .scalar: outputs * (outputWidth + 1)
    }
  }
}

extension TransformerBufferSizes {
  /// Passes the sizes through an archive: what the batches so far have made of them is part of a run's costs.
  ///
  /// - Parameters:
  ///   - archive: The archive.
  ///   - rows: The rows of the largest batch that the run has.
  /// - Throws: If the archive has sizes that no such batch makes.
  mutating func passState(
    through archive: inout CheckpointArchive, largestBatch rows: Int
  ) throws(CheckpointProblem) {
    let most = Self.roomy(rows)
    try Self.pass("buffers.kept", &kept, atMost: most, through: &archive)
    try Self.pass(
      "buffers.passing", &passing, atMost: max(partRows, settings.context), through: &archive)
    try Self.pass("buffers.gradients", &gradients, atMost: most, through: &archive)
    try archive.pass("buffers.outputs", &outputs, in: 0...most)
  }

  private static func pass(
    _ name: String, _ room: inout Room?, atMost most: Int, through archive: inout CheckpointArchive
  ) throws(CheckpointProblem) {
    var numbers = room.map { [$0.rows, $0.scored] } ?? []
    try archive.pass(name, &numbers, in: 0...most)
    try archive.require(
      numbers.isEmpty || numbers.count == 2,
      "its field \(name) has \(numbers.count) elements, expected none or 2")
    room = numbers.isEmpty ? nil : Room(rows: numbers[0], scored: numbers[1])
  }
}
