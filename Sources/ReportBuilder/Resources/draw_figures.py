"""Draws Vega-Lite charts.

Reads one JSON list of specifications (texts) from standard input; writes one JSON list of SVG
documents, in the same order, to standard output.
"""

import json
import sys

import vl_convert

# The Vega-Lite that the pinned vl-convert holds and that specifications are written for.
VEGA_LITE = "6.4"


def main():
    charts = []
    for text in json.load(sys.stdin):
        # No data may come from elsewhere: a chart holds all that it shows.
        svg = vl_convert.vegalite_to_svg(
            text, vl_version=VEGA_LITE, show_warnings=True, allowed_base_urls=[]
        )
        charts.append(svg + "\n")
    json.dump(charts, sys.stdout)


main()
