internal import Notebook

/// Returns `; did you mean '…'?` for the name nearest to `word`, or nothing if none is near.
func suggestion(for word: String, among names: [String]) -> String {
  nearestName(to: word, in: names).map { "; did you mean '\($0)'?" } ?? ""
}
