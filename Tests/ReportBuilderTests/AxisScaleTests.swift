import ReportBuilder
import Testing

@Suite struct AxisScaleTests {
  @Test func `ends and ticks are round numbers`() {
    let scale = AxisScale(covering: [12, 487])
    #expect(scale.lower == 0)
    #expect(scale.upper == 500)
    #expect(scale.ticks == [0, 100, 200, 300, 400, 500])
  }

  @Test func `an axis does not leave what the quantity can be`() {
    let scale = AxisScale(covering: [9, 499.5], limits: 0...500)
    #expect(scale.upper == 500)
    #expect(AxisScale(covering: [0.31, 0.97], limits: 0...1).upper == 1)
  }

  @Test func `fractions are written without noise`() {
    #expect(AxisScale(covering: [0.02, 0.58]).ticks == [0, 0.2, 0.4, 0.6])
    #expect(AxisScale(covering: [-0.3, 0.31]).ticks == [-0.4, -0.2, 0, 0.2, 0.4])
  }

  @Test func `zero has no sign on an axis`() {
    for scale in [AxisScale(covering: [0, 10]), AxisScale(covering: [-10, 0])] {
      #expect(scale.ticks.contains { $0 == 0 && $0.sign == .plus })
      #expect(!scale.ticks.contains { $0 == 0 && $0.sign == .minus })
    }
  }

  @Test func `values far from zero do not drag zero along`() {
    let scale = AxisScale(covering: [470, 498])
    #expect(scale.lower == 470)
    #expect(scale.upper == 500)
  }

  @Test func `a single value gets room on both sides`() {
    let scale = AxisScale(covering: [200, 200])
    #expect(scale.lower == 180)
    #expect(scale.upper == 220)
    #expect(AxisScale(covering: []).ticks == [0, 0.2, 0.4, 0.6, 0.8, 1])
  }

  @Test func `steps end where the budget ends`() {
    let scale = AxisScale(covering: [0, 5_000, 98_304], roundEnds: false)
    #expect(scale.upper == 98_304)
    #expect(scale.ticks == [0, 20_000, 40_000, 60_000, 80_000])
  }

  @Test(arguments: [
    (123.456789, 123.46), (0.00123456, 0.0012346), (-98765.4, -98765), (1234567, 1_234_600), (0, 0),
  ])
  func `rounding keeps five digits`(value: Double, rounded: Double) {
    #expect(significant(value, digits: 5) == rounded)
  }
}
