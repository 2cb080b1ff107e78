import Metrics
import Settings
import Testing

import MetricFiles

@Suite struct MetricTakeTests {
  /// Five rows, of which the third logs NaN and the fourth nothing under `reward`.
  static func history() throws -> MetricHistory {
    try readJSONLines(
      Array(
        """
        {"step": 0, "reward": 0.5}
        {"step": 10, "reward": 2, "loss": 3}
        {"step": 20, "reward": NaN}
        {"step": 30, "loss": 1}
        {"step": 40, "reward": 1}

        """.utf8), file: "log.jsonl")
  }

  @Test(arguments: ["last", "best", "mean of last 10", "at step 400"])
  func `a take reads back as what it was written`(text: String) throws {
    #expect(try MetricTake(parsing: text).text == text)
  }

  @Test(arguments: [
    "", "first", "mean", "mean of last", "mean of last 0", "mean of last 1.5", "mean of last x",
    "at step", "at step -1", "at step 1e300", "last 3", "mean of last 99999999",
  ])
  func `what is no take is refused with the forms that there are`(text: String) {
    #expect(throws: SettingProblem.wrongType(expected: MetricTake.forms, found: text)) {
      try MetricTake(parsing: text)
    }
  }

  @Test func `values are taken as a person would by hand`() throws {
    let history = try Self.history()
    func value(_ take: MetricTake, _ better: MetricDeclaration.Direction? = nil) throws -> Double {
      try take.value(of: "reward", in: history, better: better)
    }
    #expect(try value(.last) == 1)
    #expect(try value(.best, .higher) == 2)
    #expect(try value(.best, .lower) == 0.5)
    #expect(try value(.meanOfLast(1)) == 1)
    #expect(try value(.meanOfLast(2)).isNaN, "NaN is a value")
    #expect(try value(.atStep(10)) == 2)
    #expect(try value(.atStep(20)).isNaN)
    #expect(try MetricTake.meanOfLast(2).value(of: "loss", in: history, better: nil) == 2)
  }

  @Test func `what cannot be taken is told with what there is`() throws {
    let history = try Self.history()
    func problem(_ take: MetricTake, of key: String = "reward") -> String? {
      do throws(MetricFileError) {
        _ = try take.value(of: key, in: history, better: nil)
        return nil
      } catch {
        return error.description
      }
    }
    #expect(
      problem(.last, of: "rewrad") == "log.jsonl: there is no 'rewrad'; did you mean 'reward'?")
    #expect(
      problem(.best) == "log.jsonl: the best of 'reward' needs 'better: higher' or 'better: lower'")
    #expect(
      problem(.meanOfLast(5))
        == "log.jsonl: 'reward' has 4 values, fewer than mean of last 5 asks for")
    #expect(
      problem(.atStep(30))
        == "log.jsonl: 'reward' has no value at step 30; the nearest are at 20 and 40")
  }

  @Test func `the best of nothing but NaN is NaN`() throws {
    let history = try readJSONMetrics(Array(#"{"reward": NaN}"#.utf8), file: "x.json")
    #expect(try MetricTake.best.value(of: "reward", in: history, better: .higher).isNaN)
  }
}
