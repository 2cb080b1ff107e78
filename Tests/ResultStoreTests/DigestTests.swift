import ResultStore
import Testing

@Suite struct DigestTests {
  @Test func `digests are those of FIPS 180-4`() {
    #expect(
      Digest.hex(of: "abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      Digest.hex(of: [UInt8]())
        == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
  }
}
