// Runs before and after KaTeX in a bare ECMAScript engine: what that lacks, and the one function
// that labbook calls.
if (!Array.prototype.fill) {
  Array.prototype.fill = function (value, start, end) {
    var last = end === undefined ? this.length : end;
    for (var index = start || 0; index < last; index += 1) { this[index] = value; }
    return this;
  };
}

// Returns "ok" and the HTML, or "error", the position and the message, on lines of their own.
function labbookTypeset(tex, style) {
  try {
    return "ok\n" + katex.renderToString(tex, {
      displayMode: style === "display",
      output: "htmlAndMathml",
      throwOnError: true,
      strict: "ignore",
      // The length of a formula is bounded before, and so is what KaTeX's own macros can make of it.
      maxExpand: 100000,
      trust: false
    });
  } catch (error) {
    // The engine's own limits, such as the depth of calls, are no mistake that KaTeX could place.
    if (!(error instanceof katex.ParseError)) {
      return "error\n0\nthe formula is too long or too deep to be typeset";
    }
    var position = typeof error.position === "number" ? error.position : 0;
    return "error\n" + position + "\n" + error.message;
  }
}
