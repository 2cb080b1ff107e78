/// The architecture on which the same run key promises the same bits.
///
/// A lock does not name it: labbook makes records on no other. A program that was ported to another one would compare
/// bits that nobody promised.
public enum PromisedArchitecture {
  private static let name = "x86_64"

  /// The architecture that this program was compiled for.
  public static var ofThisProgram: String {
    #if arch(x86_64)
      "x86_64"
    #elseif arch(arm64)
      "arm64"
    #else
      "another architecture"
    #endif
  }

  /// The sentence that says why a program cannot compare bits with records; nil if it can.
  public static func objection(to architecture: String = ofThisProgram) -> String? {
    guard architecture != name else { return nil }
    return
      "records are of \(name), this labbook is for \(architecture), and bits are promised within one architecture "
      + "alone, so that nothing was compared; verify on \(name)"
  }
}
