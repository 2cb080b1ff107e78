/// A text as a key: it equals another one only if both have the same bytes.
///
/// Swift takes texts for equal that Unicode calls canonically equivalent, such as `é` as one scalar and as two. Files whose names differ
/// so are two files, and the digest of a text is of its bytes.
package struct ExactText: Hashable, Sendable, Comparable {
  package let text: String

  package init(_ text: String) { self.text = text }

  package static func == (first: Self, second: Self) -> Bool {
    CanonicalText.same(first.text, second.text)
  }

  package func hash(into hasher: inout Hasher) {
    var text = text
    text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }

  package static func < (first: Self, second: Self) -> Bool {
    CanonicalText.precedes(first.text, second.text)
  }
}
