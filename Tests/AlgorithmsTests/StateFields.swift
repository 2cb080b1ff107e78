/// The fields of a state's bytes, taken apart and put together by the format alone, so that each can be damaged.
struct StateFields {
  struct Field {
    /// 0 boolean, 1 integer, 2 number, 3 float, 4 token, 5 digest, 6 text.
    var kind: UInt8
    var name: String
    var elements: [UInt8]

    /// The bytes of an element.
    var size: Int { [1, 8, 8, 4, 4, 4, 1][Int(kind)] }
    var count: Int { elements.count / size }
  }

  var fields: [Field] = []

  /// Takes a state apart.
  init(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while let kind = rest.popFirst(), let length = rest.popFirst() {
      let name = String(decoding: rest.prefix(Int(length)), as: UTF8.self)
      rest = rest.dropFirst(Int(length))
      let count = Int(Self.number(rest.prefix(8)))
      rest = rest.dropFirst(8)
      var field = Field(kind: kind, name: name, elements: [])
      field.elements = Array(rest.prefix(count * field.size))
      rest = rest.dropFirst(count * field.size)
      fields.append(field)
    }
  }

  /// The state's bytes.
  var bytes: [UInt8] {
    fields.flatMap { field in
      [field.kind, UInt8(field.name.utf8.count)] + Array(field.name.utf8)
        + Self.bytes(UInt64(field.count), size: 8) + field.elements
    }
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  static func bytes(_ bits: UInt64, size: Int) -> [UInt8] {
    (0..<size).map { UInt8(truncatingIfNeeded: bits >> UInt64(8 * $0)) }
  }

  /// A state with one field damaged, and what was done to it.
  struct Damage {
    var description: String
    var bytes: [UInt8]
    /// Whether no run can have the value, whatever it has done.
    var isImpossible: Bool
  }

  /// The damages of the field at a place: bad elements at its beginning and end, and a wrong number of them.
  func damages(at index: Int) -> [Damage] {
    let field = fields[index]
    var damages: [Damage] = []
    func add(_ description: String, _ elements: [UInt8], isImpossible: Bool) {
      guard elements != field.elements else { return }
      var damaged = self
      damaged.fields[index].elements = elements
      damages.append(
        Damage(
          description: "\(index) \(field.name) \(description)", bytes: damaged.bytes,
          isImpossible: isImpossible))
    }
    let (values, anything) = Self.values(of: field)
    for value in values where field.count > 0 {
      let element = Self.bytes(value.bits, size: field.size)
      add(
        "begins with \(value.name)", element + field.elements.dropFirst(field.size),
        isImpossible: value.isImpossible && !anything)
      add(
        "ends with \(value.name)", field.elements.dropLast(field.size) + element,
        isImpossible: value.isImpossible && !anything)
    }
    add("lacks an element", field.elements.dropLast(field.size), isImpossible: false)
    add(
      "has one element more",
      field.elements
        + (field.count > 0
          ? Array(field.elements.suffix(field.size)) : [UInt8](repeating: 0, count: field.size)),
      isImpossible: false)
    return damages
  }

  private typealias Value = (name: String, bits: UInt64, isImpossible: Bool)

  /// The fields whose numbers may be anything: digests, and curves of what may have no value.
  private static let unbounded: Set = [
    "log.update_digest", "log.latest", "log.pending_sums", "curve.values",
  ]

  private static func values(of field: Field) -> (values: [Value], mayBeAnything: Bool) {
    let values: [Value]
    switch field.kind {
    case 0: values = [("no", 0, false), ("yes", 1, false)]
    case 1:
      values = [
        ("-1", UInt64(bitPattern: -1), true), ("-2^63", UInt64(bitPattern: .min), true),
        ("2^63 - 1", UInt64(Int64.max), true), ("10^12", 1_000_000_000_000, false),
        ("0", 0, false), ("1", 1, false),
      ]
    case 2:
      values = [
        ("nan", Double.nan.bitPattern, true), ("infinity", Double.infinity.bitPattern, true),
        ("1e308", 1e308.bitPattern, true), ("-1e300", (-1e300).bitPattern, false),
        ("0", 0, false),
      ]
    case 3:
      values = [
        ("nan", UInt64(Float.nan.bitPattern), true),
        ("infinity", UInt64(Float.infinity.bitPattern), true),
        ("3e38", UInt64(Float(3e38).bitPattern), false), ("0", 0, false),
      ]
    case 4:
      values = [
        ("-1", UInt64(UInt32.max), true), ("2^31 - 1", UInt64(Int32.max), true), ("0", 0, false),
      ]
    case 5: values = [("0", 0, false)]
    default: values = [("a NUL", 0, false), ("a broken letter", 255, false)]
    }
    return (values, unbounded.contains(field.name))
  }
}
