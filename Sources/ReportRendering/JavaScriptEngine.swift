import CDuktape

/// A JavaScript engine of its own, in this process; the one file that talks to Duktape.
///
/// Its strings are CESU-8: characters outside the basic plane are two surrogates of three bytes.
package final class JavaScriptEngine {
  private let context: OpaquePointer
  private let budget: UnsafeMutablePointer<labbook_duk_budget>
  private let mostWork: Int

  /// A script that threw, in the engine's words.
  package struct ScriptError: Error, Equatable {
    package var message: String
  }

  /// Makes an engine.
  ///
  /// - Parameters:
  ///   - mostMemory: The most bytes that scripts may hold at once.
  ///   - mostWork: The most bytes that one call may allocate, freed ones counted.
  package init(mostMemory: Int = 96 << 20, mostWork: Int = 1 << 30) {
    self.mostWork = mostWork
    budget = .allocate(capacity: 1)
    budget.initialize(to: labbook_duk_budget(used: 0, most: mostMemory, left: mostWork))
    guard let context = labbook_duk_create(budget) else {
      preconditionFailure("no memory for a JavaScript engine")
    }
    self.context = context
  }

  deinit {
    duk_destroy_heap(context)
    budget.deallocate()
  }

  /// The bytes that the last call allocated, freed ones counted.
  package var workOfLastCall: Int { mostWork - budget.pointee.left }

  /// Runs `source` and discards its value.
  package func run(_ source: String) throws(ScriptError) {
    budget.pointee.left = mostWork
    let failed = cesu8(source).withUnsafeBufferPointer { bytes in
      bytes.withMemoryRebound(to: CChar.self) { characters in
        labbook_duk_evaluate(context, characters.baseAddress, duk_size_t(characters.count)) != 0
      }
    }
    let value = popText()
    if failed { throw ScriptError(message: value) }
  }

  /// Calls the global function `name` with two texts and returns its result as text.
  ///
  /// - Throws: What the script threw; also that it takes more memory or work than it may.
  package func call(_ name: String, _ first: String, _ second: String) throws(ScriptError) -> String
  {
    budget.pointee.left = mostWork
    guard duk_get_global_string(context, name) != 0 else {
      duk_pop(context)
      throw ScriptError(message: "no function \(name)")
    }
    push(first)
    push(second)
    let failed = duk_pcall(context, 2) != 0
    let value = popText()
    if failed { throw ScriptError(message: value) }
    return value
  }

  private func push(_ text: String) {
    cesu8(text).withUnsafeBufferPointer { bytes in
      bytes.withMemoryRebound(to: CChar.self) { characters in
        _ = duk_push_lstring(context, characters.baseAddress, duk_size_t(characters.count))
      }
    }
  }

  private func popText() -> String {
    defer { duk_pop(context) }
    var count: duk_size_t = 0
    guard let pointer = labbook_duk_text(context, &count) else { return "" }
    return pointer.withMemoryRebound(to: UInt8.self, capacity: Int(count)) { bytes in
      text(cesu8: UnsafeBufferPointer(start: bytes, count: Int(count)))
    }
  }

  // MARK: Encoding

  private func cesu8(_ text: String) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      if scalar.value < 0x10000 {
        bytes.append(contentsOf: Array(String(scalar).utf8))
        continue
      }
      for unit in UTF16.encode(scalar) ?? UTF16.encodedReplacementCharacter {
        bytes.append(0xE0 | UInt8(unit >> 12))
        bytes.append(0x80 | UInt8((unit >> 6) & 0x3F))
        bytes.append(0x80 | UInt8(unit & 0x3F))
      }
    }
    return bytes
  }

  /// Decodes by way of UTF-16, in which surrogates are at home.
  private func text(cesu8 bytes: UnsafeBufferPointer<UInt8>) -> String {
    var units: [UInt16] = []
    units.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
      let first = UInt32(bytes[index])
      let width = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
      var value = width == 1 ? first : first & (0xFF >> UInt32(width + 1))
      for offset in 1..<max(width, 1) where index + offset < bytes.count {
        value = value << 6 | UInt32(bytes[index + offset] & 0x3F)
      }
      index += width
      if value < 0x10000 {
        units.append(UInt16(value))
      } else if let scalar = Unicode.Scalar(value) {
        units.append(contentsOf: Array(String(scalar).utf16))
      }
    }
    return String(decoding: units, as: UTF16.self)
  }
}
