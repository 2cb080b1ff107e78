import Foundation
import Objectives
import TestSupport
import Testing

/// Losses of pairs against TRL's own code; see `Goldens/trl_preferences.py`.
@Suite struct PreferencePeerTests {
  /// TRL's numbers by name.
  private let peers: [String: [Double]]

  init() throws {
    let file = testFolder().appending(components: "Goldens", "trl_preferences.json")
    peers = try JSONDecoder().decode([String: [Double]].self, from: Data(contentsOf: file))
  }

  /// A loss as TRL names it.
  struct Case {
    var name: String
    var loss = PreferenceLoss.sigmoid
    var labelSmoothing = 0.0
    var isMean = false

    static let all = [
      Case(name: "sigmoid"), Case(name: "sigmoid_norm", isMean: true),
      Case(name: "ipo", loss: .ipo, isMean: true), Case(name: "hinge", loss: .hinge),
      Case(name: "robust", loss: .robust, labelSmoothing: 0.1),
      Case(name: "apo_zero", loss: .apoZero), Case(name: "simpo", isMean: true),
    ]
  }

  @Test(arguments: Case.all)
  func `losses of pairs and their gradients are TRL's`(trl: Case) throws {
    let constants = try #require(peers["constants"])
    let isSimPO = trl.name == "simpo"
    let (beta, target) = isSimPO ? (constants[2], constants[3]) : (constants[0], 0)
    let policy = try #require(peers["policy"])
    let reference = try #require(peers["reference"])
    let weights = try #require(peers["lengths"]).map { trl.isMean ? 1 / $0 : 1 }
    let logRatios = policy.indices.map {
      (policy[$0] - (isSimPO ? 0 : reference[$0])) * weights[$0]
    }
    let count = policy.count / 2
    let terms = (0..<count).map {
      trl.loss.term(
        preferredLogRatio: logRatios[$0], otherLogRatio: logRatios[count + $0], beta: beta,
        labelSmoothing: trl.labelSmoothing, targetMargin: target)
    }
    let gradients = terms.map(\.gradient) + terms.map(\.otherGradient)
    expectClose(
      [terms.reduce(0) { $0 + $1.loss } / Double(count)], try #require(peers[trl.name]),
      tolerance: 1e-12)
    expectClose(
      zip(gradients, weights).map { $0 * $1 / Double(count) },
      try #require(peers["\(trl.name) gradient"]), tolerance: 1e-12)
    #expect(constants[1] == 0.1)
  }
}
