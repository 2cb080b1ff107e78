/// The way in which a result came to be that labbook's own engine did not compute.
///
/// It says of a record: these numbers came out once, on the machine that its provenance names. It is a part of the
/// record's digest, so that nobody turns one way into the other unseen, and is no part of what results are compared by.
public enum Observation: String, CaseIterable, Hashable, Sendable {
  /// labbook executed the command and saw its inputs, before and after.
  case observed
  /// The output was there already; that it came from these inputs is somebody's word.
  case imported

  /// The name of the part.
  static let part = "observation"

  /// The digest of the part.
  var hex: String { Digest.hex(of: rawValue + "\n") }

  /// The way that a part stands for, by its digest or the first digits of it; nil if it is none.
  init?(hex: String) {
    guard let known = Self.allCases.first(where: { !hex.isEmpty && $0.hex.hasPrefix(hex) }) else {
      return nil
    }
    self = known
  }
}

extension RunPreimage {
  /// The field that only runs of external trainers have.
  package static let trainerField = "trainer"
  /// The field that names the axis of its curves, where that is not the step.
  package static let trainerAxisField = "trainer.axis"

  /// Whether an external trainer makes the run, so that its record is an observation.
  public var isObserved: Bool { fields[Self.trainerField] != nil }
}

extension ArmPreimage {
  /// Whether an external trainer makes the arm's runs, so that their records are observations.
  public var isObserved: Bool { fields[RunPreimage.trainerField] != nil }
}

extension LockedRun {
  /// How the result came to be; nil where the engine computed it.
  public var observation: Observation? {
    part(Observation.part).flatMap(Observation.init(hex:))
  }
}
