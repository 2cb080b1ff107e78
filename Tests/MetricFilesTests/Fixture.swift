import Foundation

import MetricFiles

/// A file beside the tests.
enum Fixture {
  /// The path of a fixture.
  static func path(_ name: String) -> String {
    URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/\(name)").path
  }

  /// The content of a fixture.
  static func bytes(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(filePath: path(name))))
  }
}

/// The message of the error that `read` throws; nil if it throws none.
func problem<Value>(_ read: () throws(MetricFileError) -> Value) -> String? {
  do throws(MetricFileError) {
    _ = try read()
    return nil
  } catch {
    return error.description
  }
}

extension MetricHistory {
  /// The values of a key by step.
  func byStep(_ key: String) throws -> [Double: Double] {
    Dictionary(
      try points(of: key, over: .step).map { ($0.x, $0.y) }, uniquingKeysWith: { $1 })
  }
}
