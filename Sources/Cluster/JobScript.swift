internal import ChildProcesses
public import ExperimentSpec
internal import ResultStore

/// The batch script of one array of a submission: a pure function of what it depends on.
///
/// The script looks for what it needs inside the job, since Slurm starts a job whose working folder is gone somewhere
/// else, and executes the copy of the program whose digest it holds. It waits for the program instead of becoming it:
/// Slurm sends the signal before the time limit to the script's shell alone, and after the program has left its
/// checkpoints the task is queued again, to go on from them.
public struct JobScript: Equatable, Sendable {
  /// The name of the job.
  public var name: String
  /// The numbers of the array's parts.
  public var parts: Range<Int>
  /// The most estimated seconds of processor time among them.
  public var longest: Double
  /// The resources of each run.
  public var resources: JobResources
  /// The settings of the cluster.
  public var settings: ClusterSettings
  /// The lab's folder.
  public var lab: String
  /// The folder of the submission.
  public var folder: String
  /// The digest of the program.
  public var digest: String
  /// Seconds of processor time between two checkpoints.
  public var checkpointSeconds: Double

  /// The name of the folder with what tasks print.
  package static let logs = "logs"
  /// How often a task is queued again after its time limit came, where its runs go on from checkpoints.
  private static let mostContinuations = 50

  /// Creates the script of an array.
  public init(
    of submission: Submission, array number: Int, _ settings: ClusterSettings, lab: String,
    folder: String, digest: String, checkpointSeconds: Double
  ) {
    let array = submission.arrays[number]
    name = submission.jobName(ofArray: number)
    parts = array.parts
    longest = submission.parts[array.parts].map(\.seconds).max() ?? 0
    resources = array.resources
    self.settings = settings
    self.lab = lab
    self.folder = folder
    self.digest = digest
    self.checkpointSeconds = checkpointSeconds
  }

  /// The path of the program's copy.
  public static func program(in folder: String, digest: String) -> String {
    "\(folder)/labbook-\(digest.prefix(16))"
  }

  /// The path of the file of runs.
  public static func file(in folder: String) -> String { "\(folder)/submission.json" }

  /// The path of what a task prints; `%a` in place of its number is Slurm's own pattern.
  ///
  /// - Parameters:
  ///   - first: The number of the first part of its array.
  ///   - task: The number of the task within the array.
  ///   - folder: The folder of the submission.
  /// - Returns: The path.
  static func log(first: Int, task: String, in folder: String) -> String {
    "\(folder)/\(logs)/\(first)+\(task).log"
  }

  /// The seconds that a task may take.
  public var limit: Int {
    // A trainer's own limit counts for each of its runs; the start and the storing come on top.
    if let seconds = settings.time { return seconds }
    if resources.seconds != nil { return Int(longest) + 600 }
    let workers = resources.isExternal ? 1.0 : Double(settings.cpus)
    return max(3600, Int(3 * longest / workers))
  }

  /// The seconds before the limit at which the program is told to stop; Slurm may do so half a minute earlier.
  package var warning: Int { min(120, max(10, limit / 6)) }

  /// The reason why the script cannot be written: Slurm reads paths in its options as patterns; nil if it can.
  public var objection: String? {
    for path in [lab, folder] {
      if let scalar = path.unicodeScalars.first(where: { "%\"\\\n\r".unicodeScalars.contains($0) })
      {
        return
          "Slurm takes '\(scalar == "\n" || scalar == "\r" ? "a line break" : "\(scalar)")' in a path for something else; "
          + "move the lab to a folder without it: \(path)"
      }
    }
    return nil
  }

  /// The store, which may lie outside of the lab.
  private var store: String { DurableFiles.parent(of: DurableFiles.parent(of: folder)) }

  private var options: [String] {
    var options = [
      "--job-name=\(name)", "--array=0-\(parts.count - 1)",
      "--output=\"\(Self.log(first: parts.lowerBound, task: "%a", in: folder))\"",
      "--open-mode=append", "--requeue", "--signal=B:USR1@\(warning)",
      "--time=\((limit + 59) / 60)", "--nodes=1", "--ntasks=1", "--cpus-per-task=\(settings.cpus)",
    ]
    if let memory = resources.memory ?? settings.memory {
      options.append("--mem=\((memory + (1 << 20) - 1) >> 20)M")
    }
    if resources.gpus > 0 { options.append("--gres=gpu:\(resources.gpus)") }
    if let partition = settings.partition { options.append("--partition=\(partition)") }
    if let account = settings.account { options.append("--account=\(account)") }
    if let qos = settings.qos { options.append("--qos=\(qos)") }
    return options + settings.options
  }

  /// The lines that follow the end of the program.
  private var ending: String {
    guard resources.mayResume else {
      return """
        # The trainer would begin anew each time.
        [ -z "$is_due" ] || give_up "the time limit came"
        """
    }
    return """
      # The program has stopped in order: its runs go on from their checkpoints when the task comes up again.
      # One of the tasks has the number of the whole array, so the task is named by both.
      if [ -n "$is_due" ] && [ "$code" -gt 128 ]; then
        if [ "${SLURM_RESTART_COUNT:-0}" -lt \(Self.mostContinuations) ] && scontrol requeue "${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID"; then exit 0; fi
        give_up "the time limit came, and the task cannot be queued again"
      fi
      """
  }

  /// The text of the script.
  public var text: String {
    let program = Self.program(in: folder, digest: digest)
    let start = settings.container.map { image in
      "apptainer exec --bind \(ShellWord.quoted(lab)) --bind \(ShellWord.quoted(store)) \(ShellWord.quoted(image)) "
    }
    let modules = settings.modules.map { module in
      "module load \(ShellWord.quoted(module)) || give_up \(ShellWord.quoted("the module \(module) cannot be loaded"))\n"
    }
    // Modules are a function of the login shell.
    return """
      #!/bin/bash\(settings.modules.isEmpty ? "" : " -l")
      \(options.map { "#SBATCH \($0)" }.joined(separator: "\n"))
      # Written by labbook. Task N of the array executes part \(parts.lowerBound) + N of the runs in the file.

      lab=\(ShellWord.quoted(lab))
      file=\(ShellWord.quoted(Self.file(in: folder)))
      program=\(ShellWord.quoted(program))
      digest=\(digest)
      part=$((\(parts.lowerBound) + SLURM_ARRAY_TASK_ID))

      give_up() {
        echo "labbook: part $part on $(hostname): $1" >&2
        exit 1
      }

      # Slurm's warning before the time limit comes to this shell alone; SIGTERM comes to every process of the job.
      worker= is_due=
      trap 'is_due=1; [ -z "$worker" ] || kill -USR1 "$worker"' USR1
      trap : TERM

      cd -- "$lab" || give_up "the lab $lab is not there"
      [ -r "$file" ] || give_up "the file of runs $file is not there"
      \(modules.joined())echo "$digest  $program" | sha256sum --check --status ||
        give_up "the program $program is not there, or is not the one that was submitted"

      \(start ?? "")"$program" run --from "$file" --part "$part" --lab "$lab" --jobs \(resources.isExternal ? 1 : settings.cpus) --checkpoint-every \(Self.number(checkpointSeconds)) &
      worker=$!
      while :; do
        wait "$worker"
        code=$?
        kill -0 "$worker" 2> /dev/null || break
      done

      \(ending)
      exit "$code"

      """
  }

  /// A number of seconds without digits that say nothing.
  private static func number(_ value: Double) -> String {
    value == value.rounded() ? "\(Int(value))" : "\(value)"
  }
}
