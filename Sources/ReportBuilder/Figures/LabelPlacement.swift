/// Returns heights near `wanted` that keep labels from overlapping.
///
/// Labels keep their order. Where they would crowd, the crowd is spread around the mean of the
/// heights that its members want, as in isotonic regression, so the total move is small.
///
/// - Parameters:
///   - wanted: The height of each label in pixels, in any order.
///   - gap: The least distance between two labels in pixels.
///   - range: Where labels may stand; exceeded at the top only if they do not all fit.
/// - Returns: One height per label, in the order of `wanted`.
package func labelHeights(wanted: [Double], gap: Double, in range: ClosedRange<Double>) -> [Double]
{
  let order = wanted.indices.sorted { (wanted[$0], $0) < (wanted[$1], $1) }
  // A block holds labels that stand `gap` apart; `start` is the height of its first.
  var blocks: [(start: Double, count: Int)] = []
  func clamped(_ start: Double, count: Int) -> Double {
    max(range.lowerBound, min(start, range.upperBound - Double(count - 1) * gap))
  }
  for index in order {
    blocks.append((clamped(wanted[index], count: 1), 1))
    while blocks.count > 1 {
      let last = blocks[blocks.count - 1]
      let before = blocks[blocks.count - 2]
      guard before.start + Double(before.count) * gap > last.start else { break }
      let count = before.count + last.count
      // The mean start that the members of both blocks want.
      let moved = last.start - Double(before.count) * gap
      let start =
        (before.start * Double(before.count) + moved * Double(last.count)) / Double(count)
      blocks.removeLast(2)
      blocks.append((clamped(start, count: count), count))
    }
  }
  var heights = wanted
  var position = 0
  for block in blocks {
    for place in 0..<block.count {
      heights[order[position]] = block.start + Double(place) * gap
      position += 1
    }
  }
  return heights
}
