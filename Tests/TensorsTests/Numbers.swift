import Tensors

/// A plain source of test numbers, the same in every run.
struct Numbers {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
  }

  /// A number in −1…1.
  mutating func next() -> Float {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Float(state >> 40) * 0x1p-23 - 1
  }

  mutating func array(_ count: Int) -> [Float] {
    (0..<count).map { _ in next() }
  }

  mutating func tensor(_ rows: Int, _ columns: Int) -> Tensor {
    Tensor(rows: rows, columns: columns, elements: array(rows * columns))
  }
}
