/// A key of `labbook.yaml`, with its places and its meaning.
public struct LabKey: Hashable, Sendable {
  /// The mappings of the file whose keys are not names.
  public enum Place: String, CaseIterable, Hashable, Sendable {
    /// The file itself.
    case lab = "labbook.yaml"
    /// The mapping `slurm`, and each profile.
    case cluster = "slurm, a profile"
  }

  /// The key as it is written.
  public let name: String
  /// One sentence that says what it is, for documentation.
  public let documentation: String
  /// The mapping that it stands in.
  public let place: Place

  private init(_ name: String, _ documentation: String, _ place: Place) {
    self.name = name
    self.documentation = documentation
    self.place = place
  }

  /// Every key, in the order of documentation.
  public static let all: [LabKey] = [
    .init(
      "store", "The folder of records, absolute or from the lab's folder; `.labbook` by default.",
      .lab),
    .init("remotes", "Addresses of other stores as rclone writes them, under names.", .lab),
    .init(
      "slurm",
      "The settings of the cluster: those of `--on slurm`, and of every profile that has no own.",
      .lab),
    .init(
      "profiles", "Settings of the cluster under further names, such as `gpu` for `--on gpu`.", .lab
    ),
    .init("partition", "The group of nodes that jobs wait for.", .cluster),
    .init("account", "The account that the time is charged to.", .cluster),
    .init("qos", "The quality of service.", .cluster),
    .init(
      "time",
      "The longest that a task may take, such as `4h`; by default three times what it is estimated to take, an hour at least.",
      .cluster),
    .init("cpus", "The processors of a task, each with a worker; 1 by default.", .cluster),
    .init("memory", "The memory of a task, such as `4GB`.", .cluster),
    .init("share", "How long a task is to take, such as `20min`, which is the default.", .cluster),
    .init("modules", "The environment modules that are loaded first, as a list.", .cluster),
    .init("container", "The path of an image that Apptainer starts labbook in.", .cluster),
    .init(
      "options", "Further options of `sbatch`, as a list, such as `--constraint=avx512`.", .cluster),
  ]

  /// The names of the keys of a place.
  static func names(in place: Place) -> [String] {
    all.filter { $0.place == place }.map(\.name)
  }
}
