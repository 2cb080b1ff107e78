"""Converts drawings for print and for programs that know no SVG.

The first argument is a folder of packages, of which none is needed here, the others are SVG files; beside each, one with
the ending .pdf and one with .png are written.
"""

import sys
from pathlib import Path

import vl_convert


def main():
    for name in sys.argv[2:]:
        path = Path(name)
        svg = path.read_text()
        path.with_suffix(".pdf").write_bytes(vl_convert.svg_to_pdf(svg))
        path.with_suffix(".png").write_bytes(vl_convert.svg_to_png(svg, scale=3))


main()
