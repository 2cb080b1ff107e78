internal import Foundation
public import ResultStore

/// The experiments of a lab as its specs had them when they were last read, kept in the store's folder.
///
/// They hold for as long as every file that was read is what it was, byte by byte, and no spec has come: then they are
/// read from the form of a lock without runs, in a fraction of the time that it takes to read and resolve specs. They
/// are not believed by another build of the program, and may be deleted at any time. Specs with a warning, which is to
/// be told each time, and those of external trainers, which depend on the state of their inputs, are never kept.
public struct RememberedPlan: Sendable {
  /// In order of their names.
  public let experiments: [PlannedExperiment]
  /// The paths of all files that the specs were read from, relative to the lab.
  public let files: [String]

  private static let header = "labbook plan 1, program "

  /// Reads what is kept; nil if nothing is kept, or it does not hold any more.
  ///
  /// - Parameters:
  ///   - store: The lab's store.
  ///   - lab: The lab's folder.
  ///   - program: What tells this build of the program from others.
  ///   - specs: The paths of the specs that there are now, relative to the lab.
  ///   - sealed: What the command has read already.
  public init?(
    in store: ResultStore, lab: String, program: String, specs: [String], sealed: SealedFiles
  ) {
    guard let bytes = (try? DurableFiles.read(Self.path(in: store), atMost: FileSize.most)) ?? nil,
      let text = String(validating: bytes, as: UTF8.self),
      let start = text.utf8.firstIndex(of: UInt8(ascii: "{"))
    else { return nil }
    let lines = text[..<start].split(separator: "\n")
    guard lines.first.map({ $0 == Self.header + program }) == true else { return nil }
    var files: [String: String] = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: " ", maxSplits: 1)
      guard parts.count == 2 else { return nil }
      files[String(parts[1])] = String(parts[0])
    }
    guard specs.allSatisfy({ files[$0] != nil }),
      files.allSatisfy({ Self.digest(of: $0, lab: lab, sealed) == $1 }),
      let lock = try? Lock(text: String(text[start...]), path: "")
    else { return nil }
    self.files = files.keys.sorted()
    experiments = lock.experiments.map { experiment in
      let seeds = lock.plan(experiment.name)?.seeds ?? []
      return PlannedExperiment(
        name: experiment.name, question: experiment.question, metric: experiment.metric,
        varied: experiment.varied,
        arms: experiment.arms.map { arm in
          PlannedExperiment.Arm(
            label: arm.label, title: arm.title, isStage: arm.isStage, identity: arm.identity,
            seeds: seeds)
        })
    }
  }

  /// Keeps the experiments of a lab, if they can be kept.
  ///
  /// - Parameters:
  ///   - experiments: All of the lab, without those that may not be kept; nil to forget.
  ///   - files: The paths of all files that they were read from, relative to the lab.
  ///   - store: The lab's store.
  ///   - lab: The lab's folder.
  ///   - program: What tells this build of the program from others.
  ///   - sealed: What the command has read.
  public static func keep(
    _ experiments: [PlannedExperiment]?, files: [String], in store: ResultStore, lab: String,
    program: String, sealed: SealedFiles
  ) {
    guard let experiments, experiments.allSatisfy(\.isKept) else {
      return DurableFiles.removeFile(path(in: store))
    }
    let text = text(of: experiments)
    // A stage that is another experiment's is not in this form.
    guard let lock = try? Lock(text: text, path: ""),
      zip(lock.experiments, experiments).allSatisfy({ $0.hasKeys(of: $1) })
    else { return }
    let lines = files.compactMap { name in
      digest(of: name, lab: lab, sealed).map { "\($0) \(name)" }
    }
    guard lines.count == files.count else { return }
    let head = ([header + program] + lines).joined(separator: "\n") + "\n"
    // Whatever keeps it from being written costs time and no result.
    try? DurableFiles.createFolder(store.root.path(percentEncoded: false))
    try? store.replaceFile(path(in: store), Array((head + text).utf8))
  }

  private static func text(of experiments: [PlannedExperiment]) -> String {
    Lock(
      experiments: experiments.map { experiment in
        LockedExperiment(
          name: experiment.name, question: experiment.question, metric: experiment.metric,
          varied: experiment.varied,
          arms: experiment.arms.map { arm in
            LockedArm(
              label: arm.label, title: arm.title, isStage: arm.isStage, identity: arm.identity,
              runs: [])
          })
      },
      plans: experiments.map(\.plan)
    ).text(in: .byArm)
  }

  private static func path(in store: ResultStore) -> String {
    let root = store.root.path(percentEncoded: false)
    return root.hasSuffix("/") ? root + "plan" : root + "/plan"
  }

  private static func digest(of name: String, lab: String, _ sealed: SealedFiles) -> String? {
    let files = NamedFiles(folder: lab, sealed: sealed)
    guard let bytes = (try? files.content(of: name)) ?? nil else { return nil }
    return Digest.hex(of: bytes)
  }
}

extension PlannedExperiment {
  /// Whether the form of a lock without runs holds all of it.
  fileprivate var isKept: Bool {
    let seeds = plan.seeds
    return stated.isEmpty && !seeds.isEmpty
      && arms.allSatisfy { !$0.identity.isObserved && $0.seeds == seeds }
  }
}

extension LockedExperiment {
  /// Whether its arms have the keys of those of `planned`.
  fileprivate func hasKeys(of planned: PlannedExperiment) -> Bool {
    name == planned.name && arms.count == planned.arms.count
      && zip(arms, planned.arms).allSatisfy { arm, plan in
        arm.label == plan.label
          && plan.seeds.first.map { arm.identity.key(seed: $0) == plan.identity.key(seed: $0) }
            ?? false
      }
  }
}
