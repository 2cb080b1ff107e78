import CKernels
import Foundation
import TestSupport
import Testing

@Suite struct ExactMathTests {
  /// One function: ours, the C library's, and the largest error allowed, in doubles.
  struct Function: Sendable, CustomTestStringConvertible {
    let name: String
    let exact: @Sendable (Double) -> Double
    let library: @Sendable (Double) -> Double
    let bound: UInt64
    /// Where the grid against the C library runs.
    let range: ClosedRange<Double>
    var testDescription: String { name }
  }

  static let functions = [
    Function(
      name: "exp", exact: { lb_exp($0) }, library: { exp($0) }, bound: 1, range: -745...709),
    Function(
      name: "expm1", exact: { lb_expm1($0) }, library: { expm1($0) }, bound: 1, range: -5...5),
    Function(
      name: "log", exact: { lb_log($0) }, library: { log($0) }, bound: 1, range: 1e-3...4),
    Function(
      name: "log1p", exact: { lb_log1p($0) }, library: { log1p($0) }, bound: 1, range: -0.999...4),
    Function(
      name: "sin", exact: { lb_sin($0) }, library: { sin($0) }, bound: 1, range: -20...20),
    Function(
      name: "cos", exact: { lb_cos($0) }, library: { cos($0) }, bound: 1, range: -20...20),
    Function(
      name: "tanh", exact: { lb_tanh($0) }, library: { tanh($0) }, bound: 2, range: -3...3),
  ]

  /// How many doubles apart two finite numbers are.
  private func distance(_ a: Double, _ b: Double) -> UInt64 {
    func ordinal(_ x: Double) -> Int64 {
      let bits = Int64(bitPattern: x.bitPattern)
      return bits >= 0 ? bits : Int64.min &- bits
    }
    return ordinal(a) > ordinal(b)
      ? UInt64(ordinal(a) - ordinal(b)) : UInt64(ordinal(b) - ordinal(a))
  }

  /// Function, argument, result.
  static let specialValues: [(String, Double, Double)] = [
    ("exp", 0.0, 1.0), ("exp", -0.0, 1), ("exp", .infinity, .infinity), ("exp", -.infinity, 0),
    ("exp", 709.782712893385, .infinity), ("exp", -745.1332191019412, 0),
    ("exp", -745.1332191019411, 0x1p-1074),
    ("expm1", 0, 0), ("expm1", -0.0, -0.0), ("expm1", .infinity, .infinity),
    ("expm1", -.infinity, -1), ("expm1", 0x1p-1074, 0x1p-1074), ("expm1", -50, -1),
    ("log", 1, 0), ("log", 0, -.infinity), ("log", -0.0, -.infinity), ("log", .infinity, .infinity),
    ("log1p", 0, 0), ("log1p", -0.0, -0.0), ("log1p", -1, -.infinity),
    ("log1p", .infinity, .infinity), ("log1p", 0x1p-1074, 0x1p-1074),
    ("sin", 0, 0), ("sin", -0.0, -0.0), ("sin", 0x1p-1074, 0x1p-1074),
    ("cos", 0, 1), ("cos", -0.0, 1), ("cos", 0x1p-1074, 1),
    ("tanh", 0, 0), ("tanh", -0.0, -0.0), ("tanh", .infinity, 1), ("tanh", -.infinity, -1),
    ("tanh", 0x1p-1074, 0x1p-1074), ("tanh", 25, 1), ("tanh", -25, -1),
  ]

  @Test func `special values are exact, signs of zero included`() throws {
    for (name, x, expected) in Self.specialValues {
      let function = try #require(Self.functions.first { $0.name == name })
      #expect(function.exact(x).bitPattern == expected.bitPattern, "\(name)(\(x))")
    }
  }

  @Test func `arguments outside the domain give NaN, and so does NaN`() {
    for function in Self.functions { #expect(function.exact(.nan).isNaN, "\(function.name)") }
    #expect(lb_log(-1).isNaN && lb_log(-.infinity).isNaN && lb_log(-0x1p-1074).isNaN)
    #expect(lb_log1p(-1.5).isNaN)
    #expect(lb_sin(.infinity).isNaN && lb_sin(-.infinity).isNaN)
    #expect(lb_cos(.infinity).isNaN && lb_cos(-.infinity).isNaN)
  }

  @Test(arguments: functions)
  func `results are within the stated bound of the correctly rounded ones`(
    function: Function
  ) throws {
    let file = testFolder().appending(components: "Goldens", "exact_math.csv")
    var count = 0
    for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
      let fields = line.split(separator: ",")
      guard fields[0] == function.name else { continue }
      let x = Double(bitPattern: try #require(UInt64(fields[1], radix: 16)))
      let expected = Double(bitPattern: try #require(UInt64(fields[2], radix: 16)))
      let result = function.exact(x)
      #expect(
        distance(result, expected) <= function.bound, "\(function.name)(\(x)): got \(result)")
      count += 1
    }
    #expect(count > 120)
  }

  @Test(arguments: functions)
  func `results stay close to the C library's on a grid`(function: Function) {
    let width = function.range.upperBound - function.range.lowerBound
    for step in 0...20_000 {
      let x = function.range.lowerBound + width * Double(step) / 20_000
      let (result, expected) = (function.exact(x), function.library(x))
      // The library is within one double of the exact value.
      guard distance(result, expected) > function.bound + 1 else { continue }
      Issue.record("\(function.name)(\(x)): got \(result), the C library says \(expected)")
    }
  }

  @Test func `odd and even functions are so bit for bit, at every size`() {
    for exponent in stride(from: -300.0, through: 1000, by: 0.37) {
      let x = exp2(exponent)
      #expect(lb_sin(-x) == -lb_sin(x), "\(x)")
      #expect(lb_cos(-x) == lb_cos(x), "\(x)")
      #expect(lb_tanh(-x) == -lb_tanh(x), "\(x)")
    }
  }

  @Test func `all results together have exactly these bits`() {
    // FNV-1a over results on wide grids: the same on every machine and with every compiler.
    var digest: UInt64 = 0xcbf2_9ce4_8422_2325
    for function in Self.functions {
      for step in 0...4000 {
        let fraction = Double(step) / 4000
        let near = function.range.lowerBound * (1 - fraction) + function.range.upperBound * fraction
        for x in [near, near * 1e-5, near * 1048577] {
          digest = (digest ^ function.exact(x).bitPattern) &* 0x100_0000_01b3
        }
      }
    }
    #expect(String(digest, radix: 16) == "2ca676ca837a5372")
  }
}
