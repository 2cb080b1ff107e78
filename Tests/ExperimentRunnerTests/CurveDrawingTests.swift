import ExperimentRunner
import Testing

@Suite struct CurveDrawingTests {
  @Test func `a line of blocks goes from the least to the largest value`() {
    #expect(CurveDrawing.line([0, 1, 2, 3, 4, 5, 6, 7], width: 20) == "▁▂▃▄▅▆▇█")
    #expect(CurveDrawing.line([7, 0], width: 20) == "█▁")
    #expect(CurveDrawing.line([1, 1, 1], width: 20) == "▄▄▄")
    #expect(CurveDrawing.line([0, .nan, 1], width: 20) == "▁ █")
    #expect(CurveDrawing.line([], width: 20) == "")
    #expect(CurveDrawing.line([.nan], width: 20) == "")
  }

  @Test func `neighbours are averaged where there are more values than characters`() {
    #expect(CurveDrawing.line([0, 0, 4, 4, 6, 8], width: 3) == "▁▅█")
  }

  @Test func `a plot connects its points, the largest value on top`() {
    #expect(CurveDrawing.plot(steps: [0, 1], values: [0, 1], width: 2, height: 1) == ["⡠⠊"])
    #expect(CurveDrawing.plot(steps: [0, 1], values: [1, 0], width: 2, height: 1) == ["⠑⢄"])
    #expect(CurveDrawing.plot(steps: [0, 10], values: [0, 7], width: 1, height: 2) == ["⢸", "⡇"])
    #expect(CurveDrawing.plot(steps: [0, 5], values: [2, 2], width: 2, height: 1) == ["⠤⠤"])
    #expect(CurveDrawing.plot(steps: [1], values: [.nan], width: 4, height: 2) == [])
  }

  @Test func `steps are places, whatever their distance`() {
    // The second half of the time is flat.
    let lines = CurveDrawing.plot(steps: [0, 1, 2, 4], values: [0, 1, 2, 2], width: 4, height: 2)
    #expect(lines[0].hasSuffix("⠉⠉"), "\(lines)")
    #expect(lines.allSatisfy { $0.count == 4 })
  }
}
