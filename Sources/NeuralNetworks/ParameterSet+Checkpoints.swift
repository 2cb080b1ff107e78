public import Checkpoints
internal import Tensors

extension ParameterSet {
  /// Passes the values, not the gradients, through an archive.
  public func passState(through archive: inout CheckpointArchive) throws(CheckpointProblem) {
    try archive.pass("parameters", values)
  }
}

extension CheckpointArchive {
  /// Passes the elements of a tensor through the archive; its extents are known.
  mutating func pass(
    _ name: String, _ tensor: Tensor, in range: ClosedRange<Float> = Self.finiteFloats
  ) throws(CheckpointProblem) {
    var elements = isReading ? [] : tensor.array
    try pass(name, &elements, in: range, count: tensor.count)
    if isReading { tensor.copy(from: elements) }
  }
}
