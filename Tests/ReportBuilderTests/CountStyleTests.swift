import ReportBuilder
import Testing

/// Counts of a column are written one way.
@Suite struct CountStyleTests {
  private static let counts: [([Double], [String])] = [
    ([100_000, 95_225.4], ["100,000", "95,225"]),
    ([8_370_000, 11_230_000], ["8.37 M", "11.23 M"]),
    ([4.837e12, 2.903e11], ["4.837 T", "0.290 T"]),
    ([1.065e11, 1.996e9], ["106.50 G", "2.00 G"]),
    ([400_000_000, 302_000_000], ["400 M", "302 M"]),
    // The least would be nothing in millions.
    ([5_000_024, 78_724, 638], ["5,000,024", "78,724", "638"]),
    ([0, 5_000_024], ["0.00 M", "5.00 M"]),
    ([0, 0], ["0", "0"]), ([999_999, 1], ["999,999", "1"]), ([], []),
  ]

  @Test(arguments: counts)
  func `counts have one unit and one number of digits`(counts: [Double], texts: [String]) {
    let style = CountStyle(counts)
    #expect(counts.map(style.text) == texts)
  }

  private static let memories: [([Double], [String])] = [
    ([8_188_408, 27_560_000], ["7.81 MiB", "26.28 MiB"]),
    ([1024, 2048], ["1.00 KiB", "2.00 KiB"]), ([512, 100], ["512 B", "100 B"]),
    ([3 * 0x1p30, 0x1p30], ["3.00 GiB", "1.00 GiB"]), ([0], ["0 B"]),
  ]

  @Test(arguments: memories)
  func `memory has binary units`(counts: [Double], texts: [String]) {
    let style = CountStyle(counts, isBytes: true)
    #expect(counts.map(style.text) == texts)
  }
}
