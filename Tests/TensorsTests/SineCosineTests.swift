import CKernels
import Tensors
import Testing

@Suite struct SineCosineTests {
  /// Small and large angles of both signs, those around each multiple of π/4, and what is no number.
  private var angles: [Double] {
    var angles: [Double] = [
      0, -0.0, .infinity, -.infinity, .nan, 1e300, -1e300, 0x1p20, (0x1p20).nextDown, -0x1p20,
      .leastNonzeroMagnitude, -.leastNormalMagnitude,
    ]
    for turn in -40...40 {
      let angle = Double(turn) * .pi / 4
      angles += [angle.nextDown, angle, angle.nextUp]
    }
    for step in -6000...6000 {
      let share = Double(step) / 6000
      angles += [share, 4 * share, 300 * share, share * share * share * 0x1p20, 1e7 * share]
    }
    return angles
  }

  private func sinesAndCosines(_ angles: [Double]) -> [UInt64] {
    var sines = [Double](repeating: 0, count: angles.count)
    var cosines = sines
    lb_sin_cos_f64(angles.count, angles, &sines, &cosines)
    return (sines + cosines).map { $0.isNaN ? 0 : $0.bitPattern }
  }

  private func scalars(_ angles: [Double]) -> [UInt64] {
    (angles.map { lb_sin($0) } + angles.map { lb_cos($0) }).map { $0.isNaN ? 0 : $0.bitPattern }
  }

  @Test func `every variant gives the bits of the scalar functions`() {
    let groups = [
      angles, angles.filter { $0.magnitude < 0.785 }, angles.filter { $0.magnitude < 1000 },
    ]
    for angles in groups {
      let expected = scalars(angles)
      for instructionSet in Kernels.InstructionSet.allCases where instructionSet.isAvailable {
        let results = Kernels.using(instructionSet) { sinesAndCosines(angles) }
        #expect(results == expected, "\(instructionSet)")
      }
    }
  }

  @Test func `a number does not depend on its neighbours or its place`() {
    let few = Array(angles.prefix(21))
    for count in 1...few.count {
      let part = Array(few.prefix(count))
      #expect(sinesAndCosines(part) == scalars(part))
    }
  }
}
