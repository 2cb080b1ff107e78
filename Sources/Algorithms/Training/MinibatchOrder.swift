import SeededRandom

/// Makes `order` the numbers 0..<count, shuffled if that matters.
///
/// - Parameters:
///   - order: Used again, so that it is allocated once.
///   - count: How many steps there are.
///   - isShuffled: Whether there is more than one minibatch; the order within one has no meaning.
///   - generator: The stream of this update and epoch.
func permute(
  _ order: inout [Int], count: Int, isShuffled: Bool, generator: () -> SeededGenerator
) {
  order.removeAll(keepingCapacity: true)
  for row in 0..<count { order.append(row) }
  guard isShuffled else { return }
  var generator = generator()
  generator.shuffle(&order)
}
