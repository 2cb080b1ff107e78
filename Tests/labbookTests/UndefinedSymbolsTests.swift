import Foundation
import Testing

/// The C library's transcendental functions differ from machine to machine; results and reports
/// must not depend on them.
@Suite struct UndefinedSymbolsTests {
  static let targets = [
    "CKernels", "SeededRandom", "Settings", "Statistics", "Tensors", "ResultStore",
    "NeuralNetworks", "Objectives", "Environments", "LanguageTasks", "Algorithms",
    "ReportRendering", "ReportBuilder",
  ]

  /// Everything of libm but square root, fused multiply-add, rounding, and exact remainders.
  static let banned = Set(
    [
      "acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "cbrt", "cos", "cosh", "erf",
      "erfc", "exp", "exp10", "exp2", "expm1", "hypot", "lgamma", "log", "log10", "log1p", "log2",
      "pow", "sin", "sincos", "sinh", "tan", "tanh", "tgamma",
    ].flatMap { [$0, $0 + "f", $0 + "l"] })

  @Test(arguments: targets)
  func `no object of the target calls the C library's mathematics`(target: String) throws {
    let symbols = try undefinedSymbols(of: target)
    try #require(!symbols.isEmpty, "no objects of \(target) were found")
    #expect(symbols.intersection(Self.banned).sorted() == [])
  }

  /// A loaded OpenBLAS starts threads, which turn in circles for 25 ms in every command.
  @Test func `the program is not linked with OpenBLAS`() throws {
    let lines = try output(of: ["readelf", "--dynamic", "--wide", LabFixture.program.path])
    #expect(lines.contains("Shared library: [libswiftCore.so]"))
    #expect(!lines.contains("openblas"))
  }

  @Test func `the check sees a call of the C library's mathematics`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let source = folder.appending(path: "a.c")
    try Data("double tanh(double); double f(double x) { return tanh(x); }".utf8).write(to: source)
    let object = folder.appending(path: "a.o")
    _ = try output(of: ["clang", "-c", source.path, "-o", object.path])
    #expect(try undefinedSymbols(in: [object]).contains("tanh"))
  }

  private func undefinedSymbols(of target: String) throws -> Set<String> {
    let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let folder = URL(filePath: tests).deletingLastPathComponent()
      .appending(path: "\(target).build")
    let names = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String }
    let objects = (names ?? []).filter { $0.hasSuffix(".o") }.map { folder.appending(path: $0) }
    return try undefinedSymbols(in: objects)
  }

  private func undefinedSymbols(in objects: [URL]) throws -> Set<String> {
    guard !objects.isEmpty else { return [] }
    let lines = try output(of: ["nm", "--undefined-only"] + objects.map(\.path))
    return Set(
      lines.split(separator: "\n").compactMap { line in
        let words = line.split(separator: " ")
        return words.count == 2 && words[0] == "U" ? String(words[1]) : nil
      })
  }

  private func output(of words: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = words
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "\(words.first ?? "") failed")
    return String(decoding: data, as: UTF8.self)
  }
}
