import Foundation
import RecordExchange
import ResultStore
import Testing

/// Lists of records, and whose signatures on them count.
@Suite struct RecordManifestTests {
  private static let records = (0..<4).map { seed in
    RecordIdentity(
      key: RunPreimage(fields: ["seed": "\(seed % 3)"]).key, digest: Digest.hex(of: "\(seed)"))
  }

  @Test func `a manifest is read as it was written, and in no other form`() throws {
    let manifest = RecordManifest(Self.records + Self.records.reversed())
    #expect(manifest.records == Self.records.sorted())
    let text = manifest.text
    #expect(RecordManifest(text: text) == manifest)
    let lines = text.split(separator: "\n").map(String.init)
    for wrong in [
      "", lines[0] + "\n", String(text.dropLast()), text + "\n", text + lines[1] + "\n",
      ([lines[0]] + lines.dropFirst().reversed()).joined(separator: "\n") + "\n",
      text.replacing("manifest 1", with: "manifest 2"), text.replacing(" ", with: "  "),
      text.replacing("\n", with: "\r\n"), text.uppercased(),
    ] {
      #expect(RecordManifest(text: wrong) == nil, "\(wrong.prefix(40))")
    }
  }

  @Test func `a file is held to its name`() throws {
    let signed = SignedManifest(
      text: RecordManifest(Self.records).text,
      signature: "-----BEGIN SSH SIGNATURE-----\nU1NI\n-----END SSH SIGNATURE-----\n")
    let name = signed.objectName
    #expect(SignedManifest(content: signed.content, objectName: name) == signed)
    var altered = signed.content
    altered[30] ^= 1
    #expect(SignedManifest(content: altered, objectName: name) == nil)
    let bare = Array(signed.text.utf8)
    #expect(
      SignedManifest(content: bare, objectName: "manifests/\(Digest.hex(of: bare)).txt") == nil)
  }

  @Test func `a signature counts if the lab names its key, for this text and this use`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "signers-\(UUID())").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for name in ["anna", "bert"] {
      let process = Process()
      process.executableURL = URL(filePath: "/usr/bin/env")
      process.arguments = [
        "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", "\(folder)/\(name)",
      ]
      try process.run()
      process.waitUntilExit()
      try #require(process.terminationStatus == 0)
    }
    let key = try String(contentsOfFile: "\(folder)/anna.pub", encoding: .utf8)
    let signers = "\(folder)/allowed_signers"
    try Data("anna@example.org namespaces=\"labbook\" \(key)".utf8)
      .write(to: URL(filePath: signers))
    func signer(_ manifest: SignedManifest) throws -> String? {
      try ManifestSignature.signer(of: manifest, among: signers, session: folder)
    }
    let text = RecordManifest(Self.records).text
    func signed(_ name: String) throws -> SignedManifest {
      SignedManifest(
        text: text,
        signature: try ManifestSignature.sign(text, with: "\(folder)/\(name)", session: folder))
    }
    var manifest = try signed("anna")
    #expect(try signer(manifest) == "anna@example.org")
    #expect(try signer(signed("bert")) == nil)
    manifest.text = RecordManifest(Self.records.dropLast()).text
    #expect(try signer(manifest) == nil)
    // A key that the lab lets sign something else signs no manifest.
    try Data("anna@example.org namespaces=\"git\" \(key)".utf8).write(to: URL(filePath: signers))
    #expect(try signer(signed("anna")) == nil)
    #expect {
      try ManifestSignature.sign(text, with: "\(folder)/none", session: folder)
    } throws: { "\($0)".hasPrefix("ssh-keygen does not sign with \(folder)/none: ") }
  }

  @Test func `old versions of rclone leave half a file under its name`() {
    #expect(!Rclone.writesWhole(version: "rclone v1.60.1-DEV\n- os/version: debian"))
    #expect(Rclone.writesWhole(version: "rclone v1.63.0\n"))
    #expect(Rclone.writesWhole(version: "rclone v2.0\n"))
    #expect(!Rclone.writesWhole(version: "something else"))
  }
}
