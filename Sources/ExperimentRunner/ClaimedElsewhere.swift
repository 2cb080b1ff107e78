internal import ResultStore

/// The runs that other processes have claimed, as one execution sees them.
struct ClaimedElsewhere {
  /// How often claims are looked at and renewed.
  private static let interval = Duration.milliseconds(200)

  /// This machine's own clock, for durations alone; it stands still while the machine sleeps.
  private let clock = SuspendingClock()
  /// The last pulse of each, and since when it stands still.
  private var pulses: [RunKey: (pulse: [UInt8], since: SuspendingClock.Instant)] = [:]
  /// The runs that were found claimed since the last look.
  private var known: Set<RunKey> = []
  private var lastLook: SuspendingClock.Instant?
  private var looks = 0
  private var isAnnounced = false

  /// Renews the claims of this execution and forgets which others were found, unless that was just done.
  mutating func renew(_ own: [RunClaim]) {
    let now = clock.now
    if let lastLook, now - lastLook < Self.interval { return }
    lastLook = now
    looks += 1
    known = []
    // Patience is of many seconds, so a write every two of them is enough.
    if looks % 10 == 0 { for claim in own { claim.renew(looks) } }
  }

  /// Whether a run was found claimed since the last look.
  func isKnown(_ key: RunKey) -> Bool { known.contains(key) }

  /// Whether the holder of a claim goes on: its pulse has changed within `patience`.
  mutating func isAlive(_ key: RunKey, pulse: [UInt8], patience: Duration) -> Bool {
    let now = clock.now
    if let last = pulses[key], last.pulse == pulse, now - last.since >= patience { return false }
    if pulses[key]?.pulse != pulse { pulses[key] = (pulse, now) }
    known.insert(key)
    return true
  }

  /// Whether it is still to be said that this execution waits for others; true once.
  var isToBeAnnounced: Bool {
    mutating get {
      guard !isAnnounced, !known.isEmpty else { return false }
      isAnnounced = true
      return true
    }
  }
}
