import ReportBuilder
import Statistics
import Testing

@Suite struct NumberTextTests {
  @Test(arguments: [
    (487.26, 1, "487.3"), (0.0625, 3, "0.063"), (-12.5, 0, "−13"),
    (1_234_567.891, 2, "1,234,567.89"),
    (-0.0004, 3, "0.000"), (0, 2, "0.00"), (999.96, 1, "1,000.0"), (5, 3, "5.000"),
  ])
  func `a number has exactly the digits asked for`(value: Double, decimals: Int, text: String) {
    #expect(NumberText.fixed(value, decimals: decimals) == text)
  }

  @Test func `numbers that are not finite have a name`() {
    #expect(NumberText.fixed(.nan, decimals: 1) == "NaN")
    #expect(NumberText.fixed(.infinity, decimals: 1) == "∞")
    #expect(NumberText.fixed(-.infinity, decimals: 1) == "−∞")
  }

  @Test(arguments: [
    (-0.0061, -0.00021, 3, [0], "[−0.006, −0.0002]"), (-0.0061, 0, 3, [0], "[−0.006, 0.000]"),
    (0.00004, 0.00004, 3, [0], "[0.00004, 0.00004]"), (-0.0061, -0.00021, 3, [], "[−0.006, 0.000]"),
    (-9.98, 10.004, 1, [-10, 10], "[−9.98, 10.004]"), (-1e-12, 2, 1, [0], "[0.0, 2.0]"),
    (-3, 0.4, 0, [0], "[−3, 0.4]"),
  ])
  func `the end of an interval is written as a bound only where it is one`(
    lower: Double, upper: Double, decimals: Int, bounds: [Double], text: String
  ) {
    #expect(
      NumberText.interval(
        ConfidenceInterval(lower: lower, upper: upper), decimals: decimals, apartFrom: bounds)
        == text)
  }

  @Test(arguments: [
    (500.0, 1), (1000, 0), (100_000, 0), (50, 2), (1, 3), (0.5, 4), (0.001, 6), (0, 3),
  ])
  func `the scale of a number decides how many digits it shows`(scale: Double, decimals: Int) {
    #expect(NumberText.decimals(forScale: scale) == decimals)
  }

  @Test(arguments: [
    (1.23456e11, "1.235 × 10¹¹"), (9.9996e9, "1.000 × 10¹⁰"), (-2.5e-7, "−2.500 × 10⁻⁷"),
    (1e-300, "1.000 × 10⁻³⁰⁰"), (1e15, "1.000 × 10¹⁵"),
  ])
  func `numbers of any size have a power of ten`(value: Double, text: String) {
    #expect(NumberText.scientific(value) == text)
  }

  @Test func `small probabilities are only said to be small`() {
    #expect(NumberText.pValue(0.0117) == "0.012")
    #expect(NumberText.pValue(0.0005) == "0.001")
    #expect(NumberText.pValue(0.0004) == "< 0.001")
    #expect(NumberText.pEquals(1) == "p = 1.000")
    #expect(NumberText.pEquals(0.0001) == "p < 0.001")
  }
}
