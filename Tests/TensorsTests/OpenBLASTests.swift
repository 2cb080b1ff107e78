import Tensors
import Testing

@Suite struct OpenBLASTests {
  @Test func `the key names the library's version and the pinned kernels`() {
    #expect(OpenBLAS.keyText == "OpenBLAS \(OpenBLAS.version) Haswell")
    let parts = OpenBLAS.version.split(separator: ".")
    #expect(parts.count >= 2 && parts.allSatisfy { Int($0) != nil }, "\(OpenBLAS.version)")
  }

  @Test func `the pin is what a worker's environment sets`() {
    #expect(
      OpenBLAS.workerEnvironment
        == ["OPENBLAS_CORETYPE": "Haswell", "OPENBLAS_NUM_THREADS": "1"])
  }

  @Test func `another kernel set than the pinned one is an error`() {
    let expected: OpenBLASProblem? =
      OpenBLAS.core == OpenBLAS.pinnedCore ? nil : .core(OpenBLAS.core)
    var found: OpenBLASProblem?
    do throws(OpenBLASProblem) {
      try OpenBLAS.requirePinnedConfiguration()
    } catch {
      found = error
    }
    #expect(found == expected)
  }

  @Test func `errors say what to do`() {
    #expect(
      OpenBLASProblem.core("SkylakeX").description == """
        OpenBLAS uses its SkylakeX kernels, but the profile openblas is pinned to Haswell; set \
        OPENBLAS_CORETYPE=Haswell before the program starts
        """)
    #expect(
      OpenBLASProblem.threads(4).description == """
        OpenBLAS uses 4 threads, but the profile openblas needs 1; set OPENBLAS_NUM_THREADS=1 before \
        the program starts
        """)
    #expect(
      OpenBLASProblem.absent("no such file").description
        == "the profile openblas needs the library OpenBLAS, of the Debian package libopenblas0: no such file"
    )
  }
}
