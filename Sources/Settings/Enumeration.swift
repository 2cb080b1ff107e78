/// Returns names one after the other, as a sentence has them: `A`, `A and B`, `A, B and C`.
public func listed(_ names: [String]) -> String {
  guard let last = names.last, names.count > 1 else { return names.first ?? "" }
  return names.dropLast().joined(separator: ", ") + " and " + last
}
