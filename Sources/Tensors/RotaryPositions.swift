import CKernels

/// The angles of rotary position embeddings.
///
/// Element i of a head's first half and element i of its second half are a pair; the pair is turned by
/// position · θ^(−i / half).
///
/// Source: Su et al., "RoFormer: Enhanced Transformer with Rotary Position Embedding", 2021,
/// https://arxiv.org/abs/2104.09864; the pairing is that of Hugging Face's Llama.
public struct RotaryPositions {
  /// Half the width of a head.
  let half: Int
  /// How many positions there are.
  let count: Int
  private let cosines: Tensor
  private let sines: Tensor

  /// Computes the angles, in Double, rounded to f32 once.
  ///
  /// - Parameters:
  ///   - count: How many positions there are.
  ///   - headWidth: The width of a head, even.
  ///   - theta: θ, above 1.
  public init(count: Int, headWidth: Int, theta: Double) {
    precondition(count >= 1 && headWidth >= 2 && headWidth.isMultiple(of: 2) && theta > 1)
    self.count = count
    half = headWidth / 2
    cosines = Tensor(rows: count, columns: half)
    sines = Tensor(rows: count, columns: half)
    lb_rotary_table(count, half, theta, cosines.base, sines.base)
  }

  /// Turns each head of each row of `matrix` by the row's position.
  ///
  /// - Parameters:
  ///   - matrix: [rows, heads · 2 · half].
  ///   - positions: [rows], each in 0..<count.
  ///   - backwards: Whether it turns back, as the gradient has to be.
  public func rotate(
    _ matrix: Matrix, positions: ArraySlice<Int32>, backwards: Bool = false
  ) {
    precondition(
      positions.count == matrix.rows && matrix.columns.isMultiple(of: 2 * half)
        && positions.allSatisfy { $0 >= 0 && $0 < count },
      "\(positions.count) positions of \(count) for \(matrix.rows) rows")
    positions.withUnsafeBufferPointer { positions in
      guard let start = positions.baseAddress else { return }
      lb_rotate_f32(
        matrix.rows, matrix.columns / (2 * half), half, start, cosines.base, sines.base,
        backwards ? -1 : 1, matrix.base, matrix.stride)
    }
  }
}
