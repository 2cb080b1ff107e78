/// The words of two notebooks side by side.
struct ProseDifference {
  /// A part of a passage that both notebooks have, or one alone.
  struct Part: Equatable {
    var text: String
    var isChanged: Bool
  }

  /// Passages beside each other.
  enum Row: Equatable {
    /// So many passages that both have.
    case same(Int)
    /// One passage in two versions.
    case changed(kind: Passage.Kind, old: [Part], new: [Part])
    /// A passage of the earlier notebook alone.
    case removed(Passage)
    /// A passage of the later notebook alone.
    case added(Passage)
  }

  /// In reading order; what was removed stands before what was added in its place.
  private(set) var rows: [Row] = []

  /// Compares the sources of two notebooks.
  init(from old: String, to new: String) {
    let (olds, news) = (Passage.all(of: old), Passage.all(of: new))
    for step in Self.common(olds, news) {
      switch step {
      case .both(let count): rows.append(.same(count))
      case .one(let removed, let added): rows += Self.paired(olds[removed], news[added])
      }
    }
  }

  /// The passages that changed, came, went and stayed.
  var counts: (changed: Int, added: Int, removed: Int, same: Int) {
    rows.reduce(into: (0, 0, 0, 0)) { counts, row in
      switch row {
      case .same(let count): counts.3 += count
      case .changed: counts.0 += 1
      case .added: counts.1 += 1
      case .removed: counts.2 += 1
      }
    }
  }

  // MARK: Alignment

  /// A step through two sequences: elements that both have, or places that only one has.
  private enum Step {
    case both(Int)
    case one(Range<Int>, Range<Int>)
  }

  /// The steps through two sequences with the most elements in common (Myers 1986).
  ///
  /// Beginning and end are taken first; where more elements than ``most`` differ between them, they have none in common.
  private static func common<Element: Equatable>(_ old: [Element], _ new: [Element]) -> [Step] {
    let head = zip(old, new).prefix { $0 == $1 }.count
    let tail = zip(old.dropFirst(head).reversed(), new.dropFirst(head).reversed())
      .prefix { $0 == $1 }.count
    let (oldMiddle, newMiddle) = (head..<(old.count - tail), head..<(new.count - tail))
    var kept: [(old: Int, new: Int)] = []
    if !oldMiddle.isEmpty, !newMiddle.isEmpty, oldMiddle.count + newMiddle.count <= most {
      let changes = Array(new[newMiddle]).difference(from: Array(old[oldMiddle]))
      var (removed, inserted): (Set<Int>, Set<Int>) = ([], [])
      for change in changes {
        switch change {
        case .remove(let offset, _, _): removed.insert(oldMiddle.lowerBound + offset)
        case .insert(let offset, _, _): inserted.insert(newMiddle.lowerBound + offset)
        }
      }
      kept = Array(
        zip(
          oldMiddle.filter { !removed.contains($0) }, newMiddle.filter { !inserted.contains($0) }
        ).map { (old: $0, new: $1) })
    }
    var steps: [Step] = []
    var (place, count) = ((old: 0, new: 0), 0)
    func close(_ next: (old: Int, new: Int)) {
      guard next.old > place.old || next.new > place.new else { return }
      if count > 0 { steps.append(.both(count)) }
      steps.append(.one(place.old..<next.old, place.new..<next.new))
      count = 0
    }
    let ends = (0..<tail).map { (old: oldMiddle.upperBound + $0, new: newMiddle.upperBound + $0) }
    for next in (0..<head).map({ (old: $0, new: $0) }) + kept + ends {
      close(next)
      count += 1
      place = (next.old + 1, next.new + 1)
    }
    close((old.count, new.count))
    if count > 0 { steps.append(.both(count)) }
    return steps
  }

  /// The most elements that are searched for what they have in common: memory grows with the square.
  private static let most = 2_000

  // MARK: Pairs

  /// Rows of passages that are not the same: those that have words in common are one passage in two versions.
  private static func paired(_ olds: ArraySlice<Passage>, _ news: ArraySlice<Passage>) -> [Row] {
    let (olds, news) = (Array(olds), Array(news))
    guard !olds.isEmpty, !news.isEmpty, olds.count * news.count <= 10_000 else {
      return olds.map(Row.removed) + news.map(Row.added)
    }
    let bags = (olds.map(counted), news.map(counted))
    // The pairs, in order, of which the sum of likenesses is the largest.
    var best = [[Double]](
      repeating: [Double](repeating: 0, count: news.count + 1), count: olds.count + 1)
    var likenesses = best
    for old in olds.indices.reversed() {
      for new in news.indices.reversed() {
        let likeness =
          olds[old].kind == news[new].kind ? likeness(bags.0[old], bags.1[new]) : 0
        likenesses[old][new] = likeness
        let together = likeness >= leastLikeness ? likeness + best[old + 1][new + 1] : 0
        best[old][new] = max(together, best[old + 1][new], best[old][new + 1])
      }
    }
    var rows: [Row] = []
    var (old, new) = (0, 0)
    while old < olds.count || new < news.count {
      if old < olds.count, new < news.count, likenesses[old][new] >= leastLikeness,
        best[old][new] == likenesses[old][new] + best[old + 1][new + 1]
      {
        rows.append(changed(olds[old], news[new]))
        (old, new) = (old + 1, new + 1)
      } else if old < olds.count, new == news.count || best[old][new] == best[old + 1][new] {
        rows.append(.removed(olds[old]))
        old += 1
      } else {
        rows.append(.added(news[new]))
        new += 1
      }
    }
    return rows
  }

  /// The share of words in common from which two passages are versions of one.
  private static let leastLikeness = 0.4

  private static func counted(_ passage: Passage) -> [Substring: Int] {
    passage.words.reduce(into: [:]) { $0[$1.word, default: 0] += 1 }
  }

  /// Twice the words in common over the words of both (Dice).
  private static func likeness(_ first: [Substring: Int], _ second: [Substring: Int]) -> Double {
    let common = first.reduce(0) { $0 + min($1.value, second[$1.key] ?? 0) }
    let all = first.values.reduce(0, +) + second.values.reduce(0, +)
    return all == 0 ? 0 : 2 * Double(common) / Double(all)
  }

  private static func changed(_ old: Passage, _ new: Passage) -> Row {
    var (olds, news): ([Part], [Part]) = ([], [])
    var place = (old: 0, new: 0)
    func take(_ passage: Passage, _ range: Range<Int>, isChanged: Bool) -> [Part] {
      guard !range.isEmpty else { return [] }
      let text = passage.words[range].map { $0.space + $0.word }.joined()
      return [Part(text: text, isChanged: isChanged)]
    }
    for step in common(old.words.map(\.word), new.words.map(\.word)) {
      let (count, isChanged) =
        switch step {
        case .both(let count): ((old: count, new: count), false)
        case .one(let removed, let added): ((old: removed.count, new: added.count), true)
        }
      olds += take(old, place.old..<(place.old + count.old), isChanged: isChanged)
      news += take(new, place.new..<(place.new + count.new), isChanged: isChanged)
      place = (place.old + count.old, place.new + count.new)
    }
    return .changed(kind: new.kind, old: olds, new: news)
  }
}

extension Passage {
  /// The whole text.
  var text: String { words.map { $0.space + $0.word }.joined() }
}
