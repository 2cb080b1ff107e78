internal import ResultStore

/// A GPU of this machine that one run has for itself, among all labs and processes of labbook; it ends with this value.
struct GPUClaim {
  /// Its name in `CUDA_VISIBLE_DEVICES`.
  let device: String
  private let claim: RunClaim

  private init?(_ device: String) {
    let name = String(device.map { $0.isLetter || $0.isNumber ? $0 : "-" })
    guard let claim = RunClaim.ofDevice(name) else { return nil }
    self.device = device
    self.claim = claim
  }

  /// Claims as many of some GPUs as are asked for.
  ///
  /// - Returns: The claims; nil if others have too many of them.
  static func claims(_ count: Int, of devices: [String]) -> [GPUClaim]? {
    var claims: [GPUClaim] = []
    for device in devices where claims.count < count {
      if let claim = GPUClaim(device) { claims.append(claim) }
    }
    return claims.count == count ? claims : nil
  }
}
