import Foundation
import ReportBuilder

extension ReportTools {
  /// The variable with the folder of the Python tools, where they are not beside the program.
  static let variable = "LABBOOK_TOOLS"

  /// The folder of the Python tools: the one that the variable names, or else `.venv` beside the sources
  /// that labbook was built from, where `make` installs them.
  ///
  /// A `.venv` in the lab is not looked at: a lab may be a stranger's, and its programs would be run.
  static var folder: URL {
    if let folder = ProcessInfo.processInfo.environment[variable], !folder.isEmpty {
      return URL(filePath: folder, directoryHint: .isDirectory).absoluteURL
    }
    var package = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    for _ in 0..<4 { package.deleteLastPathComponent() }
    return package.appending(path: ".venv", directoryHint: .isDirectory)
  }

  /// Finds the Python tools that `make` installs.
  static func find() throws -> ReportTools {
    guard let tools = ReportTools(environment: folder) else {
      throw MissingTools(folder: folder.path)
    }
    return tools
  }
}

/// The Python tools are not installed.
struct MissingTools: Error, CustomStringConvertible {
  var folder: String

  var description: String {
    "the Python tools of requirements.txt are not in \(folder); 'make report' installs them, or name their "
      + "environment: \(ReportTools.variable)=…/.venv (a .venv in the lab is not used)"
  }
}
