internal import Notebook
internal import ReportRendering
internal import ResultStore

extension WeekBuild {
  /// Builds a draft from records and writes its lock.
  func buildDraft(_ notebook: Notebook, _ sources: WeekSources) throws(ReportFailure) -> WeekOutcome
  {
    let former = acceptsRecords ? try? folder.lock() : try folder.lock()
    let registered = former?.preregistered
    do throws(NotebookError) {
      try checkNames(of: notebook, in: experiments)
      try checkRegistration(of: notebook, registered: registered)
    } catch {
      throw .notebook(error)
    }
    let needed = experimentsNeeded(by: notebook, registered: registered).map(\.value)
    if let former, !acceptsRecords { try checkRecords(former) }
    var draft = try DraftLock(
      planned: experiments.filter { needed.contains($0.name) }, store: store, checked: checked,
      former: former)
    draft.normalize(experimentsCompared(by: notebook), from: catalog)
    let plans = experimentsPlanned(by: notebook).compactMap { planned in
      experiments.first { $0.name == planned.value }?.plan
    }
    let lock = Lock(experiments: draft.experiments, plans: plans, preregistered: registered)
    let content = try resolve(notebook, lock: lock, sources)
    var names = NameResolution(path: notebook.path, lock: lock)
    for arms in content.figures.compactMap(\.figure.earlier) {
      try arms.checkRecords(in: checked, names: &names)
    }
    guard names.problems.isEmpty else { throw .notebook(NotebookError(names.problems)) }
    let (figures, kept) = try draw(
      content.figures.map(\.figure), of: draft, lock: lock, sources)
    var output = OutputFiles(folder: folder)
    var directives = content.directives
    var documents = sources.lockedDigests
    for (item, drawn) in zip(content.figures, figures) {
      let figure = drawn.figure
      output.write(drawn.specification, to: figure.specificationFile)
      output.write(drawn.drawing, to: figure.drawing)
      let read = ReadSpecification(drawn.specification)
      output.write(data: read, of: figure)
      documents[figure.specificationFile] = Digest.hex(of: drawn.specification)
      documents[figure.drawing] = Digest.hex(of: drawn.drawing)
      directives[item.directive] = [try figure.block(svg: drawn.drawing, specification: read)]
    }
    for (index, excerpt) in content.excerpts {
      let text = excerpt.text { draft.record($0) }
      output.write(text, to: excerpt.file)
      documents[excerpt.file] = Digest.hex(of: text)
      directives[index] = try excerpt.blocks(text)
    }
    if let problem = draft.problem { throw .store(problem) }
    for (name, digest) in former?.figures ?? [:] where documents[name] == nil {
      output.remove(name, madeAs: digest)
      guard name.hasSuffix(".vl.json"), let text = (try? folder.content(of: name)) ?? nil,
        let data = ReadSpecification(text).data
      else { continue }
      output.remove(
        PlannedFigure.dataFile(ofSpecification: name), madeAs: Digest.hex(of: data))
    }
    try content.render(
      notebook, directives: directives, images: EmbeddedImages(sources.files),
      footer: try footer(of: lock), macros: sources.files.macros?.macros ?? FormulaMacros(),
      into: &output)
    let prose = try reviewProse(
      of: notebook, sources.source, lock: lock,
      former: (former, sources.digests[WeekFolder.notebookName]))
    if let state = prose.state { output.write(state.text, to: WeekFolder.proseName) }
    let locked = Lock(
      experiments: draft.experiments, documents: documents, plans: plans,
      preregistered: registered)
    output.write(try text(of: locked, after: former), to: WeekFolder.lockName)
    let changed = try output.commit(with: store)
    remember(kept)
    return WeekOutcome(
      changedFiles: changed, files: output.contents.keys.sorted(),
      digests: try sidecarDigests().merging(sources.fileDigests) { $1 }
        .merging(output.digests) { $1 },
      runKeys: lock.experiments.flatMap(\.arms).flatMap { $0.runs.map(\.key) },
      markedFailures: content.failures, warnings: prose.warnings,
      notes: content.registration.warnings(on: notebook.path))
  }

  /// The text of a lock; where this program wrote the one before it with the same results, most of it is there.
  func text(of lock: Lock, after former: Lock?) throws(ReportFailure) -> String {
    guard let former, let lockAsWritten, let text = try folder.content(of: WeekFolder.lockName),
      Digest.hex(of: text) == lockAsWritten
    else { return lock.text }
    return lock.text(after: (former, text))
  }

  /// Compares a lock with the records that are in the store.
  func checkRecords(_ lock: Lock, isFinal: Bool = false) throws(ReportFailure) {
    let disagreements: [Lock.Disagreement]
    do throws(StoreError) {
      disagreements = try lock.disagreements(with: store, checked)
    } catch {
      throw .store(error)
    }
    guard disagreements.isEmpty else {
      throw .disagreements(
        disagreements, lock: folder.displayPath(of: WeekFolder.lockName), isFinal: isFinal)
    }
  }
}

extension Lock {
  /// The digests of the files below `figures/` that the build of this lock made, by name: drawings with
  /// their specifications, and samples. A person's own pictures may stand beside them.
  var figures: [String: String] {
    documents.filter { name, _ in
      guard OutputFiles.isFigure(name) else { return false }
      guard name.hasSuffix(".svg") else { return true }
      return documents[name.dropLast(".svg".count) + ".vl.json"] != nil
    }
  }
}
