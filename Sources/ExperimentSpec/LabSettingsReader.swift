internal import ExternalTrainers
internal import Settings

/// Reads the settings of a lab.
///
/// - Parameter files: The files of the lab.
/// - Returns: The settings; the defaults where the lab has no `labbook.yaml`, or one with nothing in it.
/// - Throws: Everything that is wrong with the file.
public func loadLabSettings(in files: SpecFiles) throws(SpecError) -> LabSettings {
  let start = SpecError.Position(path: LabSettings.file)
  let bytes: [UInt8]
  switch files.read(LabSettings.file) {
  case .success(let content): bytes = content ?? []
  case .failure(let failure):
    throw SpecError([.init(.unreadable(reason: failure.reason), of: "", at: start)])
  }
  let document = YAMLDocument(bytes, path: LabSettings.file)
  // An empty file marks a lab, and says nothing more.
  let issues = document.issues.filter { $0.problem != .empty }
  guard let root = document.root, root.summary != "nothing" else {
    if issues.isEmpty { return LabSettings() }
    throw SpecError(issues)
  }
  var reader = LabSettingsReader()
  let settings = reader.settings(from: root)
  guard issues.isEmpty, reader.reader.issues.isEmpty else {
    throw SpecError(issues + reader.reader.issues)
  }
  return settings
}

/// Turns the tree of `labbook.yaml` into settings and checks every key.
struct LabSettingsReader {
  var reader = SpecReader()

  /// Reads the settings; what has an issue keeps its default.
  mutating func settings(from root: SpecNode) -> LabSettings {
    var settings = LabSettings()
    guard let entries = root.entries else {
      reader.wrongType(
        root, "", expected: "a mapping with \(listed(LabKey.names(in: .lab))), or empty")
      return settings
    }
    let file = SpecReader.Section(path: "", position: root.position, entries: entries)
    reader.checkKeys(of: file, known: LabKey.names(in: .lab))
    settings.store = file["store"].flatMap {
      text($0, path: "store", expected: "a folder, absolute or from the lab's folder") {
        $0.first != "~" && $0.first != "-"
      }
    }
    for (name, entry) in named("remotes", in: file, "a mapping from names to addresses of rclone") {
      settings.remotes[name] = text(
        entry, path: "remotes.\(name)",
        expected: "an address of rclone, such as 's3:bucket/labbook', or a folder"
      ) { $0.first != "-" }
    }
    if let entry = file["slurm"] {
      settings.slurm = cluster(entry, path: "slurm", over: settings.slurm)
    }
    for (name, entry) in named(
      "profiles", in: file, "a mapping from names to settings of a cluster")
    {
      guard name != LabSettings.localProfile, name != LabSettings.slurmProfile else {
        reader.wrongTypeOfKey(
          entry, "profiles.\(name)",
          expected: name == LabSettings.localProfile
            ? "another name, for 'local' is this machine"
            : "another name, for 'slurm' stands at the top of the file")
        continue
      }
      settings.profiles[name] = cluster(entry, path: "profiles.\(name)", over: settings.slurm)
    }
    return settings
  }

  /// The entries of a mapping whose keys are names that a person chooses.
  private mutating func named(
    _ key: String, in file: SpecReader.Section, _ expected: String
  ) -> [(String, SpecNode.Entry)] {
    guard let entry = file[key], let section = reader.section(entry, path: key, expected: expected)
    else { return [] }
    return section.entries.filter { entry in
      // What begins like an option could not be named in a command.
      if isLabel(entry.key), entry.key.first != "-" { return true }
      reader.report(
        .invalidName(found: entry.key), of: section.path(of: entry.key), at: entry.keyPosition)
      return false
    }.map { ($0.key, $0) }
  }

  /// Reads the settings of a cluster, with `base` where nothing is written.
  private mutating func cluster(
    _ entry: SpecNode.Entry, path: String, over base: ClusterSettings
  ) -> ClusterSettings {
    var settings = base
    // A profile that changes nothing may be written as its name alone.
    if entry.value.summary == "nothing" { return settings }
    guard
      let section = reader.section(
        entry, path: path, expected: "a mapping with settings of the cluster")
    else { return settings }
    reader.checkKeys(of: section, known: LabKey.names(in: .cluster))
    func name(_ key: String) -> String? {
      section[key].flatMap {
        text(
          $0, path: section.path(of: key),
          expected: "a name of letters, digits, '_', '.', ',', '+' and '-'", where: Self.isName)
      }
    }
    settings.partition = name("partition") ?? settings.partition
    settings.account = name("account") ?? settings.account
    settings.qos = name("qos") ?? settings.qos
    settings.time =
      amount("time", in: section, "a time such as 30min, 4h or 1d12h, a minute at least") {
        TrainerResources.seconds($0).flatMap { $0 >= 60 ? $0 : nil }
      } ?? settings.time
    settings.memory =
      amount("memory", in: section, "an amount of memory such as 512MB or 4GB") {
        TrainerResources.bytes($0)
      } ?? settings.memory
    settings.share =
      amount("share", in: section, "a time of 1s to 1d, such as 20min") {
        TrainerResources.seconds($0).flatMap { ClusterSettings.shares.contains($0) ? $0 : nil }
      } ?? settings.share
    let cpus = SettingDeclaration(
      name: "cpus", kind: .integer(1...ClusterSettings.mostCPUs), defaultValue: .integer(1),
      documentation: "")
    if let entry = section["cpus"],
      case .integer(let count) = reader.value(entry.value, path: section.path(of: "cpus"), cpus)
    {
      settings.cpus = count
    }
    settings.container =
      section["container"].flatMap {
        text($0, path: section.path(of: "container"), expected: "the path of an image") {
          $0.first != "-" && $0.first != "~"
        }
      } ?? settings.container
    settings.modules =
      list("modules", in: section, "a list of modules, such as [gcc/13, openblas]") {
        Self.isName($0.filter { $0 != "/" }) ? nil : "the name of a module"
      } ?? settings.modules
    settings.options =
      list("options", in: section, "a list of options of sbatch, such as [--constraint=avx512]") {
        ClusterSettings.problem(ofOption: $0)
      } ?? settings.options
    return settings
  }

  /// Reads a text without line breaks and the like that is as expected.
  private mutating func text(
    _ entry: SpecNode.Entry, path: String, expected: String, where isExpected: (String) -> Bool
  ) -> String? {
    guard let text = entry.value.scalar, Self.isLine(text), isExpected(text) else {
      reader.wrongType(entry.value, path, expected: expected)
      return nil
    }
    return text
  }

  private mutating func amount(
    _ key: String, in section: SpecReader.Section, _ expected: String, _ value: (String) -> Int?
  ) -> Int? {
    guard let entry = section[key] else { return nil }
    let found = entry.value.scalar.flatMap(value)
    if found == nil { reader.wrongType(entry.value, section.path(of: key), expected: expected) }
    return found
  }

  /// Reads a list of texts; `expected` returns the form that a text should have, nil if it has it.
  private mutating func list(
    _ key: String, in section: SpecReader.Section, _ expected: String,
    _ problem: (String) -> String?
  ) -> [String]? {
    let path = section.path(of: key)
    guard let entry = section[key], let texts = reader.texts(entry, path: path, expected: expected)
    else { return nil }
    for (index, found) in texts.enumerated() {
      guard let form = Self.isLine(found.text) ? problem(found.text) : "one line of text" else {
        continue
      }
      reader.report(
        .value(.wrongType(expected: form, found: found.text)), of: "\(path)[\(index)]",
        at: found.position)
    }
    return texts.map(\.text)
  }

  private static func isName(_ text: String) -> Bool {
    text.first != "-" && isLabel(text.filter { $0 != "." && $0 != "," })
  }

  /// Whether a text can stand on a line of a script.
  private static func isLine(_ text: String) -> Bool {
    !text.isEmpty && text.count <= 4096
      && text.unicodeScalars.allSatisfy {
        switch $0.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: false
        default: true
        }
      }
  }
}

extension ClusterSettings {
  /// The options of `sbatch` that labbook sets itself, or that would make another job of it, by their long names.
  private static let ownOptions = [
    "array", "chdir", "clusters", "cpus-per-task", "dependency", "error", "export-file", "gpus",
    "gres", "help", "input", "job-name", "mem", "nodes", "no-requeue", "ntasks", "open-mode",
    "output", "parsable", "quiet", "requeue", "signal", "test-only", "time", "uid", "usage",
    "version", "wait", "wrap",
  ]
  /// The options with whose names others begin.
  private static let wholeOptions: Set = ["export"]
  /// The keys that say what an option says.
  private static let keyOfOption = [
    "partition": "partition", "account": "account", "qos": "qos", "time": "time", "mem": "memory",
    "cpus-per-task": "cpus",
  ]

  /// The form that an option of `sbatch` should have, in words; nil if it has it.
  static func problem(ofOption text: String) -> String? {
    guard text.hasPrefix("--"), text.count > 2, !text.contains(" ") else {
      return "an option in its long form, such as --constraint=avx512"
    }
    let name = String(text.dropFirst(2).prefix { $0 != "=" })
    if let key = keyOfOption[name] { return "none of what the key '\(key)' says" }
    if ownOptions.contains(name) { return "none of the options that labbook sets itself" }
    // sbatch takes the beginning of a name for the name.
    let meant = (ownOptions + keyOfOption.keys.sorted()).first { $0.hasPrefix(name) }
    guard let meant, !wholeOptions.contains(name) else { return nil }
    return "an option that is written out, and not like the beginning of --\(meant)"
  }
}
