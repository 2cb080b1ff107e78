internal import ChildProcesses
internal import ResultStore

/// Signatures by `ssh-keygen`, with the keys that people have.
package enum ManifestSignature {
  /// The namespace, so that a signature made for anything else is none of a manifest.
  static let namespace = "labbook"
  /// The file of the lab that says whose signatures count, in the form of `ssh-keygen`'s `ALLOWED SIGNERS`.
  package static let signersFile = "allowed_signers"

  /// Signs a text.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - key: The path of a private key, or of a public key whose private one an agent holds.
  ///   - session: The folder of the caller's session.
  /// - Returns: The signature in its armour.
  /// - Throws: The words of ssh-keygen.
  package static func sign(
    _ text: String, with key: String, session: String
  ) throws(RemoteError) -> String {
    do {
      let folder = try DurableFiles.temporaryFolder(in: session, prefix: "sign-")
      let file = "\(folder)/manifest"
      try DurableFiles.create(file, Array(text.utf8))
      let (status, words) = try run(
        ["-Y", "sign", "-q", "-f", key, "-n", namespace, file], input: nil)
      guard status == .exited(0), let bytes = try DurableFiles.read("\(file).sig") else {
        throw RemoteError(
          "ssh-keygen does not sign with \(key): \(lastLine(words)) (a key with a passphrase is signed with by an agent: "
            + "'ssh-add', and name the public key)")
      }
      return String(decoding: bytes, as: UTF8.self)
    } catch let error as RemoteError {
      throw error
    } catch {
      throw RemoteError("\(error)")
    }
  }

  /// Finds out whose signature a manifest bears.
  ///
  /// - Parameters:
  ///   - manifest: The manifest.
  ///   - signers: The path of the file of allowed signers.
  ///   - session: The folder of the caller's session.
  /// - Returns: The name that the file has for the signer; nil if it has none, or if the text is not what was signed.
  /// - Throws: If ssh-keygen cannot be run.
  package static func signer(
    of manifest: SignedManifest, among signers: String, session: String
  ) throws(RemoteError) -> String? {
    do {
      let folder = try DurableFiles.temporaryFolder(in: session, prefix: "verify-")
      let (text, signature) = ("\(folder)/manifest", "\(folder)/signature")
      try DurableFiles.create(text, Array(manifest.text.utf8))
      try DurableFiles.create(signature, Array(manifest.signature.utf8))
      let (found, names) = try run(
        ["-Y", "find-principals", "-s", signature, "-f", signers], input: nil)
      guard found == .exited(0) else { return nil }
      for name in names.split(whereSeparator: \.isNewline).map(String.init)
      where !name.hasPrefix("-") {
        let (status, _) = try run(
          [
            "-Y", "verify", "-q", "-f", signers, "-I", name, "-n", namespace, "-s", signature,
          ], input: text)
        if status == .exited(0) { return name }
      }
      return nil
    } catch let error as RemoteError {
      throw error
    } catch {
      throw RemoteError("\(error)")
    }
  }

  private static func run(
    _ words: [String], input: String?
  ) throws -> (ChildProcess.ExitStatus, String) {
    let child: ChildProcess
    do {
      child = try ChildProcess(
        ["ssh-keygen"] + words, inputFile: input ?? "/dev/null", errorFile: nil)
    } catch {
      throw RemoteError(
        "manifests are signed and checked by ssh-keygen, which is not on the PATH; install it "
          + "('apt-get install openssh-client')")
    }
    let output = child.readToEnd(atMost: 1 << 20)
    return (child.wait(), String(decoding: output, as: UTF8.self))
  }

  private static func lastLine(_ words: String) -> String {
    words.split(whereSeparator: \.isNewline).last.map(String.init) ?? "it says nothing"
  }
}
