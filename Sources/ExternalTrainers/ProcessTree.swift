internal import Glibc
internal import ResultStore

/// The processes that have come of one, as the kernel lists them.
package enum ProcessTree {
  /// The bytes of memory that a process and all that have come of it have resident; pages that several of them share
  /// count for each.
  package static func residentMemory(below root: Int32) -> Int {
    descendants(of: root).reduce(0) { $0 + residentPages(of: $1) } * sysconf(Int32(_SC_PAGESIZE))
  }

  /// Asks all that have come of a process to end (`SIGTERM`), in whichever group or session they are, and wakes those that
  /// are stopped so that they hear it.
  package static func askToEnd(below root: Int32) {
    for id in descendants(of: root) {
      kill(id, SIGTERM)
      kill(id, SIGCONT)
    }
  }

  /// The processes that have come of one and still are, those that came first before the others.
  private static func descendants(of root: Int32) -> [Int32] {
    var children: [Int32: [Int32]] = [:]
    for name in (try? DurableFiles.names(in: "/proc")) ?? [] {
      guard let id = Int32(name), let parent = parent(of: id) else { continue }
      children[parent, default: []].append(id)
    }
    var found = children[root] ?? []
    var next = 0
    while next < found.count {
      found += children[found[next]] ?? []
      next += 1
    }
    return found
  }

  private static func parent(of id: Int32) -> Int32? {
    // The name, in parentheses, may hold anything.
    guard let text = text(of: "/proc/\(id)/stat"), let end = text.lastIndex(of: ")") else {
      return nil
    }
    let cells = text[text.index(after: end)...].split(separator: " ")
    return cells.count > 1 ? Int32(cells[1]) : nil
  }

  private static func residentPages(of id: Int32) -> Int {
    let cells = text(of: "/proc/\(id)/statm")?.split(separator: " ") ?? []
    return cells.count > 1 ? Int(cells[1]) ?? 0 : 0
  }

  private static func text(of path: String) -> String? {
    ((try? DurableFiles.read(path, atMost: 1 << 16)) ?? nil).map {
      String(decoding: $0, as: UTF8.self)
    }
  }
}
