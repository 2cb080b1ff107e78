internal import CanonicalJSON
internal import Foundation
package import Notebook
internal import ReportRendering
internal import ResultStore
internal import Settings

/// The files that a notebook names, each read once: what is hashed is what is shown.
package struct NotebookFiles {
  /// A text file with its name relative to the notebook.
  struct Text {
    var name: String
    var text: String
  }

  /// The bibliography; nil if it is not there or nothing is cited.
  private(set) var bibliography: Text?
  /// The citation style that the notebook chooses, and those that it stands on; empty if it chooses none.
  private(set) var styles: [Text] = []
  /// Whether the notebook has formulas, for which the lab may have commands.
  private(set) var asksForMacros = false
  /// The lab's commands for formulas; nil if it has none, or the notebook no formula.
  private(set) var macros: (file: Text, macros: FormulaMacros)?
  /// The content of images by the address in the notebook.
  private(set) var images: [String: [UInt8]] = [:]
  /// The names of images relative to the notebook, by the address in it.
  private(set) var imageNames: [String: String] = [:]
  /// The faults of the names and the files of images, in no order.
  private(set) var imageProblems: [SourceProblem] = []
  /// The faults of all names and files, in no order.
  private(set) var problems: [SourceProblem] = []
  /// The links to files that are not there, in no order.
  private(set) var linkProblems: [SourceProblem] = []

  private let path: String
  private let own: NamedFiles
  private let shared: NamedFiles

  /// Reads the files that `notebook`, which stands in the folder of a week, names.
  ///
  /// Images are files of the week; a bibliography and a style may stand in the folder of weeks too.
  package init(of notebook: Notebook, folder: WeekFolder) {
    path = notebook.path
    own = folder.ownFiles
    shared = folder.files
    readImages(of: notebook)
    imageProblems = problems
    checkLinks(of: notebook, in: folder)
    let front = notebook.frontMatter
    if let style = front.citationStyle { read(style: style) }
    if !notebook.formulas.isEmpty { readMacros() }
    guard !notebook.citations.isEmpty else { return }
    bibliography = text(
      front.bibliography, "bibliography", atMost: FileSize.mostOfBibliography)
  }

  /// Looks whether there is what links lead to, in the lab at most. Nothing is opened but the notebooks of other reports
  /// of which a link names a place.
  private mutating func checkLinks(of notebook: Notebook, in folder: WeekFolder) {
    let files = folder.files(rise: 2)
    var places: [String: Notebook.Places?] = [folder.name: notebook.places]
    var seen: [String: Bool] = [:]
    for link in notebook.links {
      let address = link.value.prefix { $0 != "#" && $0 != "?" }
      let name = address.removingPercentEncoding ?? String(address)
      guard !name.isEmpty, NamedFiles.isWellFormed(name) else { continue }
      let isThere = seen[name] ?? isThere(NamedFiles.plainName(name), files)
      seen[name] = isThere
      if isThere {
        guard let report = ReportLink(link.value), !report.place.isEmpty else { continue }
        let name = report.name ?? folder.name
        // A notebook that cannot be read is told by whoever builds it.
        let known = places[name] ?? (try? folder.beside(name).notebook())?.places
        places[name] = .some(known)
        if let problem = known?.problem(withPlace: report.place) {
          linkProblems.append(
            SourceProblem(
              path: path, position: link.position, message: "in the report of '\(name)' \(problem)")
          )
        }
        continue
      }
      linkProblems.append(
        SourceProblem(
          path: path, position: link.position, message: "there is no file '\(name)' to link to"))
    }
  }

  private func isThere(_ name: String, _ files: NamedFiles) -> Bool {
    // What builds make may not be there yet.
    if OutputFiles.isMade(name) { return true }
    let steps = name.split(separator: "/", omittingEmptySubsequences: false)
    if steps.count > 2, steps[0] == "..", OutputFiles.isMade(steps[2...].joined(separator: "/")),
      isThere("../\(steps[1])/\(WeekFolder.notebookName)", files)
    {
      return true
    }
    do throws(NamedFiles.Refusal) {
      return try files.path(of: name) != nil
    } catch {
      if case .unreadable = error { return false }
      // A folder can be linked to; what lies beyond the lab is not looked at.
      return true
    }
  }

  /// Reads the images, each once. Two whose names differ in the form of an accent alone look as one wherever they are named, and
  /// Swift takes them for one, so the second is refused.
  private mutating func readImages(of notebook: Notebook) {
    var names: [String: String] = [:]
    for image in notebook.images {
      // An image's address is a URL, so its name may be written with percents.
      let name = image.value.removingPercentEncoding ?? image.value
      let plain = NamedFiles.plainName(name)
      if let first = names[plain], !CanonicalText.same(first, plain) {
        report(
          "the name of the image '\(image.value)' differs from that of another one in the form of an accent alone; rename one of the files",
          at: image.position)
        continue
      }
      names[plain] = plain
      if imageNames[image.value] == nil { read(image: image, name: name) }
    }
  }

  private mutating func read(image: Positioned<String>, name: String) {
    imageNames[image.value] = NamedFiles.plainName(name)
    guard let type = EmbeddedImages.type(of: name) else {
      report(
        "'\(image.value)' is not an image of a known kind: "
          + EmbeddedImages.types.keys.sorted().joined(separator: ", "), at: image.position)
      return
    }
    images[image.value] = bytes(
      name, at: image.position, as: "image '\(image.value)'", of: own, "the folder of the week",
      atMost: FileSize.mostOfImages)
    if let content = images[image.value], let problem = imageProblem(in: content, type: type) {
      report("the image '\(image.value)' \(problem)", at: image.position)
      return
    }
    // The page holds them all.
    guard images.values.reduce(0, { $0 + $1.count }) > FileSize.mostOfImages else { return }
    images[image.value] = nil
    report(
      "with the image '\(image.value)' the images of this notebook have more than "
        + "\(FileSize.words(FileSize.mostOfImages)), the most that labbook puts into a page",
      at: image.position)
  }

  /// Reads a style, and in place of a dependent one, which holds nothing, the style that it stands on.
  ///
  /// Left to itself, the citation processor would fetch that one from the network.
  private mutating func read(style: Positioned<String>) {
    guard var last = text(style, "citation style", atMost: FileSize.mostOfStyle) else { return }
    styles = [last]
    do throws(StyleTags.Refusal) {
      var tags = try StyleTags(last.text)
      while let parent = CitationStyle.parent(in: tags) {
        let folder = last.name.split(separator: "/").dropLast().map { $0 + "/" }.joined()
        let name = NamedFiles.plainName("\(folder)\(parent).csl")
        guard CitationStyle.isFileName(parent), !styles.contains(where: { $0.name == name }),
          styles.count < Self.mostStyles,
          let content = try? shared.content(of: name, atMost: FileSize.mostOfStyle),
          let text = String(validating: content, as: UTF8.self)
        else {
          report(
            "the citation style '\(last.name)' only points to another one, which labbook does not fetch: "
              + "put that one beside it as '\(parent).csl', or name it here", at: style.position)
          styles = []
          return
        }
        last = Text(name: name, text: text)
        styles.append(last)
        tags = try StyleTags(text)
      }
      if let problem = CitationStyle.problem(with: tags) { throw StyleTags.Refusal(words: problem) }
    } catch {
      report("the citation style '\(last.name)' \(error.words)", at: style.position)
      styles = []
    }
  }

  /// The most styles of which each stands on the next.
  private static let mostStyles = 10

  /// The file with the lab's commands for formulas, relative to a notebook.
  static let macrosName = "../macros.yaml"

  /// Reads the lab's commands for formulas, if it has any; a notebook need not name them.
  private mutating func readMacros() {
    asksForMacros = true
    let position = SourcePosition(line: 1, column: 1)
    do throws(NamedFiles.Refusal) {
      guard let bytes = try shared.content(of: Self.macrosName, atMost: FileSize.mostOfSpec) else {
        return
      }
      guard let text = String(validating: bytes, as: UTF8.self) else {
        report("the macros '\(Self.macrosName)' are not UTF-8", at: position)
        return
      }
      // Named in messages as the notebook is, but for the folder.
      let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast(2)
      let file = (folder + ["macros.yaml"]).joined(separator: "/")
      do throws(NotebookError) {
        macros = (
          Text(name: Self.macrosName, text: text), try parseFormulaMacros(text, path: file)
        )
      } catch {
        problems += error.problems
      }
    } catch {
      report("the macros '\(Self.macrosName)' \(error.words("the folder of weeks"))", at: position)
    }
  }

  private mutating func text(
    _ name: Positioned<String>, _ kind: String, atMost limit: Int
  ) -> Text? {
    guard
      let bytes = bytes(
        name.value, at: name.position, as: "\(kind) '\(name.value)'", of: shared,
        "the folder of weeks", atMost: limit)
    else { return nil }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      report("the \(kind) '\(name.value)' is not UTF-8", at: name.position)
      return nil
    }
    if let conflict = MergeConflict(inProse: text) {
      report(
        "line \(conflict.line) of the \(kind) '\(name.value)' \(conflict.words); keep one of its sides",
        at: name.position)
      return nil
    }
    return Text(name: NamedFiles.plainName(name.value), text: text)
  }

  private mutating func bytes(
    _ name: String, at position: SourcePosition, as words: String, of files: NamedFiles,
    _ boundary: String, atMost limit: Int
  ) -> [UInt8]? {
    do throws(NamedFiles.Refusal) {
      if let bytes = try files.content(of: name, atMost: limit) { return bytes }
      report("there is no \(words)", at: position)
    } catch {
      report("the \(words) \(error.words(boundary))", at: position)
    }
    return nil
  }

  private mutating func report(_ message: String, at position: SourcePosition) {
    problems.append(SourceProblem(path: path, position: position, message: message))
  }
}
