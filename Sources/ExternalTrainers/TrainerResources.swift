internal import Settings

/// The resources that a run of a trainer may use; no result depends on them.
public struct TrainerResources: Hashable, Sendable {
  /// How many GPUs a run has for itself.
  public var gpus: Int
  /// The most bytes of memory that the command and all its processes may have resident; nil for no limit.
  public var memory: Int?
  /// The most seconds that the command may take; nil for no limit.
  public var seconds: Int?

  /// Creates resources.
  public init(gpus: Int = 0, memory: Int? = nil, seconds: Int? = nil) {
    self.gpus = gpus
    self.memory = memory
    self.seconds = seconds
  }

  /// The most GPUs that a run may ask for.
  public static let mostGPUs = 64

  /// Returns the bytes that a text such as `40GB` stands for; nil if it is none, or less than a megabyte.
  public static func bytes(_ text: String) -> Int? {
    let units = [("KB", 1e3), ("MB", 1e6), ("GB", 1e9), ("TB", 1e12)]
    for (unit, factor) in units where text.hasSuffix(unit) {
      let number = text.dropLast(unit.count).filter { $0 != " " }
      guard let count = NumberText.number(String(number)), (1e6...1e15).contains(count * factor)
      else { return nil }
      return Int(count * factor)
    }
    return nil
  }

  /// Returns the seconds that a text such as `90s`, `30min`, `30m`, `2h` or `1h30m` stands for; nil if it is none.
  public static func seconds(_ text: String) -> Int? {
    var rest = text.filter { $0 != " " }[...]
    var total = 0.0
    var units: [(names: [String], seconds: Double)] = [
      (["d"], 86_400), (["h"], 3600), (["min", "m"], 60), (["s"], 1),
    ]
    guard !rest.isEmpty else { return nil }
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
      rest = rest.dropFirst(digits.count)
      // From the largest unit to the smallest, each once.
      let name = rest.prefix { $0.isLetter }
      guard let index = units.firstIndex(where: { $0.names.contains(String(name)) }),
        let count = NumberText.number(String(digits))
      else { return nil }
      total += count * units[index].seconds
      rest = rest.dropFirst(name.count)
      units.removeFirst(index + 1)
    }
    return (1...1e8).contains(total) ? Int(total) : nil
  }

  /// A number of seconds as it is written in a spec, such as `1h30min`.
  public static func words(seconds: Int) -> String {
    var rest = seconds
    var text = ""
    for (name, unit) in [("d", 86_400), ("h", 3600), ("min", 60), ("s", 1)] where rest >= unit {
      text += "\(rest / unit)\(name)"
      rest %= unit
    }
    return text.isEmpty ? "0s" : text
  }
}
