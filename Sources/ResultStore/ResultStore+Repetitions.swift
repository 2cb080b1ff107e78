/// One more execution of a run whose record is an observation.
///
/// Nothing promises that an external trainer gives the same bits twice, so a repetition that differs is no conflict; how
/// much repetitions differ is a measurement.
public struct Repetition: Equatable, Sendable {
  /// Counted from 1, in the order in which they were kept.
  public var number: Int
  /// The metrics by name.
  public var metrics: [String: Double]
  /// The digests of all parts.
  public var digest: RecordDigest
}

extension ResultStore {
  /// The repetitions of a run beside its record, in the order in which they were kept.
  ///
  /// - Throws: ``StoreError/damaged(_:)`` for the first that is not what was written.
  public func repetitions(
    of key: RunKey, named name: String? = nil
  ) throws(StoreError) -> [Repetition] {
    var repetitions: [Repetition] = []
    for number in try repetitionNumbers(of: key) {
      let folder = RecordFolder(
        path: "\(repetitionsFolder(of: key))/\(number)", key: key, run: name)
      let (metrics, digest) = try folder.readSummary()
      repetitions.append(Repetition(number: number, metrics: metrics, digest: digest))
    }
    return repetitions
  }

  /// Takes a staged record into the store beside the one that is there, after checking every digest in it.
  ///
  /// - Parameters:
  ///   - staged: The path of the staged record, which is gone afterwards.
  ///   - key: The run that the record must belong to.
  ///   - name: The run's name for error messages.
  /// - Returns: The repetition with its number.
  /// - Throws: If the staged record is damaged or cannot be moved.
  package func keepRepetition(
    _ staged: String, of key: RunKey, named name: String? = nil
  ) throws(StoreError) -> Repetition {
    let record = try RecordFolder(path: staged, key: key, run: name).read()
    let folder = repetitionsFolder(of: key)
    try DurableFiles.createFolder(folder)
    var number = (try repetitionNumbers(of: key).last ?? 0) + 1
    // Another process may keep one at the same time.
    while try !DurableFiles.moveFolder(staged, to: "\(folder)/\(number)") { number += 1 }
    return Repetition(number: number, metrics: record.metrics, digest: record.digest)
  }

  /// The numbers of the repetitions of a run, ascending.
  func repetitionNumbers(of key: RunKey) throws(StoreError) -> [Int] {
    try DurableFiles.names(in: repetitionsFolder(of: key)).compactMap(StoredCount.number).sorted()
  }

  func repetitionsFolder(of key: RunKey) -> String { "\(path)/repetitions/\(key.hex)" }
}
