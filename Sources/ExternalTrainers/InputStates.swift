internal import CanonicalJSON
internal import ChildProcesses
internal import Glibc
public import ResultStore
internal import Synchronization

/// The state of an input as it was found: what the run key says of it.
public struct InputState: Equatable, Sendable {
  /// The fields by the part of their name that follows the input's, such as `commit` or `package.torch`.
  public var fields: [String: String]
  /// Why a run could not be executed on it, in a sentence without its end; nil if it could.
  public var problem: String?
  /// A text that goes into the record: what is not committed, or the list of packages.
  package var text: (name: String, bytes: [UInt8])?
  /// When its files were written; no part of what two states are compared by.
  package var trace = InputTrace()

  /// The value of the field of an input that is not there.
  static let absent = "absent"

  init(
    _ fields: [String: String], text: (name: String, bytes: [UInt8])? = nil,
    trace: InputTrace = InputTrace()
  ) {
    self.fields = fields
    self.text = text
    self.trace = trace
  }

  init(absent kind: String, problem: String) {
    fields = [kind: Self.absent]
    self.problem = problem
  }

  public static func == (first: Self, second: Self) -> Bool {
    first.fields == second.fields && first.problem == second.problem
  }
}

/// The states of inputs as one command has found them: each is looked at once.
public final class InputStates: Sendable {
  /// The lab's folder, which relative paths start from; nil where there is none, and no input is there.
  let lab: String?
  private let digests: FileDigests?
  private let found = Mutex<[ExactText: InputState]>([:])

  /// The states of files as they are seen from a lab.
  ///
  /// - Parameters:
  ///   - lab: The lab's folder.
  ///   - store: Where digests of large files are remembered.
  public init(lab: String, store: ResultStore) {
    self.lab = lab.count > 1 && lab.hasSuffix("/") ? String(lab.dropLast()) : lab
    digests = FileDigests(rememberedIn: store)
  }

  /// The states of specs that are in memory alone: nothing is there.
  public init() {
    lab = nil
    digests = nil
  }

  /// The state of an input.
  public func state(of input: TrainerInput) -> InputState {
    state("\(input.kind) \(input.path)", path: input.path, kind: input.kind) {
      (path, digests) throws(InputProblem) in
      switch input {
      case .file: return try digests.state("file", ofFile: path)
      case .folder:
        if self.holdsLab(path) || self.isOfStore(path) { throw Self.holdsLab }
        let (digest, trace) = try digests.digest(ofFolder: path)
        return InputState(["folder": digest], trace: trace)
      case .git: return try self.state(ofRepository: path, digests)
      }
    }
  }

  /// The state of an environment.
  public func state(of environment: TrainerEnvironment) -> InputState {
    if case .container(let name) = environment { return InputState(["container": name]) }
    return state(
      "\(environment.kind) \(environment.text)", path: environment.text, kind: environment.kind
    ) {
      (path, digests) throws(InputProblem) in
      guard case .python = environment else {
        return try digests.state("lock", ofFile: path)
      }
      let packages = try PythonPackages(interpreter: path)
      var fields = ["python": packages.version]
      for (name, version) in packages.packages { fields["package.\(name)"] = version }
      var trace = InputTrace(linksTo: path)
      for place in packages.places {
        if let times = FileTimes(ofLinkAt: place) { trace.add(place, times) }
      }
      return InputState(fields, text: ("packages.txt", Array(packages.text.utf8)), trace: trace)
    }
  }

  /// The path of a file as the lab names it.
  package func path(of name: String) -> String {
    name.hasPrefix("/") ? name : "\(lab ?? ".")/\(name)"
  }

  private func state(
    _ text: String, path: String, kind: String,
    _ look: (String, FileDigests) throws(InputProblem) -> InputState
  ) -> InputState {
    let name = ExactText(text)
    if let known = found.withLock({ $0[name] }) { return known }
    guard lab != nil, let digests else {
      return InputState(absent: kind, problem: "'\(path)' is not there")
    }
    var state: InputState
    do throws(InputProblem) {
      state = try look(self.path(of: path), digests)
    } catch {
      state = InputState(absent: kind, problem: "'\(path)' \(error.words)")
    }
    digests.save()
    return found.withLock { found in
      if let first = found[name] { return first }
      found[name] = state
      return state
    }
  }

  private func state(
    ofRepository path: String, _ digests: FileDigests
  ) throws(InputProblem) -> InputState {
    guard DurableFiles.isFolder(path) else {
      throw InputProblem(DurableFiles.exists(path) ? "is no folder" : "is not there")
    }
    if holdsLab(path) { throw Self.holdsLab }
    guard let checkout = GitCheckout(at: path) else {
      throw InputProblem(Self.reasonForNoCheckout(at: path))
    }
    let changes = try checkout.changes(digests)
    var fields = ["commit": checkout.commit]
    if !changes.absent.isEmpty {
      fields["absent"] =
        JSONValue.array(changes.absent.map(JSONValue.string)).compactText
    }
    var trace = InputTrace(linksTo: path)
    for file in changes.files {
      if let times = FileTimes(ofLinkAt: "\(path)/\(file)") { trace.add(file, times) }
    }
    fields["links"] = try content(of: changes.links, in: path, digests, &trace)
    if changes.patch.isEmpty { return InputState(fields, trace: trace) }
    fields["changes"] = Digest.hex(of: changes.patch)
    return InputState(fields, text: ("uncommitted.patch", changes.patch), trace: trace)
  }

  /// A digest of the files and folders that links of a checkout lead to outside of it; nil if none does.
  private func content(
    of links: [String], in root: String, _ digests: FileDigests, _ trace: inout InputTrace
  ) throws(InputProblem) -> String? {
    var text = ""
    for link in links {
      let path = "\(root)/\(link)"
      guard let real = Self.realPath(path), !Self.isOne(real, within: root) else { continue }
      var status = stat()
      guard stat(real, &status) == 0 else { continue }
      let digest: String
      do throws(InputProblem) {
        switch status.st_mode & S_IFMT {
        case S_IFDIR:
          if holdsLab(real) || isOfStore(real) { throw Self.holdsLab }
          let found = try digests.digest(ofFolder: path)
          digest = found.digest
          trace.add(found.trace, under: link)
        case S_IFREG:
          let found = try digests.look(at: path)
          digest = found.digest
          trace.add(link, found.times)
        // A device has no content.
        default: continue
        }
      } catch {
        throw InputProblem("has a link '\(link)' that leads out of it, to what \(error.words)")
      }
      text += "\(digest) \(JSONValue.string(link).compactText)\n"
    }
    return text.isEmpty ? nil : Digest.hex(of: text)
  }

  private static func reasonForNoCheckout(at path: String) -> String {
    if DurableFiles.exists("\(path)/.git") {
      return "is a git repository without a commit that can be read"
    }
    if DurableFiles.exists("\(path)/HEAD"), DurableFiles.isFolder("\(path)/objects") {
      return "is a bare git repository, which has no files; name a checkout of it"
    }
    if let root = RepositoryFiles(holding: path)?.root {
      let name = root.split(separator: "/").last ?? ""
      return
        "lies within the git repository '\(name)'; name that one, or write {folder: …} for this part of it"
    }
    return "is no git repository with a commit in it"
  }

  // MARK: - The lab itself

  /// Reports and records that labbook writes would change the keys of the runs that they are made of.
  private static let holdsLab = InputProblem(
    "holds the lab itself, so each report would change it; name the files or folders that the trainer consists of"
  )

  /// Whether the lab lies in a folder, or is it.
  private func holdsLab(_ path: String) -> Bool {
    lab.map { Self.isOne($0, within: path) } ?? false
  }

  /// Whether a folder lies in the lab's store, is it, or holds it.
  private func isOfStore(_ path: String) -> Bool {
    guard let store = digests?.folder else { return false }
    return Self.isOne(path, within: store) || Self.isOne(store, within: path)
  }

  private static func isOne(_ inner: String, within outer: String) -> Bool {
    guard let inner = realPath(inner), let outer = realPath(outer) else { return false }
    return CanonicalText.same(inner, outer)
      || inner.utf8.starts(with: (outer == "/" ? outer : outer + "/").utf8)
  }
}

extension InputStates {
  /// The path without links; nil if nothing is there.
  static func realPath(_ path: String) -> String? {
    guard let real = realpath(path, nil) else { return nil }
    defer { free(real) }
    return String(cString: real)
  }
}

/// All are equal: what was found in a place is no part of what a spec says.
extension InputStates: Hashable {
  /// Always true.
  public static func == (first: InputStates, second: InputStates) -> Bool { true }

  /// Adds nothing.
  public func hash(into hasher: inout Hasher) {}
}

extension ExternalTrainer {
  /// Why no run could be executed on the inputs as they are found, a sentence without its end for each input that is
  /// missing or cannot be used; empty if one could.
  package func problems(with states: InputStates) -> [String] {
    inputs.sorted { CanonicalText.precedes($0.key, $1.key) }.compactMap { name, input in
      states.state(of: input).problem.map { "its input '\(name)': \($0)" }
    }
      + (environment.flatMap { states.state(of: $0).problem }.map { ["its environment: \($0)"] }
        ?? [])
  }
}
