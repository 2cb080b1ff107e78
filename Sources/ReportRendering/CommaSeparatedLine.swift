/// Fields as a line of comma-separated values, its end included.
///
/// A field with a comma, a quotation mark or an end of line stands in quotes, with each mark of its own doubled. Lines end with a
/// line feed alone, as pandas and R write them: the files stand in git, where a repository that keeps texts with line feeds would
/// show others as changed for ever.
/// Source: RFC 4180, but for the ends of lines.
package func commaSeparatedLine(_ fields: [String]) -> String {
  fields.map { field in
    let needsQuotes = field.utf8.contains { byte in
      byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\"") || byte == 0x0D || byte == 0x0A
    }
    return needsQuotes ? "\"\(field.replacing("\"", with: "\"\""))\"" : field
  }.joined(separator: ",") + "\n"
}
