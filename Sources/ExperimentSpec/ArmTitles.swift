internal import ResultStore

extension ExperimentReader {
  /// Reports titles that a reader could not tell from the title of an arm or stage before.
  ///
  /// Tables and figures name arms by their titles, and may show stages among them.
  mutating func checkTitles(of templates: [ArmTemplate]) {
    var first: [String: ArmTemplate] = [:]
    for template in templates {
      for arm in template.arms {
        let key = readableForm(ofTitle: arm.title)
        guard let other = first[key] else {
          first[key] = template
          continue
        }
        let line = other.titlePosition.line
        let isSameFile = other.titlePosition.path == template.titlePosition.path
        reader.report(
          .duplicateTitle(
            title: arm.title, other: other.path,
            place: isSameFile ? "line \(line)" : "line \(line) of \(other.titlePosition.path)"),
          of: template.path, at: template.titlePosition)
        // One report is enough for all arms of a sweep.
        break
      }
    }
  }
}
