import Tensors

/// The kernel sets of OpenBLAS that use AVX-512.
let openBLASCoresWithAVX512 = ["SkylakeX", "Cooperlake", "SapphireRapids"]

/// m × n × k; those that can be read as m × k × n too are there both ways.
private let shapes: [(m: Int, n: Int, k: Int)] = [
  (256, 64, 64), (512, 128, 128), (64, 64, 1024), (64, 1024, 64), (1024, 64, 64), (512, 512, 512),
  (128, 64, 64), (128, 64, 4), (128, 2, 64), (4, 64, 64), (4, 64, 4), (4, 2, 64),
]

private let forms: [(name: String, form: ProductForm)] = [
  ("A·B", .plain), ("Aᵀ·B", .firstTransposed), ("A·Bᵀ", .secondTransposed),
]

/// Prints GFLOP/s of both rivals for each shape and transposition.
func printProducts() {
  print(cells(["m×n×k", "form", "exact", "OpenBLAS", "ratio"], widths: widths))
  for (m, n, k) in shapes {
    for (name, form) in forms {
      let a = form == .firstTransposed ? numbers(k, m) : numbers(m, k)
      let b = form == .secondTransposed ? numbers(n, k) : numbers(k, n)
      let c = Tensor(rows: m, columns: n)
      let times = mediansInTurns(
        seconds: 0.15,
        { multiply(a.matrix, b.matrix, form: form, into: c.matrix, profile: .exact) },
        { multiply(a.matrix, b.matrix, form: form, into: c.matrix, profile: .openblas) })
      let operations = 2e-9 * Double(m * n * k)
      print(
        cells(
          [
            "\(m)×\(n)×\(k)", name, decimal(operations / times[0], 1),
            decimal(operations / times[1], 1), decimal(times[1] / times[0], 2),
          ], widths: widths))
    }
  }
  print("GFLOP/s, medians; ratio = exact / OpenBLAS")
}

private let widths = [14, 5, 8, 9, 6]

/// A tensor of numbers in −0.5…0.5.
private func numbers(_ rows: Int, _ columns: Int) -> Tensor {
  let tensor = Tensor(rows: rows, columns: columns)
  var state: UInt32 = 1
  for index in 0..<tensor.count {
    state = state &* 1_664_525 &+ 1_013_904_223
    tensor[index] = Float(state >> 8) * 0x1p-24 - 0.5
  }
  return tensor
}
