internal import Foundation
internal import ResultStore

/// A GPU of this machine that one run has for itself, among all labs and processes of labbook; it ends with this value.
package struct GPUClaim {
  /// Its name in `CUDA_VISIBLE_DEVICES`.
  package let device: String
  private let claim: RunClaim

  private init?(_ device: String) {
    let name = Self.name(of: device, in: ProcessInfo.processInfo.environment)
    guard let claim = RunClaim.ofDevice(name) else { return nil }
    self.device = device
    self.claim = claim
  }

  /// The variables in which schedulers name the job of a process, and its task.
  private static let jobs = [
    "SLURM_JOB_ID", "PBS_JOBID", "LSB_JOBID", "LSB_JOBINDEX", "JOB_ID", "SGE_TASK_ID",
  ]

  /// The name that a device is claimed by on this machine.
  ///
  /// A scheduler hands out GPUs itself, and each of its jobs may know its own one as device 0.
  package static func name(of device: String, in environment: [String: String]) -> String {
    ([device] + jobs.compactMap { environment[$0] }).map { text in
      String(text.map { $0.isLetter || $0.isNumber ? $0 : "-" })
    }.joined(separator: "-")
  }

  /// Claims as many of some GPUs as are asked for.
  ///
  /// - Returns: The claims; nil if others have too many of them.
  package static func claims(_ count: Int, of devices: [String]) -> [GPUClaim]? {
    var claims: [GPUClaim] = []
    for device in devices where claims.count < count {
      if let claim = GPUClaim(device) { claims.append(claim) }
    }
    return claims.count == count ? claims : nil
  }
}
