/// The settings of a lab that no result depends on: where its records are, and where its runs are executed.
///
/// They stand in `labbook.yaml` in the lab's folder. A lab without that file, or with an empty one, has the defaults,
/// which need nothing.
public struct LabSettings: Hashable, Sendable {
  /// The folder of the store as it is written, absolute or from the lab's folder; nil for the lab's own.
  public var store: String?
  /// The addresses that rclone knows other stores by, under names.
  public var remotes: [String: String] = [:]
  /// The settings of the cluster, which hold wherever a profile has none of its own.
  public var slurm = ClusterSettings()
  /// The settings under other names, with those of ``slurm`` below them.
  public var profiles: [String: ClusterSettings] = [:]

  /// The file, in the lab's folder.
  public static let file = "labbook.yaml"
  /// The name of this machine as a place where runs are executed.
  public static let localProfile = "local"
  /// The name of the cluster with the settings of ``slurm`` alone.
  public static let slurmProfile = "slurm"

  /// Creates the settings of a lab without any.
  public init() {}

  /// The names that runs can be executed under, first those that are always there.
  public var places: [String] { [Self.localProfile, Self.slurmProfile] + profiles.keys.sorted() }

  /// The settings of the cluster under a name; nil if it is this machine, or none.
  public func cluster(named name: String) -> ClusterSettings? {
    name == Self.slurmProfile ? slurm : profiles[name]
  }
}

/// The settings of a cluster that jobs are submitted with.
public struct ClusterSettings: Hashable, Sendable {
  /// The group of nodes that jobs wait for; nil for the cluster's default.
  public var partition: String?
  /// The account that the time is charged to.
  public var account: String?
  /// The quality of service.
  public var qos: String?
  /// The longest that a task may take, in seconds; nil for three times what it is estimated to take, an hour at least.
  public var time: Int?
  /// The processors of a task, each with a worker.
  public var cpus = 1
  /// The bytes of memory of a task; nil for the cluster's default.
  public var memory: Int?
  /// The seconds that a task is cut to, as far as the durations of runs are known.
  public var share = 20 * 60
  /// The environment modules that are loaded before labbook starts.
  public var modules: [String] = []
  /// The image that Apptainer starts labbook in.
  public var container: String?
  /// Further options of `sbatch`, as they are written.
  public var options: [String] = []

  /// The seconds that shares may be cut to.
  public static let shares = 1...86_400
  /// The most processors of a task.
  public static let mostCPUs = 1024

  /// Creates the settings of a cluster that is used as it is.
  public init() {}
}
