/// Returns places near `wanted` that keep labels from overlapping.
///
/// Labels keep their order. Where they would crowd, the crowd is spread around the mean of the
/// places that its members want, as in isotonic regression, so the total move is small.
///
/// - Parameters:
///   - wanted: The middle of each label in pixels from the top, in any order.
///   - sizes: The height of each label, with the room around it.
///   - range: The space for labels; exceeded at the bottom only if they do not all fit.
/// - Returns: The middle of each label, in the order of `wanted`.
package func labelPlaces(
  wanted: [Double], sizes: [Double], in range: ClosedRange<Double>
) -> [Double] {
  let order = wanted.indices.sorted { (wanted[$0], $0) < (wanted[$1], $1) }
  // A block holds labels that touch; `top` is the upper edge of its first.
  var blocks: [(top: Double, size: Double, count: Int)] = []
  func clamped(_ top: Double, size: Double) -> Double {
    max(range.lowerBound, min(top, range.upperBound - size))
  }
  for index in order {
    let size = sizes[index]
    blocks.append((clamped(wanted[index] - size / 2, size: size), size, 1))
    while blocks.count > 1 {
      let last = blocks[blocks.count - 1]
      let before = blocks[blocks.count - 2]
      guard before.top + before.size > last.top else { break }
      let count = before.count + last.count
      // The mean top that the members of both blocks want.
      let moved = last.top - before.size
      let top = (before.top * Double(before.count) + moved * Double(last.count)) / Double(count)
      let size = before.size + last.size
      blocks.removeLast(2)
      blocks.append((clamped(top, size: size), size, count))
    }
  }
  var places = wanted
  var next = 0
  for block in blocks {
    var top = block.top
    for index in order[next..<(next + block.count)] {
      places[index] = top + sizes[index] / 2
      top += sizes[index]
    }
    next += block.count
  }
  return places
}
