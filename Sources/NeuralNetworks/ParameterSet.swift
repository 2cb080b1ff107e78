public import Tensors

/// The parameters of one or more networks with their gradients, in two buffers.
///
/// Networks declare what they need; the buffers are allocated at their first use, after which nothing
/// can be declared. Those of a frozen network never hold gradients. An optimizer walks the slices in
/// the order of their declaration.
public final class ParameterSet {
  /// One named parameter tensor.
  public struct Slice: Hashable, Sendable {
    /// The name in files and in the naming of random streams, such as `policy.hidden.0.weight`.
    public let name: String
    /// The extents: [inputs, outputs] for a weight, [outputs] for a bias.
    public let shape: [Int]
    /// Where the first element lies in the buffers; a multiple of 16.
    public let offset: Int
    /// How many elements there are.
    public let count: Int
  }

  /// The slices in the order of their declaration.
  public private(set) var slices: [Slice] = []
  private var capacity = 0
  private var valueBuffer: Tensor?
  private var gradientBuffer: Tensor?

  /// Creates a set without parameters.
  public init() {}

  /// How many parameters there are.
  public var count: Int { slices.reduce(0) { $0 + $1.count } }

  /// Declares a parameter tensor and returns where it will lie.
  ///
  /// - Parameters:
  ///   - name: Letters, digits, `.`, `_` and `-`; unique in the set.
  ///   - shape: The extents, each at least 1.
  /// - Returns: The slice of the buffers that the tensor will be.
  /// - Precondition: The buffers have not been used yet.
  public func declare(name: String, shape: [Int]) -> Slice {
    precondition(valueBuffer == nil, "\(name) is declared after the parameters were allocated")
    precondition(
      !name.isEmpty && name.utf8.allSatisfy(Self.isAllowedInName),
      "a parameter named '\(name)'")
    precondition(!slices.contains { $0.name == name }, "two parameters named \(name)")
    precondition(!shape.isEmpty && shape.allSatisfy { $0 >= 1 }, "\(name) of shape \(shape)")
    let slice = Slice(
      name: name, shape: shape, offset: capacity, count: shape.reduce(1, *))
    slices.append(slice)
    // Each slice starts on a cache line; the gap is never read.
    capacity += (slice.count + 15) / 16 * 16
    return slice
  }

  /// Allocates the values, zeroed; does nothing the second time.
  public func allocate() {
    if valueBuffer == nil { valueBuffer = Tensor(rows: 1, columns: capacity) }
  }

  /// The parameters, each slice from its offset on.
  public var values: Tensor {
    allocate()
    guard let valueBuffer else { preconditionFailure("the parameters were just allocated") }
    return valueBuffer
  }

  /// The gradients, laid out as the values; allocated at their first use.
  public var gradients: Tensor {
    if let gradientBuffer { return gradientBuffer }
    allocate()
    let buffer = Tensor(rows: 1, columns: capacity)
    gradientBuffer = buffer
    return buffer
  }

  /// Sets all gradients to 0.
  public func zeroGradients() {
    gradients.fill(with: 0)
  }

  /// The values of `slice` as a matrix; a bias is one row.
  public func values(of slice: Slice) -> Matrix { matrix(slice, in: values) }

  /// The gradients of `slice` as a matrix; a bias is one row.
  public func gradients(of slice: Slice) -> Matrix { matrix(slice, in: gradients) }

  /// The part of `tensor` that `slice` is; `tensor` is laid out as the values.
  func matrix(_ slice: Slice, in tensor: Tensor) -> Matrix {
    let columns = slice.shape.last ?? 1
    return Matrix(
      tensor, offset: slice.offset, rows: slice.count / columns, columns: columns)
  }

  private static func isAllowedInName(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
      UInt8(ascii: "-"):
      true
    default: false
    }
  }
}
