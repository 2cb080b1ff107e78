import CanonicalJSON
import ResultStore

/// A lock that can be changed in any number of ways, its keys and digests made again.
struct ChangedLock {
  private let document: JSONValue
  private let forgery: ForgedLock

  /// Takes a sound lock.
  init(_ text: String) throws {
    document = try JSONValue(text: text)
    forgery = ForgedLock(of: try Lock(text: text, path: ""))
  }

  /// The text with the changes that `seed` names.
  func changed(seed: Int) -> String {
    var mutation = Mutation(seed: seed)
    var changed = document
    for _ in 0...mutation.index(below: 3) {
      changed =
        mutation.happens(0.6) ? mutation.changedRuns(of: changed) : mutation.changed(changed)
    }
    return forgery.text(of: changed)
  }
}

extension Mutation {
  /// Returns a lock in which one thing is changed in all runs of an arm alike, as statistics would see it.
  fileprivate mutating func changedRuns(of lock: JSONValue) -> JSONValue {
    let experiments = lock["experiments"]?.elements ?? []
    let experiment = index(below: experiments.count)
    guard experiments.indices.contains(experiment) else { return changed(lock) }
    let arms = experiments[experiment]["arms"]?.elements ?? []
    let arm = index(below: arms.count)
    guard arms.indices.contains(arm) else { return changed(lock) }
    let path: [JSONValue.Step] = [.name("experiments"), .at(experiment), .name("arms"), .at(arm)]
    switch index(below: 7) {
    case 0, 1, 2: return changedMetric(of: lock, path, arms[arm])
    case 3:
      let settings = (arms[arm]["preimage"]?.members ?? []).map(\.name)
      let name = settings.isEmpty ? "x" : one(of: settings)
      let text = text()
      return lock.replacing(path + [.name("preimage"), .name(name)]) { _ in .string(text) }
    case 4:
      let title = text()
      return lock.replacing(path + [.name(one(of: ["title", "label"]))]) { _ in .string(title) }
    case 5:
      let scales = experiments[experiment]["normalizations"]?.members ?? []
      guard !scales.isEmpty else { return changed(lock) }
      let number = number()
      return lock.replacing([
        .name("experiments"), .at(experiment), .name("normalizations"), .name(one(of: scales).name),
        .name(one(of: ["random", "solved", "constant"])),
      ]) { _ in .literal(number) }
    default:
      // Fewer seeds, or none.
      let keep = index(below: 8)
      return lock.replacing(path + [.name("runs")]) {
        .array(Array(($0.elements ?? []).prefix(keep)))
      }
    }
  }

  private mutating func changedMetric(
    of lock: JSONValue, _ path: [JSONValue.Step], _ arm: JSONValue
  ) -> JSONValue {
    let runs = arm["runs"]?.elements ?? []
    let names = (runs.first?["metrics"]?.members ?? []).map(\.name)
    guard !names.isEmpty else { return changed(lock) }
    let (name, isOneNumber, alike) = (one(of: names), happens(0.3), number())
    var lock = lock
    for run in runs.indices {
      let number = isOneNumber ? alike : number()
      // As labbook writes it, or it would be refused for its spelling.
      let written = Double(number).map { CanonicalText.number($0) } ?? number
      lock = lock.replacing(path + [.name("runs"), .at(run), .name("metrics"), .name(name)]) { _ in
        .literal(written)
      }
    }
    return lock
  }
}
