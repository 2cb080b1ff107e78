import Settings
import Testing

@Suite struct NumberTextTests {
  @Test(
    arguments: [
      ("0", 0), ("-0", 0), ("+7", 7), ("-12", -12), ("100_000", 100_000), ("1e5", 100_000),
      ("100000.0", 100_000), ("1.5e3", 1500), ("1E+2", 100), ("20_00e-1", 200),
      ("9223372036854775807", Int.max), ("-9223372036854775808", Int.min),
    ] as [(String, Int)])
  func `whole numbers may have underscores, a sign and an exponent`(text: String, value: Int) {
    #expect(NumberText.integer(text) == value)
  }

  @Test(arguments: [
    "", " ", "1.5", "1e-1", "010", "00", "0x10", "0b1", "1:30", "_1", "1_", "1__0", "1,000", "ten",
    "yes", "1 ", " 1", "--1", "+-1", "1e", "e5", ".", "9223372036854775808", "1e19", "1e400",
    ".inf",
    ".nan", "nan", "inf", "٣", "1２",
  ])
  func `anything else is no whole number`(text: String) {
    #expect(NumberText.integer(text) == nil)
  }

  @Test(
    arguments: [
      ("0.1", 0.1), ("1.10", 1.1), (".5", 0.5), ("5.", 5), ("1e-4", 1e-4), ("1E-4", 1e-4),
      ("0.000_1", 1e-4), ("100_000", 1e5), ("-2.5e+3", -2500),
      ("1.7976931348623157e308", 1.7976931348623157e308),
      ("5e-324", .leastNonzeroMagnitude), ("0e999", 0), ("0.0", 0),
    ] as [(String, Double)])
  func `numbers may have a fraction and an exponent`(text: String, value: Double) {
    #expect(NumberText.number(text) == value)
  }

  @Test(arguments: [
    "", ".inf", "-.inf", ".NaN", "inf", "Infinity", "nan", "1e309", "-1e309", "1e-400", "0x1p3",
    "01.5", "1.5.2", "1._5", "1e5_", "1e0.5", "2026-11-22", "1:30", "~", "null", "true",
  ])
  func `overflow, underflow, infinity and NaN are no numbers`(text: String) {
    #expect(NumberText.number(text) == nil)
  }

  @Test func `minus zero is zero, sign and all`() throws {
    let value = try #require(NumberText.number("-0.0"))
    #expect(value.sign == .plus)
  }
}
