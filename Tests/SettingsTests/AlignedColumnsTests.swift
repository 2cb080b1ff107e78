import Settings
import Testing

/// Columns of text for a terminal.
@Suite struct AlignedColumnsTests {
  private let rows = [
    ["baseline", "variance", "cosine", "samples"], ["none", "1.5", "0.25", "40000"],
  ]

  @Test func `columns that fit are one block`() {
    let columns = alignedColumns(rows, trailing: [1, 2, 3])
    #expect(columns == "baseline  variance  cosine  samples\nnone           1.5    0.25    40000")
    #expect(alignedBlocks(rows, trailing: [1, 2, 3], width: 35) == columns)
  }

  @Test func `columns that do not fit stand below, behind the first`() {
    let text = alignedBlocks(rows, trailing: [1, 2, 3], width: 27)
    #expect(
      text == """
        baseline  variance  cosine
        none           1.5    0.25

        baseline  samples
        none        40000
        """)
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 27 })
  }

  @Test func `a column that is wider than a line has one of its own, and none is lost`() {
    let text = alignedBlocks(rows, trailing: [], width: 1)
    #expect(text.split(separator: "\n\n").count == 3)
    for cell in rows.joined() { #expect(text.contains(cell)) }
    #expect(alignedBlocks([["a"], ["b"]], trailing: [], width: 80) == "a\nb")
  }
}
