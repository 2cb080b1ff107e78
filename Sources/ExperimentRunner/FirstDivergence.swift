internal import CanonicalJSON
public import ResultStore

/// The first place at which two executions of one run part, as far as what is kept of them tells.
public struct FirstDivergence: Equatable, Sendable {
  /// The kinds of place.
  public enum Place: Equatable, Sendable {
    /// The parameters differ after this step of the optimizer, counted from 1; `used` of the budget was spent by then.
    case update(Int, used: Int?, tensor: String?)
    /// All steps of the optimizer that both made agree, and one execution made no more.
    case end(updates: Int)
    /// All steps of the optimizer agree, and a curve has the first point that differs.
    case point(curve: String, step: Int)
    /// All steps of the optimizer and all curves agree, and this part of the record differs.
    case part(String)
  }

  /// The place.
  public var place: Place
  /// The steps of the optimizer that both executions made.
  public var commonUpdates: Int
  /// Whether both say what they did at each step of the optimizer; records of earlier versions do not.
  public var comparesUpdates: Bool
  /// The unit of budget and curves.
  var unit: PlannedRun.Unit

  /// Compares two executions of a run; `nil` if they agree.
  ///
  /// - Parameters:
  ///   - first: The record of one.
  ///   - second: The record of the other.
  ///   - unit: The unit of the run's budget.
  ///   - traces: What is kept of what they did at each step of the optimizer.
  public init?(
    between first: Record, and second: Record, unit: PlannedRun.Unit,
    traces: (ExecutionTrace?, ExecutionTrace?) = (nil, nil)
  ) {
    let common = min(first.updates.count, second.updates.count)
    let updatesPart = (0..<common).first { first.updates[$0] != second.updates[$0] }
    let comparesUpdates = first.updates.isEmpty == second.updates.isEmpty
    let place: Place
    if let index = updatesPart {
      // A trace that does not cover the execution from its beginning would name another step.
      func usable(_ trace: ExecutionTrace?, _ record: Record) -> ExecutionTrace? {
        trace?.steps.count == record.updates.count ? trace : nil
      }
      let own = usable(traces.0, first)
      let other = usable(traces.1, second)
      let tensor = own.flatMap { own in
        other.flatMap { own.firstTensor(differingFrom: $0, atUpdate: index + 1) }
      }
      place = .update(index + 1, used: (own ?? other)?.steps[index], tensor: tensor)
    } else if comparesUpdates, first.updates.count != second.updates.count {
      place = .end(updates: common)
    } else if let point = Self.firstPoint(first.curves, second.curves) {
      place = .point(curve: point.curve, step: point.step)
    } else if let part = first.digest.disagreements(with: second.digest).first {
      place = .part(part)
    } else {
      return nil
    }
    self.place = place
    self.commonUpdates = common
    self.comparesUpdates = comparesUpdates
    self.unit = unit
  }

  /// The first point at which curves of one name differ: the least step, and of these the first name.
  private static func firstPoint(
    _ first: [Curve], _ second: [Curve]
  ) -> (curve: String, step: Int)? {
    var found: (curve: String, step: Int)?
    for curve in first {
      guard let other = second.first(where: { $0.name == curve.name }), curve != other else {
        continue
      }
      let points = zip(
        zip(curve.steps, curve.values), zip(other.steps, other.values))
      let index =
        points.enumerated().first { _, pair in
          pair.0.0 != pair.1.0 || !CanonicalText.same(pair.0.1, pair.1.1)
        }?.offset ?? min(curve.steps.count, other.steps.count)
      guard let step = (index < curve.steps.count ? curve : other).steps.dropFirst(index).first
      else { continue }
      if found.map({ step < $0.step }) ?? true { found = (curve.name, step) }
    }
    return found
  }
}

extension FirstDivergence: CustomStringConvertible {
  /// A clause, such as `they part at update 3, after 120 environment steps`.
  public var description: String {
    let before =
      if !comparesUpdates {
        "only one of the two keeps a digest of each update; "
      } else if commonUpdates > 0 {
        "all \(commonUpdates) updates agree, and "
      } else {
        ""
      }
    return switch place {
    case .update(let number, let used, let tensor):
      "they part at update \(number) of \(commonUpdates)"
        + (used.map { ", after \($0) \(unit.rawValue)" } ?? "")
        + (tensor.map { ", first in the tensor \($0)" } ?? "")
    case .end(let count): "they agree for \(count) updates, after which one of them makes no more"
    case .point(let curve, let step):
      "\(before)they part at step \(step) of the curve \(curve)"
    case .part(let name): "\(before)they part in \(name)"
    }
  }
}
