import CKernels

/// Returns 1 / (1 + e^−x), without overflow for any x.
public func sigmoid(_ x: Double) -> Double {
  let decay = lb_exp(-x.magnitude)
  return x >= 0 ? 1 / (1 + decay) : decay / (1 + decay)
}

/// Returns log(1 + e^x), without overflow for any x.
public func softplus(_ x: Double) -> Double {
  max(x, 0) + lb_log1p(lb_exp(-x.magnitude))
}
