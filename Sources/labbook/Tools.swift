import Foundation
import ReportBuilder
import ReportRendering
import ResultStore

extension ReportTools {
  /// The variable with the folder of the Python tools, where they are in none of the usual places.
  static let variable = "LABBOOK_TOOLS"

  /// The folder of the Python tools: the one that the variable names; or else `.venv` beside the sources that
  /// labbook was built from, where `make` installs them; or else the one in the user's cache.
  ///
  /// A `.venv` in the lab is not looked at: a lab may be a stranger's, and its programs would be run.
  static var folder: URL {
    get throws {
      let environment = ProcessInfo.processInfo.environment
      if let folder = environment[variable], !folder.isEmpty {
        return URL(filePath: folder, directoryHint: .isDirectory).absoluteURL
      }
      if let folder = folderOfSources { return folder }
      return try cachedFolder(of: requirements, in: environment)
    }
  }

  /// The names and versions of the Python tools, a line for each.
  static var requirements: String {
    get throws { try BundledResource.text("requirements.txt", in: .module) }
  }

  /// The names and versions of the Python packages that exports take besides, a line for each.
  static var exportsRequirements: String {
    get throws { try BundledResource.text("requirements-exports.txt", in: .module) }
  }

  /// The folder of the packages that exports take, within that of the tools; other versions have another one.
  static func exportsFolder(in tools: URL) throws -> URL {
    let digest = Digest.hex(of: try exportsRequirements).prefix(12)
    return tools.appending(path: "exports-\(digest)", directoryHint: .isDirectory)
  }

  /// A person's way to the packages that exports take.
  static let exportsRemedy = "'labbook doctor --install --exports' installs it"

  /// The folder in the user's cache for the tools that `requirements` lists; other versions have another one.
  ///
  /// - Parameters:
  ///   - requirements: The names and versions of the tools.
  ///   - environment: The variables of the process. A relative `XDG_CACHE_HOME` counts as none, as its specification
  ///     says.
  /// - Returns: The folder, whether it is there or not.
  static func cachedFolder(of requirements: String, in environment: [String: String]) -> URL {
    let cache =
      environment["XDG_CACHE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
      ?? (environment["HOME"] ?? NSHomeDirectory()) + "/.cache"
    let digest = Digest.hex(of: requirements).prefix(12)
    return URL(filePath: "\(cache)/labbook/tools-\(digest)", directoryHint: .isDirectory)
  }

  /// The environment of the package that this program stands in the build folder of; nil if there is none.
  private static var folderOfSources: URL? {
    var package = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    for _ in 0..<4 { package.deleteLastPathComponent() }
    let folder = package.appending(path: ".venv", directoryHint: .isDirectory)
    let files = FileManager.default
    let isPackage = files.fileExists(atPath: package.appending(path: "Package.swift").path)
    return isPackage && files.fileExists(atPath: folder.path) ? folder : nil
  }

  /// Finds the Python tools.
  static func find() throws -> ReportTools {
    let folder = try folder
    guard var tools = ReportTools(environment: folder) else {
      throw MissingTools(folder: folder.path)
    }
    tools.exports = try exportsFolder(in: folder)
    return tools
  }
}

/// The Python tools are not installed.
struct MissingTools: Error, CustomStringConvertible {
  var folder: String

  var description: String {
    "the Python tools are not in \(folder); 'labbook doctor --install' installs them, or name their environment: "
      + "\(ReportTools.variable)=…/.venv (a .venv in the lab is not used)"
  }
}
