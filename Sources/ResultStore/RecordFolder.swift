internal import CanonicalJSON

/// A record as files in a folder.
struct RecordFolder {
  /// The folder's path.
  let path: String
  let key: RunKey
  /// The name of the run where the reader knows it, for error messages.
  var run: String?

  static let format = "labbook record 1"

  /// Writes every file of a record into the folder, which exists and is empty; all are on disk when it returns.
  ///
  /// The files that the record keeps are moved from the folder `files`.
  func write(
    _ record: Record, preimage: RunPreimage, provenance: Provenance?, files: String? = nil
  ) throws(StoreError) {
    if let (part, problem) = record.problem {
      throw .invalid(run: run ?? key.short, part: part, problem: problem)
    }
    try create(RecordFile.preimage, preimage.text)
    for file in CurvesFile.all where !record[keyPath: file.content].isEmpty {
      try create(file.name, file.text(of: record[keyPath: file.content]))
    }
    if !record.updates.isEmpty {
      try DurableFiles.create(
        "\(path)/\(RecordFile.updates)", UpdatesFile.bytes(of: record.updates), waits: false)
    }
    if !record.samples.isEmpty {
      try create(RecordFile.samples, SamplesFile.text(of: record.samples))
    }
    if !record.weights.isEmpty {
      try DurableFiles.create("\(path)/\(RecordFile.weights)", record.weights, waits: false)
    }
    if !record.files.isEmpty {
      try take(record.files, from: files ?? path)
      try create(KeptFilesList.name, KeptFilesList.text(of: record.files))
    }
    if let provenance {
      let text = provenance.json.text + "\n"
      try create(RecordFile.provenance, text)
      try create(
        RecordFile.provenanceDigest, RecordFile.provenanceDigest(of: Array(text.utf8)))
    }
    try create(RecordFile.record, Self.text(of: key, record.metrics, record.digest))
    try DurableFiles.synchronizeAll(in: path)
  }

  /// Reads the record and checks every part against its digest.
  func read() throws(StoreError) -> Record { try readWithDigest().record }

  /// As ``read()``, with the digest that was checked.
  ///
  /// The preimage is read and checked too, unless it was read already.
  func readWithDigest(
    withPreimage: Bool = true
  ) throws(StoreError) -> (record: Record, digest: RecordDigest) {
    let (metrics, digest) = try readSummary(withPreimage: withPreimage)
    var record = Record(metrics: metrics)
    for file in CurvesFile.all
    where digest.parts.contains(where: { $0.name.hasPrefix(file.prefix) }) {
      record[keyPath: file.content] = try readCurves(file, of: digest)
    }
    if digest.hex(of: "updates") != nil {
      let bytes = try bytes(of: RecordFile.updates)
      try check("updates", Digest.hex(of: bytes), digest, RecordFile.updates)
      guard let updates = UpdatesFile.updates(in: bytes) else {
        throw damage(RecordFile.updates, "updates", "ends within a digest")
      }
      record.updates = updates
    }
    if digest.hex(of: "samples") != nil {
      let text = try text(of: RecordFile.samples)
      try check("samples", Digest.hex(of: text), digest, RecordFile.samples)
      record.samples = SamplesFile.samples(in: text)
    }
    if digest.hex(of: "weights") != nil {
      record.weights = try bytes(of: RecordFile.weights)
      try check("weights", Digest.hex(of: record.weights), digest, RecordFile.weights)
    }
    if digest.hex(of: KeptFile.part) != nil { record.files = try readFiles(of: digest) }
    for part in digest.parts {
      guard let name = UndefinedValue.metric(ofPart: part.name) else { continue }
      guard let value = UndefinedValue(hex: part.hex), metrics[name] == nil else {
        throw damage(RecordFile.record, part.name, "is no value that is not finite")
      }
      record.undefined[name] = value
    }
    if let hex = digest.hex(of: Observation.part) {
      guard let observation = Observation(hex: hex) else {
        throw damage(RecordFile.record, Observation.part, "is none that this version knows")
      }
      record.observation = observation
    }
    return (record, digest)
  }

  /// Reads all that is there, preimage and provenance too, and checks it.
  @discardableResult
  func check() throws(StoreError) -> RecordDigest {
    _ = try readPreimage()
    _ = try readProvenance()
    return try readWithDigest(withPreimage: false).digest
  }

  /// Whether the provenance has a digest beside it.
  var hasProvenanceDigest: Bool {
    DurableFiles.exists("\(path)/\(RecordFile.provenanceDigest)")
  }

  /// The names in the folder that are no file of a record with this digest, sorted.
  func foreignNames(besides digest: RecordDigest) throws(StoreError) -> [String] {
    var names: Set = [
      RecordFile.record, RecordFile.preimage, RecordFile.provenance, RecordFile.provenanceDigest,
    ]
    for file in CurvesFile.all
    where digest.parts.contains(where: { $0.name.hasPrefix(file.prefix) }) {
      names.insert(file.name)
    }
    for (part, file) in [
      ("updates", RecordFile.updates), ("samples", RecordFile.samples),
      ("weights", RecordFile.weights),
    ] where digest.hex(of: part) != nil {
      names.insert(file)
    }
    if digest.hex(of: KeptFile.part) != nil {
      names.formUnion([KeptFilesList.name, KeptFile.folder])
    }
    return try DurableFiles.names(in: path).filter { !names.contains($0) }
  }

  /// Reads and checks the metrics and digests alone; the larger parts stay unread.
  func readSummary(
    withPreimage: Bool = true
  ) throws(StoreError) -> (metrics: [String: Double], digest: RecordDigest) {
    if withPreimage { _ = try readPreimageText() }
    let text = try text(of: RecordFile.record)
    let json: JSONValue
    do { json = try JSONValue(text: text) } catch {
      throw damage(RecordFile.record, nil, "is not JSON at \(error)")
    }
    guard json["format"]?.string == Self.format else {
      throw damage(RecordFile.record, "format", "is not '\(Self.format)'")
    }
    guard json["key"]?.string == key.hex else {
      throw damage(RecordFile.record, "key", "is not the key of this run")
    }
    var metrics: [String: Double] = [:]
    for member in json["metrics"]?.members ?? [] {
      guard StoredText.isName(member.name) else {
        throw damage(RecordFile.record, nil, "has a metric without a valid name")
      }
      guard let value = member.value.double, StoredNumber.isMetric(value) else {
        throw damage(
          RecordFile.record, "metric.\(member.name)", "is not \(StoredNumber.metricWords)")
      }
      metrics[member.name] = value
    }
    var parts: [RecordDigest.Part] = []
    for member in json["parts"]?.members ?? [] {
      guard StoredText.isName(member.name) else {
        throw damage(RecordFile.record, nil, "has a part without a valid name")
      }
      guard let hex = member.value.string, Digest.isHex(hex) else {
        throw damage(RecordFile.record, "the digest of \(member.name)", "is not a digest")
      }
      parts.append(.init(name: member.name, hex: hex))
    }
    let stored = RecordDigest(parts: parts)
    var digest = stored
    if !stored.isOf(metrics) {
      digest = RecordDigest(metrics: metrics, otherParts: stored.otherParts)
      try compare(digest, with: stored)
    }
    guard stored.all == json["digest"]?.string else {
      throw damage(RecordFile.record, "the digest over all", "does not match its parts")
    }
    guard CanonicalText.same(text, Self.text(of: key, metrics, digest)) else {
      throw damage(RecordFile.record, nil, "was altered: it is not written as labbook writes it")
    }
    return (metrics, digest)
  }

  /// Reads the preimage and checks that the key is its digest.
  func readPreimage() throws(StoreError) -> RunPreimage {
    let text = try readPreimageText()
    do { return try RunPreimage(text: text) } catch {
      throw damage(RecordFile.preimage, nil, "is not a preimage: \(error)")
    }
  }

  private func readPreimageText() throws(StoreError) -> String {
    let text = try text(of: RecordFile.preimage)
    guard Digest.hex(of: text) == key.hex else {
      throw damage(RecordFile.preimage, nil, "was altered: it is not the preimage of the key")
    }
    return text
  }

  /// Reads the provenance and checks it, if it has a digest; `nil` if there is none.
  func readProvenance() throws(StoreError) -> Provenance? {
    guard let bytes = try bytesIfPresent(RecordFile.provenance) else {
      // The two are written together.
      guard hasProvenanceDigest else { return nil }
      throw damage(RecordFile.provenance, nil, "is missing")
    }
    if let stated = try bytesIfPresent(RecordFile.provenanceDigest),
      stated != Array(RecordFile.provenanceDigest(of: bytes).utf8)
    {
      throw damage(RecordFile.provenance, nil, "does not match \(RecordFile.provenanceDigest)")
    }
    guard let json = try? JSONValue(bytes: bytes), let provenance = Provenance(json: json) else {
      throw damage(RecordFile.provenance, nil, "is not a provenance")
    }
    return provenance
  }
}

extension RecordFolder {
  private static func text(
    of key: RunKey, _ metrics: [String: Double], _ digest: RecordDigest
  ) -> String {
    JSONValue.object([
      .init("format", .string(format)),
      .init("key", .string(key.hex)),
      .init("metrics", .sorted(metrics.mapValues(JSONValue.number))),
      .init("parts", .object(digest.parts.map { .init($0.name, .string($0.hex)) })),
      .init("digest", .string(digest.all)),
    ]).text + "\n"
  }

  /// Compares what the metrics of `record.json` give with the digests that it states.
  private func compare(_ digest: RecordDigest, with stored: RecordDigest) throws(StoreError) {
    if let name = digest.disagreements(with: stored).first {
      throw damage(RecordFile.record, name, "does not match its digest")
    }
    let names = Set(digest.parts.map(\.name))
    let storedNames = Set(stored.parts.map(\.name))
    if let name = names.symmetricDifference(storedNames).min(by: CanonicalText.precedes) {
      throw damage(
        RecordFile.record, name, storedNames.contains(name) ? "is missing" : "has no digest")
    }
  }

  private func readCurves(
    _ file: CurvesFile, of digest: RecordDigest
  ) throws(StoreError) -> [Curve] {
    let bytes = try bytes(of: file.name)
    let blocks: [CurvesFile.Block]
    do { blocks = try file.blocks(in: bytes) } catch {
      throw damage(file.name, nil, error.problem)
    }
    for block in blocks {
      let part = file.part(of: block.curve.name)
      guard digest.hex(of: part) != nil else {
        throw damage(file.name, part, "is not a curve that \(RecordFile.record) names")
      }
      // The digest is of the points as they are written, so it covers their spelling too.
      try check(part, block.digest, digest, file.name)
    }
    let names = blocks.map(\.curve.name)
    guard zip(names, names.dropFirst()).allSatisfy(CanonicalText.precedes) else {
      throw damage(file.name, nil, "was altered: its curves are not in order")
    }
    let present = Set(names.map(file.part))
    let absent = digest.parts.map(\.name).filter {
      $0.hasPrefix(file.prefix) && !present.contains($0)
    }
    for part in absent { try check(part, Digest.hex(of: ""), digest, file.name) }
    let empty = absent.map {
      Curve(name: String($0.dropFirst(file.prefix.count)), steps: [], values: [])
    }
    return (blocks.map(\.curve) + empty).sorted { CanonicalText.precedes($0.name, $1.name) }
  }

  func check(
    _ part: String, _ hex: String, _ digest: RecordDigest, _ file: String
  ) throws(StoreError) {
    guard digest.hex(of: part) == hex else {
      throw damage(file, part, "does not match its digest")
    }
  }

  private func create(_ name: String, _ text: String) throws(StoreError) {
    try DurableFiles.create("\(path)/\(name)", Array(text.utf8), waits: false)
  }

  private func bytes(of name: String) throws(StoreError) -> [UInt8] {
    guard let bytes = try bytesIfPresent(name) else { throw damage(name, nil, "is missing") }
    return bytes
  }

  private func bytesIfPresent(_ name: String) throws(StoreError) -> [UInt8]? {
    // What is no file any more is damage, which another execution mends; a disk that fails is not.
    let (file, limit) = ("\(path)/\(name)", RecordFile.mostBytes(of: name))
    do throws(StoreError) {
      return try DurableFiles.read(file, atMost: limit)
    } catch {
      if let problem = DurableFiles.problem(with: file, atMost: limit) {
        throw damage(name, nil, problem)
      }
      throw error
    }
  }

  func text(of name: String) throws(StoreError) -> String {
    guard let text = String(validating: try bytes(of: name), as: UTF8.self) else {
      throw damage(name, nil, "was altered: it is not UTF-8")
    }
    return text
  }

  func damage(_ file: String, _ part: String?, _ problem: String) -> StoreError {
    .damaged(
      RecordDamage(run: run, key: key, file: "\(path)/\(file)", part: part, problem: problem))
  }
}

extension RecordDigest {
  /// The digest of one part.
  public func hex(of part: String) -> String? {
    var (low, high) = (0, parts.count)
    while low < high {
      let middle = (low + high) / 2
      if CanonicalText.precedes(parts[middle].name, part) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low < parts.count && parts[low].name == part ? parts[low].hex : nil
  }
}
