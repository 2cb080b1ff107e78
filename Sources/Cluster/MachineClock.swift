internal import Glibc
internal import ResultStore

/// The clock of this machine since it was started, which nobody sets.
enum MachineClock {
  /// The name of the clock: another machine, and this one after its next start, have another.
  static var name: String {
    let bytes = ((try? DurableFiles.read("/proc/sys/kernel/random/boot_id")) ?? nil) ?? []
    return String(decoding: bytes, as: UTF8.self).filter { !$0.isNewline }
  }

  /// Seconds since the machine was started, its sleep included.
  static var seconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_BOOTTIME, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
