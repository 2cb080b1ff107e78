"""Typesets a report for print.

The arguments are a folder that may hold the package typst, the source, and the PDF to write; images are named from the folder
of the work. Only the fonts of typst itself are used, so that the same source gives the same bytes on every machine. Exit code
3 if typst is not there.
"""

import sys

sys.path.insert(0, sys.argv[1])
try:
    import typst
except ImportError:
    sys.exit(3)


def main():
    try:
        typst.compile(sys.argv[2], output=sys.argv[3], root=".", ignore_system_fonts=True)
    except RuntimeError as error:
        sys.exit(" ".join(str(error).split()))


main()
