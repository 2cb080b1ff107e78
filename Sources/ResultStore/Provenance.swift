public import CanonicalJSON

/// The circumstances of a record's making, for people; it is in no record's digest and never rendered.
public struct Provenance: Equatable, Sendable {
  /// The processor's model name.
  public var machine: String
  /// The instruction set that the kernels really used, as the worker reports it.
  public var instructionSet: String
  /// Versions by name, such as `swift` or `openblas`.
  public var versions: [String: String]
  /// The SHA-256 of the executable that trained the run.
  public var executable: String
  /// The commit of the lab's git repository, with `-modified` where files differ from it.
  public var gitCommit: String?
  /// The words of the command that was given.
  public var command: [String]
  /// The start in UTC, such as `2026-11-22T17:06:35Z`.
  public var start: String
  /// The duration of the training in seconds.
  public var duration: Double

  /// Creates a provenance.
  public init(
    machine: String, instructionSet: String, versions: [String: String], executable: String,
    gitCommit: String?, command: [String], start: String, duration: Double
  ) {
    self.machine = machine
    self.instructionSet = instructionSet
    self.versions = versions
    self.executable = executable
    self.gitCommit = gitCommit
    self.command = command
    self.start = start
    self.duration = duration
  }
}

extension Provenance {
  /// The members in the order in which they are written.
  public var json: JSONValue {
    .object([
      .init("machine", .string(machine)),
      .init("instruction_set", .string(instructionSet)),
      .init("versions", .sorted(versions.mapValues(JSONValue.string))),
      .init("executable", .string(executable)),
      .init("git_commit", gitCommit.map(JSONValue.string) ?? .null),
      .init("command", .array(command.map(JSONValue.string))),
      .init("start", .string(start)),
      .init("duration", .number(duration)),
    ])
  }

  /// Reads what `json` wrote; `nil` if a member is missing or of another type.
  public init?(json: JSONValue) {
    guard let machine = json["machine"]?.string,
      let instructionSet = json["instruction_set"]?.string,
      let versionMembers = json["versions"]?.members,
      let executable = json["executable"]?.string,
      let command = json["command"]?.elements,
      let start = json["start"]?.string,
      let duration = json["duration"]?.double
    else { return nil }
    let versions = versionMembers.compactMap { member in
      member.value.string.map { (member.name, $0) }
    }
    guard versions.count == versionMembers.count, command.allSatisfy({ $0.string != nil }) else {
      return nil
    }
    self.init(
      machine: machine, instructionSet: instructionSet,
      versions: Dictionary(versions) { first, _ in first }, executable: executable,
      gitCommit: json["git_commit"]?.string, command: command.compactMap(\.string), start: start,
      duration: duration)
  }
}
