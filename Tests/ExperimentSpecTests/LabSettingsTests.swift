import ExperimentSpec
import Testing

/// `labbook.yaml`: where records are and where runs are executed.
@Suite struct LabSettingsTests {
  private static func load(_ text: String) throws -> LabSettings {
    try loadLabSettings(in: SpecFiles([LabSettings.file: text]))
  }

  private static func problems(_ text: String) -> [String] {
    do {
      _ = try load(text)
      return []
    } catch { return "\(error)".split(separator: "\n").map(String.init) }
  }

  @Test func `a lab without the file, or with one that says nothing, has the defaults`() throws {
    #expect(try loadLabSettings(in: SpecFiles([String: String]())) == LabSettings())
    for text in ["", "\n", "# a lab\n", "---\n"] { #expect(try Self.load(text) == LabSettings()) }
    #expect(LabSettings().places == ["local", "slurm"])
    #expect(LabSettings().cluster(named: "local") == nil)
  }

  @Test func `every key is read, and a profile has the cluster's settings below its own`() throws {
    let settings = try Self.load(
      """
      store: /shared/records
      remotes: {group: "s3:bucket/labbook", disk: /mnt/disk}
      slurm:
        partition: main
        account: ab-123
        qos: normal
        time: 4h
        cpus: 4
        memory: 8GB
        share: 10min
        modules: [gcc/13.2, openblas]
        container: images/labbook.sif
        options: [--constraint=avx512, --exclusive]
      profiles:
        gpu: {partition: gpu, time: 1d12h, modules: [cuda/12]}
        plain:
      """)
    #expect(settings.store == "/shared/records")
    #expect(settings.remotes == ["group": "s3:bucket/labbook", "disk": "/mnt/disk"])
    #expect(settings.places == ["local", "slurm", "gpu", "plain"])
    var cluster = ClusterSettings()
    cluster.partition = "main"
    cluster.account = "ab-123"
    cluster.qos = "normal"
    cluster.time = 4 * 3600
    cluster.cpus = 4
    cluster.memory = 8_000_000_000
    cluster.share = 600
    cluster.modules = ["gcc/13.2", "openblas"]
    cluster.container = "images/labbook.sif"
    cluster.options = ["--constraint=avx512", "--exclusive"]
    #expect(settings.slurm == cluster)
    #expect(settings.cluster(named: "slurm") == cluster)
    #expect(settings.cluster(named: "plain") == cluster)
    cluster.partition = "gpu"
    cluster.time = 36 * 3600
    cluster.modules = ["cuda/12"]
    #expect(settings.cluster(named: "gpu") == cluster)
  }

  @Test func `profiles have the cluster's settings wherever these stand in the file`() throws {
    let settings = try Self.load("profiles: {gpu: {cpus: 8}}\nslurm: {partition: main}\n")
    #expect(settings.profiles["gpu"]?.partition == "main")
    #expect(settings.profiles["gpu"]?.cpus == 8)
  }

  @Test func `all mistakes are told at their places, with what was expected and the nearest name`()
  {
    let problems = Self.problems(
      """
      stores: /shared
      store: [a]
      remotes: {"a b": x, c: -x}
      slurm: {partitions: main, time: 10, cpus: 0, memory: 4, share: 2d, account: "a; rm"}
      profiles: {local: {}, slurm: {}, gpu: [1]}
      """)
    #expect(
      problems == [
        "labbook.yaml:1:1: error: stores is not a known key; did you mean 'store'?",
        "labbook.yaml:2:8: error: store must be a folder, absolute or from the lab's folder, got 'a list'",
        "labbook.yaml:3:11: error: remotes.a b must be made of letters, digits, '_', '+' and '-', got 'a b'",
        "labbook.yaml:3:24: error: remotes.c must be an address of rclone, such as 's3:bucket/labbook', or a folder, got '-x'",
        "labbook.yaml:4:9: error: slurm.partitions is not a known key; did you mean 'partition'?",
        "labbook.yaml:4:33: error: slurm.time must be a time such as 30min, 4h or 1d12h, a minute at least, got '10'",
        "labbook.yaml:4:43: error: slurm.cpus must be a whole number in 1...1024, got 0",
        "labbook.yaml:4:54: error: slurm.memory must be an amount of memory such as 512MB or 4GB, got '4'",
        "labbook.yaml:4:64: error: slurm.share must be a time of 1s to 1d, such as 20min, got '2d'",
        "labbook.yaml:4:77: error: slurm.account must be a name of letters, digits, '_', '.', ',', '+' and '-', got 'a; rm'",
        "labbook.yaml:5:12: error: profiles.local must be another name, for 'local' is this machine, got 'local'",
        "labbook.yaml:5:23: error: profiles.slurm must be another name, for 'slurm' stands at the top of the file, got 'slurm'",
        "labbook.yaml:5:39: error: profiles.gpu must be a mapping with settings of the cluster, got 'a list'",
      ])
    #expect(
      Self.problems("- a\n") == [
        "labbook.yaml:1:1: error: the file must be a mapping with store, remotes, slurm and profiles, or empty, got 'a list'"
      ])
    #expect(
      Self.problems("store: a\nstore: b\n").first?.hasPrefix(
        "labbook.yaml:2:1: error: store is given twice") == true)
  }

  @Test func `options that labbook sets itself, or that a key says, are refused`() {
    #expect(
      Self.problems("slurm: {options: [--array=1-9, --partition=x, -p, '--comment=a b', --wrap]}")
        == [
          "labbook.yaml:1:19: error: slurm.options[0] must be none of the options that labbook sets itself, got '--array=1-9'",
          "labbook.yaml:1:32: error: slurm.options[1] must be none of what the key 'partition' says, got '--partition=x'",
          "labbook.yaml:1:47: error: slurm.options[2] must be an option in its long form, such as --constraint=avx512, got '-p'",
          "labbook.yaml:1:51: error: slurm.options[3] must be an option in its long form, such as --constraint=avx512, got '--comment=a b'",
          "labbook.yaml:1:68: error: slurm.options[4] must be none of the options that labbook sets itself, got '--wrap'",
        ])
  }

  @Test(arguments: ["arr=0-3", "outp=x", "no-req", "cluster=a", "acc=b", "he"])
  func `the beginning of an option's name is the option for sbatch, and is refused as such`(
    option: String
  ) {
    let problems = Self.problems("slurm: {options: [--\(option)]}")
    #expect(
      problems.count == 1 && problems[0].contains("must be an option that is written out"),
      "\(problems)")
  }

  @Test func `options whose names others begin with are taken`() {
    #expect(
      Self.problems("slurm: {options: [--export=NONE, --mem-bind=local, --time-min=5]}") == [])
  }

  @Test func `names that begin like an option are refused`() {
    #expect(
      Self.problems("profiles: {--wait: {}}") == [
        "labbook.yaml:1:12: error: profiles.--wait must be made of letters, digits, '_', '+' and '-', got '--wait'"
      ])
  }

  @Test(arguments: [
    "slurm: {container: \"a\\nb\"}", "slurm: {modules: [\"a\\nrm\"]}", "slurm: {modules: [$(rm)]}",
    "store: \"a\\u0000b\"", "slurm: {options: [\"--a\\nb\"]}",
  ])
  func `nothing that could begin another line of a script is taken`(text: String) {
    #expect(Self.problems(text).count == 1)
  }
}
