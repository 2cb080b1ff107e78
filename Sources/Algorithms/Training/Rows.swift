/// Copies `source[order[position]]` for each of `positions`, in their order.
func copy(
  _ source: [Float], at order: [Int], _ positions: Range<Int>, to target: inout [Float]
) {
  let first = positions.lowerBound
  for position in positions { target[position - first] = source[order[position]] }
}

/// Makes an array have `count` elements, new ones 0, within its memory if that suffices.
func resizeArray(_ array: inout [Float], to count: Int) {
  if array.count > count { array.removeLast(array.count - count) }
  while array.count < count { array.append(0) }
}

/// Copies the elements at `positions`, the first to the beginning.
func take(_ source: [Float], _ positions: Range<Int>, into target: inout [Float]) {
  let first = positions.lowerBound
  for position in positions { target[position - first] = source[position] }
}

/// Copies elements from the beginning on to `positions`.
func put(_ source: [Float], at positions: Range<Int>, of target: inout [Float]) {
  let first = positions.lowerBound
  for position in positions { target[position] = source[position - first] }
}

/// Sets the elements at `indices`.
func fill(_ target: inout [Float], at indices: some Sequence<Int>, with element: Float) {
  for index in indices { target[index] = element }
}

/// Writes numbers in f32, the first to the beginning.
func write(_ source: [Double], to target: inout [Float]) {
  for index in source.indices { target[index] = Float(source[index]) }
}

/// Returns the positions of part `index` when `count` elements are split into `parts` nearly equal parts.
func part(_ index: Int, of parts: Int, count: Int) -> Range<Int> {
  (index * count / parts)..<((index + 1) * count / parts)
}

/// Returns consecutive parts of 0..<count of at most `size` elements.
func parts(of count: Int, size: Int) -> [Range<Int>] {
  stride(from: 0, to: count, by: size).map { $0..<min($0 + size, count) }
}
