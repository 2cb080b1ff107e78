extension Array {
  /// Finds by halves where the elements begin that are what is asked for, as all after them are.
  ///
  /// - Parameter isAsked: Such as to be at least a number, in ascending numbers.
  /// - Returns: The index of the first; the count if there is none.
  func partitioningIndex(where isAsked: (Element) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if isAsked(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
