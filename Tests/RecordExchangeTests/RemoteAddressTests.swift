import RecordExchange
import Testing

/// The addresses of remotes, and what a lab's file may not say.
@Suite struct RemoteAddressTests {
  @Test(arguments: [
    ("/data/records/", "/data/records"), ("records", "/lab/records"), ("../other", "/other"),
    ("./a:b", "/lab/a:b"), ("group:bucket/folder", "group:bucket/folder"), ("group:", "group:"),
  ])
  func `a colon before any slash makes an address of rclone`(text: String, address: String) throws {
    #expect(try RemoteAddress(text, relativeTo: "/lab").address == address)
    #expect(try RemoteAddress(ofLab: text, relativeTo: "/lab").address == address)
  }

  @Test(arguments: [
    ":sftp,ssh='touch /tmp/x':", "group,ssh='touch x':folder", ":s3:bucket", "-group:x", "a b:x",
    "grüppe:x", "",
  ])
  func `a lab names no backend and no options`(text: String) {
    #expect(throws: RemoteAddress.Problem.self) {
      try RemoteAddress(ofLab: text, relativeTo: "/lab")
    }
  }

  @Test func `options are a person's to give`() throws {
    let address = ":sftp,host=example.org:records"
    #expect(try RemoteAddress(address, relativeTo: "/lab").address == address)
  }
}
