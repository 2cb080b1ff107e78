import ExperimentRunner
import ExperimentSpec
import ExternalTrainers
import Foundation
import ReportBuilder
import ResultStore

/// The runs that a lab needs in its store: those of every lock at the tip of any git reference and in its folder, and
/// those that its experiments plan now.
struct LabNeeds {
  private(set) var needs = StoreNeeds()
  /// A sentence for each file that cannot be read: what it needs is not known.
  private(set) var unread: [String] = []
  /// How many versions of locks were read.
  private(set) var locks = 0
  /// Whether git holds the lab.
  private(set) var isInGit = true

  /// Reads the locks and experiments of `lab`.
  init(of lab: Lab) {
    let (read, problems) = Week.locks(in: lab)
    for (_, lock) in read { add(lock) }
    unread += problems.map(Self.words(of:))
    for folder in lab.weeks.withoutNotebook {
      do throws(ReportFailure) {
        if let lock = try folder.lock() { add(lock) }
      } catch {
        unread.append(Self.words(of: error))
      }
    }
    let specs = lab.loadSpecs()
    for experiment in specs.experiments {
      for arm in Vocabulary.labbook.preimages(of: experiment).values {
        needs.planned.formUnion(experiment.seeds.map { arm.run(seed: $0).key })
      }
    }
    for spec in specs.broken {
      unread.append(spec.error.issues.first.map(\.description) ?? spec.path)
    }
    let root = lab.root.path(percentEncoded: false)
    do throws(InputProblem) {
      let versions = try GitVersions(
        ofFilesCalled: WeekFolder.lockName, in: lab.reports.lastPathComponent, ofLab: root)
      isInGit = versions != nil
      for version in versions?.versions ?? [] { add(version) }
      unread += (versions?.unread ?? []).map { "the lab \($0)" }
    } catch {
      unread.append("the lab \(error.words)")
    }
  }

  /// The first line of an error, without the word that is put before it.
  private static func words(of error: any Error) -> String {
    let line = "\(error)".split(separator: "\n").first.map(String.init) ?? "\(error)"
    return line.hasPrefix("error: ") ? String(line.dropFirst("error: ".count)) : line
  }

  private mutating func add(_ version: GitVersions.Version) {
    guard let text = String(validating: version.content, as: UTF8.self) else {
      return unread.append("\(version.name): error: it is not UTF-8")
    }
    do throws(LockError) {
      add(try Lock(text: text, path: version.name))
    } catch {
      unread.append("\(error)")
    }
  }

  private mutating func add(_ lock: Lock) {
    locks += 1
    needs.locked.formUnion(lock.runs.compactMap { RunKey(hex: $0.run.key) })
  }
}
