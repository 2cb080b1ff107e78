internal import CanonicalJSON
internal import ExperimentRunner
internal import ExternalTrainers
internal import ResultStore

/// A fault in the text of a submission.
public struct SubmissionError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file and the fault in one sentence.
  public var description: String

  init(_ path: String, _ problem: String) {
    description = "\(path): error: \(problem)"
  }
}

// The form of the file. What the runs of an arm have in common stands in it once, and each run is checked against its key.
extension Submission {
  private static let version = 1
  /// The most bytes of a file.
  package static let mostBytes = FileSize.most

  /// The text of the file: one line for each arm, run and part.
  ///
  /// - Parameter lab: The folder that commands of external trainers work in.
  /// - Returns: The text, which ends in a line break.
  public func text(lab: String) -> String {
    var arms: [[String: String]: Int] = [:]
    var armLines: [String] = []
    var trainers: [ExternalTrainer: Int] = [:]
    var trainerLines: [String] = []
    var runLines: [String] = []
    for run in runs {
      var common = run.preimage.fields
      var own: [JSONValue.Member] = []
      for name in ["seed"] + ArmPreimage.stageFields {
        guard let value = common.removeValue(forKey: name) else { continue }
        own.append(.init(name, .string(value)))
      }
      let arm = arms[common] ?? arms.count
      if arms.updateValue(arm, forKey: common) == nil {
        armLines.append(JSONValue.sorted(common.mapValues(JSONValue.string)).compactText)
      }
      var members: [JSONValue.Member] = [
        .init("name", .string("\(run.name)")), .init("key", .string(run.key.hex)),
        .init("arm", .integer(arm)), .init("own", .object(own)),
      ]
      if let trainer = run.trainer {
        let number = trainers[trainer] ?? trainers.count
        if trainers.updateValue(number, forKey: trainer) == nil {
          trainerLines.append(SubmittedTrainer(trainer).json(lab: lab).compactText)
        }
        members.append(.init("trainer", .integer(number)))
      }
      runLines.append(JSONValue.object(members).compactText)
    }
    let partLines = parts.map { part in
      JSONValue.object([
        .init("first", .integer(part.runs.lowerBound)),
        .init("end", .integer(part.runs.upperBound)),
        .init("seconds", .number(part.seconds)),
      ]).compactText
    }
    let arrayLines = arrays.map { array in
      JSONValue.object([
        .init("first", .integer(array.parts.lowerBound)),
        .init("end", .integer(array.parts.upperBound)),
        .init("external", .boolean(array.resources.isExternal)),
        .init("gpus", .integer(array.resources.gpus)),
        .init("memory", array.resources.memory.map(JSONValue.integer) ?? .null),
        .init("seconds", array.resources.seconds.map(JSONValue.integer) ?? .null),
        .init("resume", .boolean(array.resources.mayResume)),
      ]).compactText
    }
    let head = [
      "\"labbook_submission\": \(Self.version)", "\"id\": \(JSONValue.string(id).compactText)",
      "\"profile\": \((profile.map(JSONValue.string) ?? .null).compactText)", "\"user\": \(user)",
    ]
    let lists = [
      ("arms", armLines), ("trainers", trainerLines), ("runs", runLines), ("parts", partLines),
      ("arrays", arrayLines),
    ].map { "\"\($0)\": [\($1.map { "\n  \($0)" }.joined(separator: ","))]" }
    return "{" + (head + lists).joined(separator: ",\n") + "}\n"
  }

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - bytes: Its content.
  ///   - path: Its path, for messages.
  /// - Throws: The first fault; a run whose fields do not give its key is one.
  public init(bytes: [UInt8], path: String) throws(SubmissionError) {
    let json: JSONValue
    do throws(JSONError) {
      json = try JSONValue(bytes: bytes, inMemory: .max)
    } catch {
      throw SubmissionError("\(path):\(error.line):\(error.column)", error.problem)
    }
    func fault(_ problem: String) -> SubmissionError { SubmissionError(path, problem) }
    guard let version = json["labbook_submission"]?.integer else {
      throw fault("it is no file of runs that labbook has written for a cluster")
    }
    guard version == Self.version else {
      throw fault("it has version \(version) of its form, and this labbook reads \(Self.version)")
    }
    func list(_ name: String) throws(SubmissionError) -> [JSONValue] {
      guard let elements = json[name]?.elements else {
        throw fault("the list '\(name)' is missing")
      }
      return elements
    }
    guard let id = json["id"]?.string, Self.isID(id), let user = json["user"]?.integer else {
      throw fault("its id or its user is missing, or is none")
    }
    var arms: [[String: String]] = []
    for (number, element) in try list("arms").enumerated() {
      guard let fields = Self.texts(element) else { throw fault("arm \(number) has no fields") }
      arms.append(fields)
    }
    var trainers: [SubmittedTrainer] = []
    for (number, element) in try list("trainers").enumerated() {
      guard let trainer = SubmittedTrainer(json: element) else {
        throw fault("trainer \(number) is none")
      }
      trainers.append(trainer)
    }
    var runs: [PlannedRun] = []
    for (number, element) in try list("runs").enumerated() {
      guard let name = element["name"]?.string.flatMap(RunName.init),
        let arm = element["arm"]?.integer, arms.indices.contains(arm),
        let own = element["own"].flatMap(Self.texts)
      else { throw fault("run \(number) is none") }
      let preimage = RunPreimage(fields: arms[arm].merging(own) { $1 })
      guard preimage.key.hex == element["key"]?.string else {
        throw fault("the run \(name) is not what its key says; the file was changed")
      }
      var run = PlannedRun(name: name, preimage: preimage, state: .missing)
      if let trainer = element["trainer"]?.integer {
        guard trainers.indices.contains(trainer),
          let external = trainers[trainer].trainer(of: preimage)
        else { throw fault("the run \(name) has no trainer") }
        run.trainer = external
      }
      runs.append(run)
    }
    self.init(
      id: id, profile: json["profile"]?.string, user: user, runs: runs, parts: [], arrays: [])
    for (number, element) in try list("parts").enumerated() {
      guard let range = Self.range(element, after: parts.last?.runs.upperBound ?? 0, runs.count),
        let seconds = element["seconds"]?.double
      else { throw fault("part \(number) is none") }
      parts.append(Part(runs: range, seconds: seconds))
    }
    for (number, element) in try list("arrays").enumerated() {
      guard
        let range = Self.range(element, after: arrays.last?.parts.upperBound ?? 0, parts.count),
        case .boolean(let isExternal) = element["external"], let gpus = element["gpus"]?.integer,
        case .boolean(let mayResume) = element["resume"]
      else { throw fault("array \(number) is none") }
      arrays.append(
        JobArray(
          parts: range,
          resources: JobResources(
            isExternal: isExternal, gpus: gpus, memory: element["memory"]?.integer,
            seconds: element["seconds"]?.integer, mayResume: mayResume)))
    }
    guard (parts.last?.runs.upperBound ?? 0) == runs.count,
      (arrays.last?.parts.upperBound ?? 0) == parts.count
    else { throw fault("it has runs that no part has, or parts that no array has") }
  }

  /// Whether a text is a UUID in lower case.
  static func isID(_ text: String) -> Bool {
    text.utf8.count == 36
      && text.utf8.allSatisfy {
        $0 == UInt8(ascii: "-") || (0x30...0x39).contains($0) || (0x61...0x66).contains($0)
      }
  }

  private static func texts(_ json: JSONValue) -> [String: String]? {
    guard let members = json.members else { return nil }
    var texts: [String: String] = [:]
    for member in members {
      guard let text = member.value.string else { return nil }
      texts[member.name] = text
    }
    return texts.count == members.count ? texts : nil
  }

  /// A range that begins where the one before it has ended, and is not empty.
  private static func range(_ json: JSONValue, after start: Int, _ count: Int) -> Range<Int>? {
    guard json["first"]?.integer == start, let end = json["end"]?.integer, end > start, end <= count
    else { return nil }
    return start..<end
  }
}
