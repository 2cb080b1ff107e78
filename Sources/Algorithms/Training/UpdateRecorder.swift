internal import NeuralNetworks
internal import Tensors

/// The steps of the optimizer in one execution of a run, finer than its result tells them.
///
/// A record holds one digest for each step, which names the first step at which two executions part. This says how
/// much of the budget was used by then, and in which tensor they part.
public struct UpdateTrace: Equatable, Sendable {
  /// The names of the parameter tensors in the order of their declaration, the policy's first; empty where single
  /// tensors were not noted.
  public package(set) var tensors: [String] = []
  /// The used part of the budget at each step of the optimizer: environment steps, or tokens.
  public package(set) var steps: [Int] = []
  /// A digest of each tensor after each step of the optimizer, step by step in the order of ``tensors``.
  public package(set) var digests: [UInt32] = []
}

/// The recorder of an ``UpdateTrace`` while a run trains.
public final class UpdateRecorder {
  /// The trace so far.
  public private(set) var trace = UpdateTrace()
  private let notesTensors: Bool
  /// The damage that is done on the way, to prove that it is found.
  private let fault: WeightFault?

  /// Creates a recorder of the used part of the budget and, if `notesTensors` is set, of every tensor.
  public convenience init(notesTensors: Bool) {
    self.init(notesTensors: notesTensors, fault: nil)
  }

  /// Creates a recorder that flips a bit of a weight at one step of the optimizer, as a faulty processor might.
  package init(notesTensors: Bool, fault: WeightFault?) {
    self.notesTensors = notesTensors
    self.fault = fault
  }

  /// Notes a step of the optimizer.
  ///
  /// - Parameters:
  ///   - sets: The parameters that it led to.
  ///   - used: The used part of the budget.
  func record(_ sets: [ParameterSet], used: Int) {
    trace.steps.append(used)
    if let fault, fault.update == trace.steps.count { fault.strike(sets) }
    guard notesTensors else { return }
    if trace.tensors.isEmpty { trace.tensors = Self.names(of: sets) }
    for set in sets {
      for slice in set.slices {
        let range = slice.offset..<(slice.offset + slice.count)
        trace.digests.append(
          UInt32(truncatingIfNeeded: set.values.bitDigest(after: 0, of: range)))
      }
    }
  }
}

extension UpdateRecorder {
  /// The names of all tensors; a value model's that are called as the policy's say whose they are.
  private static func names(of sets: [ParameterSet]) -> [String] {
    var seen: Set<String> = []
    return sets.flatMap(\.slices).map { slice in
      seen.insert(slice.name).inserted ? slice.name : "\(slice.name) of the value model"
    }
  }
}

/// One flipped bit in one weight after one step of the optimizer.
package struct WeightFault: Sendable {
  /// The step of the optimizer, counted from 1.
  let update: Int
  /// The name of the tensor.
  let tensor: String
  /// The element of the tensor, counted row after row.
  let element: Int
  /// The bit, 0 the lowest of the significand.
  let bit: Int

  /// Creates a fault.
  package init(update: Int, tensor: String, element: Int = 0, bit: Int = 0) {
    self.update = update
    self.tensor = tensor
    self.element = element
    self.bit = bit
  }

  /// Flips the bit.
  ///
  /// - Precondition: One of `sets` has the tensor, and it has the element.
  fileprivate func strike(_ sets: [ParameterSet]) {
    for set in sets {
      guard let slice = set.slices.first(where: { $0.name == tensor }) else { continue }
      precondition(element < slice.count, "\(tensor) has no element \(element)")
      let index = slice.offset + element
      set.values[index] = Float(bitPattern: set.values[index].bitPattern ^ (1 << UInt32(bit)))
      return
    }
    preconditionFailure("there is no tensor '\(tensor)'")
  }
}
