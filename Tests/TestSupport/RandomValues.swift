/// SplitMix64 (Steele, Lea, Flood 2014): reproducible input for properties that must always hold.
public struct RandomValues {
  private var state: UInt64

  /// Begins at `state`; equal states give equal values.
  public init(state: UInt64) { self.state = state }

  /// The next 64 bits.
  public mutating func bits() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A number in `0..<count`.
  public mutating func index(below count: Int) -> Int { Int(bits() % UInt64(count)) }

  /// Any number that a metric may be, subnormal ones and both zeros included.
  public mutating func finiteNumber() -> Double {
    while true {
      let value = Double(bitPattern: bits())
      if value.magnitude <= 1e300 { return value }
    }
  }

  /// Up to 12 scalars, troublesome ones included.
  public mutating func text() -> String {
    let scalars: [Unicode.Scalar] = [
      "a", "b", "Z", "0", " ", "=", "\\", "\n", "\r", "\t", "\"", "{", "}", "u", ".", "é", "e",
      "\u{301}", "\u{0}", "\u{7F}", "\u{85}", "\u{2028}", "\u{FEFF}", "😀", ",", "-",
    ]
    var text = ""
    for _ in 0..<index(below: 13) {
      text.unicodeScalars.append(scalars[index(below: scalars.count)])
    }
    return text
  }
}
