"""Measures labbook beside its peers in one run, one core each, and prints ratios with their targets.

    bench_peers.py PROGRAMS [--part control|language] [--quick]      (`make bench-peers`)

PROGRAMS is the folder of the built Swift programs.
"""

import argparse
from pathlib import Path

import bench_control
import bench_language

PARTS = {"control": bench_control.measure, "language": bench_language.measure}

parser = argparse.ArgumentParser()
parser.add_argument("programs", type=Path)
parser.add_argument("--part", choices=PARTS, help="only one of the two")
parser.add_argument("--quick", action="store_true", help="one short round of each: does it all run?")
options = parser.parse_args()
for name, measure in PARTS.items():
    if options.part in (None, name):
        measure(options.programs.resolve(), options.quick)
