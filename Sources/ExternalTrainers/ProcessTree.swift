internal import Glibc
internal import ResultStore

/// The processes that have come of one, as the kernel lists them.
package enum ProcessTree {
  /// The bytes of memory that a process and all that have come of it have resident; pages that several of them share
  /// count for each.
  package static func residentMemory(below root: Int32) -> Int {
    var children: [Int32: [Int32]] = [:]
    for name in (try? DurableFiles.names(in: "/proc")) ?? [] {
      guard let id = Int32(name), let parent = parent(of: id) else { continue }
      children[parent, default: []].append(id)
    }
    var open = children[root] ?? []
    var pages = 0
    while let id = open.popLast() {
      pages += residentPages(of: id)
      open += children[id] ?? []
    }
    return pages * sysconf(Int32(_SC_PAGESIZE))
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
