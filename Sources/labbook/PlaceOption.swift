import ArgumentParser
import Cluster
import ExperimentRunner
import ExperimentSpec

/// Where runs are executed.
struct PlaceOption: ParsableArguments {
  @Option(
    name: .customLong("on"),
    help: ArgumentHelp(
      "Where runs are executed: local, slurm, or a profile of labbook.yaml.", valueName: "place"))
  var place = LabSettings.localProfile

  @Flag(help: "With --on slurm: follow the jobs until they are over.")
  var wait = false

  @Flag(help: "With --on slurm: print the scripts, and submit nothing.")
  var dryRun = false

  func validate() throws {
    guard place == LabSettings.localProfile else {
      if wait, dryRun { throw ValidationError("Give --wait or --dry-run, not both.") }
      return
    }
    for (name, isGiven) in [("--wait", wait), ("--dry-run", dryRun)] where isGiven {
      throw ValidationError("\(name) is for runs on a cluster, such as --on slurm.")
    }
  }

  /// Whether runs are executed by this process.
  var isLocal: Bool { place == LabSettings.localProfile }

  /// The settings of the cluster that was named.
  ///
  /// - Throws: ``UnknownName`` if there is none of that name, and the problems of `labbook.yaml`.
  func cluster(in lab: Lab) throws -> ClusterSettings {
    let settings = try lab.settings()
    guard let cluster = settings.cluster(named: place) else {
      throw UnknownName("place", place, among: settings.places)
    }
    return cluster
  }

  /// Refuses what only means something where this process executes the runs.
  func refuse(jobs: JobsOption, force: Bool = false) throws {
    guard !isLocal else { return }
    if jobs.jobs != nil {
      throw ValidationError(
        "--jobs is for runs on this machine; on a cluster 'cpus' in \(LabSettings.file) says how many workers a task has."
      )
    }
    if force {
      throw ValidationError("--force is for runs on this machine.")
    }
  }
}
