internal import Notebook
internal import ReportRendering
internal import ResultStore

extension WeekBuild {
  /// Renders a week from its lock and figures; no records are needed.
  ///
  /// Results and figures stay as they are. The words of a draft go into the lock where a person accepts them: that is how a sentence
  /// is corrected where nobody has the records any more.
  func renderLocked(_ notebook: Notebook, _ sources: WeekSources) throws(ReportFailure)
    -> WeekOutcome
  {
    guard let lock = try folder.lock() else {
      throw .incompleteFinal(
        "\(folder.displayPath) has no \(WeekFolder.lockName) to be rendered from; build it as a draft first"
      )
    }
    let missing = lock.missingRuns
    guard missing.isEmpty else {
      throw .incompleteFinal(
        "\(folder.displayPath(of: WeekFolder.lockName)) lacks \(missing.joined(separator: ", "))")
    }
    if notebook.frontMatter.status == .final {
      try checkRegistered(notebook, lock)
      if isHeld(to: lock) { try checkFinality(of: lock, sources) }
      if acceptsProse {
        throw .incompleteFinal(
          "\(folder.name) is final; what its words say is accepted while it is a draft")
      }
      try checkProse(notebook, sources.source, lock)
    }
    let documents = try documents(of: lock, sources)
    try checkRecords(lock, isFinal: notebook.frontMatter.status == .final)
    try checkConflicts(lock)
    let content = try resolve(notebook, lock: lock, sources)
    var directives = content.directives
    var output = OutputFiles(folder: folder)
    for (index, figure) in content.figures {
      guard let svg = documents[figure.drawing],
        let specification = documents[figure.specificationFile]
      else {
        throw .incompleteFinal(
          "\(folder.displayPath(of: WeekFolder.lockName)) has no \(figure.drawing); build the week "
            + "as a draft first")
      }
      let read = ReadSpecification(specification)
      directives[index] = [try figure.block(svg: svg, specification: read)]
      output.write(data: read, of: figure)
    }
    for (index, excerpt) in content.excerpts {
      guard let text = documents[excerpt.file] else {
        throw .incompleteFinal(
          "\(folder.displayPath(of: WeekFolder.lockName)) has no \(excerpt.file); build the week as a "
            + "draft first")
      }
      directives[index] = try excerpt.blocks(text)
    }
    try content.render(
      notebook, directives: directives, images: EmbeddedImages(sources.files),
      footer: try footer(of: lock), macros: sources.files.macros?.macros ?? FormulaMacros(),
      into: &output)
    var notes = content.registration.warnings(on: notebook.path)
    let prose = try reviewProse(of: notebook, sources.source, lock: lock, former: (nil, nil))
    if acceptsProse {
      let locked = Lock(
        experiments: lock.experiments,
        documents: sources.lockedDigests.merging(lock.figures) { own, _ in own },
        plans: lock.plans, preregistered: lock.preregistered)
      output.write(try text(of: locked, after: lock), to: WeekFolder.lockName)
      if let state = prose.state { output.write(state.text, to: WeekFolder.proseName) }
    } else if lock.documents[WeekFolder.notebookName] != sources.digests[WeekFolder.notebookName] {
      notes.append(
        "\(notebook.path) has changed since its results were locked; they are as they were")
    }
    let figures = lock.documents.filter { $0.key.hasPrefix("figures/") }
    let lockDigest = try folder.digest(of: WeekFolder.lockName) ?? ""
    let digests = try sidecarDigests().merging(sources.fileDigests) { $1 }
      .merging(figures) { $1 }
      .merging([WeekFolder.lockName: lockDigest]) { $1 }
    return WeekOutcome(
      changedFiles: try output.commit(with: store),
      files: Set(Array(output.contents.keys) + figures.keys + [WeekFolder.lockName]).sorted(),
      digests: digests.merging(output.digests) { $1 },
      runKeys: lock.experiments.flatMap(\.arms).flatMap { $0.runs.map(\.key) },
      markedFailures: content.failures,
      warnings: prose.warnings, notes: notes)
  }

  /// Refuses a final week whose claims are not those that were registered before the runs.
  private func checkRegistered(_ notebook: Notebook, _ lock: Lock) throws(ReportFailure) {
    let changes = RegistrationCheck(notebook, lock: lock).changes
    guard !changes.isEmpty else { return }
    throw .alteredDocument(
      "\(folder.name) is final, and its claims were changed after they were registered: "
        + changes.joined(separator: "; "))
  }

  /// Whether a final week is held to what `lock` says of its words.
  ///
  /// Locks of earlier versions say nothing of single works and were not binding; a week that stands on one is held
  /// to it if this version can open it, that is, run it again.
  private func isHeld(to lock: Lock) -> Bool {
    lock.documents.keys.contains { $0.contains("#") }
      || canExecute.map { lock.experiments.flatMap(\.arms).map(\.identity).allSatisfy($0) } ?? true
  }

  /// Refuses a final week whose words, works, images or style are not what they were when it was locked.
  ///
  /// What a lock made by an earlier version holds no digest of is not checked; those hold none of single works.
  private func checkFinality(of lock: Lock, _ sources: WeekSources) throws(ReportFailure) {
    let path = folder.displayPath(of: WeekFolder.notebookName)
    var changes: [String] = []
    if let digest = lock.documents[WeekFolder.notebookName],
      digest != sources.digests[WeekFolder.notebookName]
    {
      changes.append("the words of \(path) have changed")
    }
    for (name, digest) in sources.workDigests.sorted(by: { $0.key < $1.key }) {
      guard let locked = lock.documents[name], locked != digest else { continue }
      let parts = name.split(separator: "#", maxSplits: 1)
      changes.append(
        "the work '\(parts[1])' has changed in \(folder.displayPath(of: String(parts[0])))")
    }
    if let locked = lock.documents[NotebookFiles.macrosName],
      locked != sources.digests[NotebookFiles.macrosName]
    {
      changes.append(
        "macros that it uses have changed in \(folder.displayPath(of: NotebookFiles.macrosName))")
    }
    for (name, digest) in sources.ownDigests.sorted(by: { $0.key < $1.key }) {
      guard let locked = lock.documents[name], locked != digest else { continue }
      changes.append("\(folder.displayPath(of: name)) is not the file it was")
    }
    guard changes.isEmpty else {
      throw .alteredDocument(
        "\(folder.name) is final, and \(changes.joined(separator: ", and "))\nto open the week, write "
          + "'status: draft' into \(path) and build it, or, where words alone have changed, 'labbook report \(folder.name) "
          + "--rendered-only --accept-prose'; then set it final again")
    }
  }

  /// Reads the files below `figures/` that the lock holds digests of, and checks them and all others: the
  /// notebook's images and style, and the locks of earlier weeks.
  ///
  /// A bibliography is shared by all weeks and grows; the words of a draft may have moved on.
  ///
  /// - Returns: The texts below `figures/` by name, as they were checked.
  private func documents(
    of lock: Lock, _ sources: WeekSources
  ) throws(ReportFailure) -> [String: String] {
    var texts: [String: String] = [:]
    let read = sources.ownDigests
    for (name, digest) in lock.documents.sorted(by: { $0.key < $1.key }) {
      var present = read[name]
      if present == nil {
        guard name.hasPrefix("figures/") || name.hasSuffix("/\(WeekFolder.lockName)") else {
          continue
        }
        guard let bytes = try folder.bytes(of: name) else {
          throw .alteredDocument("\(folder.displayPath(of: name)) is missing; the lock names it")
        }
        texts[name] = String(validating: bytes, as: UTF8.self)
        present = Digest.hex(of: bytes)
      }
      guard present == digest else {
        throw .alteredDocument(
          "\(folder.displayPath(of: name)) is not what the lock of \(folder.name) names: its "
            + "digest differs")
      }
    }
    return texts
  }

  /// Refuses runs that promise the same bits and have more than one result in the store: those of the engine, and
  /// observed ones of which the lock says so.
  private func checkConflicts(_ lock: Lock) throws(ReportFailure) {
    var conflicts: [String] = []
    do throws(StoreError) {
      let present = Set(try store.conflictedKeys())
      for experiment in lock.experiments {
        for arm in experiment.arms {
          for run in arm.runs where run.observation == nil || experiment.repeatsExactly {
            guard let key = RunKey(hex: run.key), present.contains(key) else { continue }
            let name = "\(experiment.name)/\(arm.label)/\(run.seed)"
            if try store.conflict(for: key, named: name) != nil { conflicts.append(name) }
          }
        }
      }
    } catch {
      throw .store(error)
    }
    guard conflicts.isEmpty else { throw .conflicts(conflicts) }
  }
}

extension Lock {
  /// The runs that an experiment's other arms suggest and that are not there.
  fileprivate var missingRuns: [String] {
    experiments.flatMap { experiment in
      let seeds = Set(experiment.arms.flatMap { $0.runs.map(\.seed) }).sorted()
      return experiment.arms.flatMap { arm in
        seeds.isEmpty
          ? ["\(experiment.name)/\(arm.label)"]
          : seeds.filter { arm.run(seed: $0) == nil }
            .map { "\(experiment.name)/\(arm.label)/\($0)" }
      }
    }
  }
}
