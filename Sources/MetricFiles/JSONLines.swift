internal import CanonicalJSON

/// Reads JSON Lines: an object a line, with the step among its members, or beside the numbers.
///
/// verl's file logger writes `{"step":1,"data":{"actor/entropy":0.4,…}}`, for every step and from step 0 or 1 on;
/// it opens its file anew when a run is resumed. A last line without a line break has to be whole, or the trainer was
/// stopped while it wrote.
///
/// Source: verl 0.9.1, `verl/utils/tracking.py`, class `FileLogger`; https://jsonlines.org.
package func readJSONLines(
  _ bytes: [UInt8], file: String, _ reading: MetricReading = MetricReading()
) throws(MetricFileError) -> MetricHistory {
  var builder = MetricHistoryBuilder(file: file, reading)
  var isOfVerl = true
  var number = 0
  var start = lengthOfByteOrderMark(in: bytes)
  while start < bytes.count {
    number += 1
    let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
    let line = bytes[start..<end]
    start = end + 1
    // An empty line is what a tool leaves that joins files.
    if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { continue }
    var row = try object(on: line, number, of: bytes, isWhole: end < bytes.count, file: file)
    if let data = row.verlData { row.members = data } else { isOfVerl = false }
    try builder.add(row.members, at: .line(number, column: nil))
  }
  return try builder.finished(beginning: isOfVerl ? .everyStep : .distances)
}

private struct LineObject {
  var members: [JSONValue.Member]

  /// The step and the numbers beside it, if the object has verl's form.
  var verlData: [JSONValue.Member]? {
    guard members.count == 2, let step = members.first(where: { $0.name == "step" }),
      case .object(let data)? = members.first(where: { $0.name == "data" })?.value
    else { return nil }
    return [step] + data.filter { $0.name != "step" }
  }
}

private func object(
  on line: ArraySlice<UInt8>, _ number: Int, of all: [UInt8], isWhole: Bool, file: String
) throws(MetricFileError) -> LineObject {
  let value: JSONValue
  do throws(JSONError) {
    value = try JSONValue(bytes: Array(line), numbers: .python)
  } catch {
    if number == 1, (try? JSONValue(bytes: all, numbers: .python)) != nil {
      throw MetricFileError(
        file,
        "the file is one JSON document of several lines; read it as '\(MetricFormat.json.rawValue)'"
      )
    }
    if !isWhole {
      throw MetricFileError(
        file, at: .line(number, column: line.count + 1),
        "the last line is cut off; the trainer was stopped while it wrote, or the disk was full")
    }
    throw MetricFileError(file, error, linesBefore: number - 1)
  }
  guard case .object(let members) = value else {
    throw MetricFileError(
      file, at: .line(number, column: nil), "a line must be an object, found \(kind(of: value))")
  }
  return LineObject(members: members)
}
