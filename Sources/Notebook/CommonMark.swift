import CCMarkGFM

/// The one file that talks to libcmark-gfm.
///
/// The extensions are those of GitHub, so that a notebook means here what it means there.
enum CommonMark {
  /// Registered once, before the first parser is made; the library keeps them for the process.
  private static let extensions: [String] = {
    cmark_gfm_core_extensions_ensure_registered()
    return ["table", "strikethrough", "autolink", "tasklist", "tagfilter"]
  }()

  private static let options =
    CMARK_OPT_FOOTNOTES | CMARK_OPT_VALIDATE_UTF8 | CMARK_OPT_STRIKETHROUGH_DOUBLE_TILDE

  /// Returns the tree of `text`, which is at most ``MarkdownLimits/depth`` deep.
  ///
  /// - Throws: The reason why the text is not read, with the place in it.
  static func tree(of text: String) throws(MarkdownRefusal) -> MarkdownNode {
    try MarkdownLimits.check(text)
    guard let parser = cmark_parser_new(options) else { return emptyDocument }
    defer { cmark_parser_free(parser) }
    for name in extensions {
      guard let syntax = cmark_find_syntax_extension(name) else {
        preconditionFailure("libcmark-gfm has no extension \(name)")
      }
      cmark_parser_attach_syntax_extension(parser, syntax)
    }
    var text = text
    text.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) { characters in
        cmark_parser_feed(parser, characters.baseAddress, characters.count)
      }
    }
    guard let root = cmark_parser_finish(parser) else { return emptyDocument }
    defer { cmark_node_free(root) }
    try checkDepth(of: root)
    return convert(root)
  }

  /// Walks the tree without a call for each level, since its depth is the file's choice.
  private static func checkDepth(of root: OpaquePointer) throws(MarkdownRefusal) {
    var node = root
    var depth = 0
    // Marks in running text have no places of their own.
    var block = root
    while true {
      let type = Int32(cmark_node_get_type(node).rawValue)
      if type & CMARK_NODE_TYPE_MASK == CMARK_NODE_TYPE_PRESENT { block = node }
      if depth > MarkdownLimits.depth {
        throw MarkdownLimits.tooDeep(
          line: max(1, Int(cmark_node_get_start_line(block))),
          column: max(1, Int(cmark_node_get_start_column(block))))
      }
      if let child = cmark_node_first_child(node) {
        node = child
        depth += 1
        continue
      }
      while cmark_node_next(node) == nil {
        guard let parent = cmark_node_parent(node), node != root else { return }
        node = parent
        depth -= 1
      }
      guard node != root, let next = cmark_node_next(node) else { return }
      node = next
    }
  }

  private static let emptyDocument = MarkdownNode(
    kind: .document, lines: 1...1, indentation: 0, children: [])

  private static func convert(_ node: OpaquePointer) -> MarkdownNode {
    var children: [MarkdownNode] = []
    var next = cmark_node_first_child(node)
    while let child = next {
      children.append(convert(child))
      next = cmark_node_next(child)
    }
    let start = max(1, Int(cmark_node_get_start_line(node)))
    let end = max(start, Int(cmark_node_get_end_line(node)))
    return MarkdownNode(
      kind: kind(of: node), lines: start...end,
      indentation: max(0, Int(cmark_node_get_start_column(node)) - 1), children: children)
  }

  private static func kind(of node: OpaquePointer) -> MarkdownNode.Kind {
    switch String(cString: cmark_node_get_type_string(node)) {
    case "document": .document
    case "paragraph": .paragraph
    case "block_quote": .blockQuote
    case "thematic_break": .thematicBreak
    case "heading": .heading(level: Int(cmark_node_get_heading_level(node)))
    case "list": list(node)
    case "item": .item(isDone: nil)
    case "tasklist": .item(isDone: cmark_gfm_extensions_get_tasklist_item_checked(node))
    case "code_block": codeBlock(node)
    case "html_block": .htmlBlock(literal(node))
    case "table": .table(alignments(node))
    case "table_header": .tableRow(isHeader: true)
    case "table_row": .tableRow(isHeader: false)
    case "table_cell": .tableCell
    case "text": .text(literal(node))
    case "softbreak": .softBreak
    case "linebreak": .lineBreak
    case "code": .code(literal(node))
    case "html_inline": .htmlInline(literal(node))
    case "emph": .emphasis
    case "strong": .strong
    case "strikethrough": .strikethrough
    case "link":
      .link(
        destination: string(cmark_node_get_url(node)), title: string(cmark_node_get_title(node)))
    case "image":
      .image(source: string(cmark_node_get_url(node)), title: string(cmark_node_get_title(node)))
    default: footnote(node)
    }
  }

  /// The library has no names for the nodes of footnotes. It numbers references in order of first
  /// mention and moves the definitions to the end, in the same order.
  private static func footnote(_ node: OpaquePointer) -> MarkdownNode.Kind {
    switch cmark_node_get_type(node) {
    case CMARK_NODE_FOOTNOTE_DEFINITION: .footnoteDefinition
    case CMARK_NODE_FOOTNOTE_REFERENCE: .footnoteReference(Int(literal(node)) ?? 0)
    case let other: preconditionFailure("libcmark-gfm has an unexpected node: \(other)")
    }
  }

  private static func list(_ node: OpaquePointer) -> MarkdownNode.Kind {
    let isOrdered = cmark_node_get_list_type(node) == CMARK_ORDERED_LIST
    return .list(
      start: isOrdered ? Int(cmark_node_get_list_start(node)) : nil,
      isTight: cmark_node_get_list_tight(node) != 0)
  }

  private static func codeBlock(_ node: OpaquePointer) -> MarkdownNode.Kind {
    var length: Int32 = 0
    var offset: Int32 = 0
    var character: CChar = 0
    let isFenced = cmark_node_get_fenced(node, &length, &offset, &character) != 0
    return .codeBlock(
      info: string(cmark_node_get_fence_info(node)), text: literal(node), isFenced: isFenced)
  }

  private static func alignments(_ node: OpaquePointer) -> [ColumnAlignment] {
    let count = Int(cmark_gfm_extensions_get_table_columns(node))
    guard let letters = cmark_gfm_extensions_get_table_alignments(node) else { return [] }
    return (0..<count).map { column in
      switch letters[column] {
      case UInt8(ascii: "l"): .leading
      case UInt8(ascii: "c"): .center
      case UInt8(ascii: "r"): .trailing
      default: .natural
      }
    }
  }

  private static func literal(_ node: OpaquePointer) -> String {
    string(cmark_node_get_literal(node))
  }

  private static func string(_ pointer: UnsafePointer<CChar>?) -> String {
    pointer.map { String(cString: $0) } ?? ""
  }
}
