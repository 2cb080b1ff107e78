import Tensors
import Testing

@Suite struct TensorTests {
  @Test func `a new tensor holds zeros`() {
    #expect(Tensor(rows: 3, columns: 5).array == [Float](repeating: 0, count: 15))
    #expect(Tensor(rows: 0, columns: 5).array == [])
  }

  @Test func `rows follow each other`() {
    let tensor = Tensor(rows: 2, columns: 3, elements: [1, 2, 3, 4, 5, 6])
    #expect(tensor[1, 0] == 4)
    #expect(tensor[5] == 6)
    tensor[0, 2] = 9
    #expect(tensor.array == [1, 2, 9, 4, 5, 6])
    #expect(tensor.array(rows: 1) == [1, 2, 9])
  }

  @Test func `copies land where they should`() {
    let tensor = Tensor(rows: 2, columns: 2)
    tensor.copy(from: [7, 8], at: 1)
    #expect(tensor.array == [0, 7, 8, 0])
    let other = Tensor(rows: 2, columns: 2)
    other.copy(from: tensor)
    #expect(other.array == [0, 7, 8, 0])
    other.copyRow(0, of: tensor, to: 1)
    #expect(other.array == [0, 7, 0, 7])
    other.fill(with: 3)
    #expect(other.array == [3, 3, 3, 3])
  }

  @Test func `a view is a rectangle of its tensor`() {
    let tensor = Tensor(rows: 3, columns: 4, elements: (0..<12).map(Float.init))
    #expect(tensor.rows(1..<3).array == [4, 5, 6, 7, 8, 9, 10, 11])
    #expect(tensor.firstRows(1).array == [0, 1, 2, 3])
    let inner = Matrix(tensor, offset: 5, rows: 2, columns: 2, stride: 4)
    #expect(inner.array == [5, 6, 9, 10])
    inner[1, 0] = -1
    #expect(inner[1, 0] == -1)
    #expect(tensor[2, 1] == -1)
  }

  @Test func `a view outside of its tensor is refused`() async {
    await #expect(processExitsWith: .failure) {
      _ = Matrix(Tensor(rows: 2, columns: 2), offset: 1, rows: 2, columns: 2)
    }
  }

  @Test func `an index outside of a tensor is refused`() async {
    await #expect(processExitsWith: .failure) {
      _ = Tensor(rows: 2, columns: 2)[4]
    }
  }
}
