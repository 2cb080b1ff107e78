"""Writes exact_math.csv: correctly rounded values of the elementary functions.

    pip install mpmath==1.4.1
    python export_exact_math.py > exact_math.csv

A line holds the function, the bits of the argument and the bits of the result rounded to nearest.
Arguments: special ones (range ends, halfway points of the reductions, doubles that come closest to
multiples of pi/2), and pseudo-random ones spread over the binades.
"""

import math
import random
import struct
import sys

from mpmath import cos, exp, expm1, frexp, ldexp, log, log1p, mp, mpf, nint, sin, tanh

mp.prec = 1400  # an argument of 2^1023 against pi needs 1024 digits more than the result
FUNCTIONS = {"exp": exp, "expm1": expm1, "log": log, "log1p": log1p, "sin": sin, "cos": cos, "tanh": tanh}

SPECIAL = {
    "exp": [709.782712893384, 709.78, -708.39, -708.4, -745.1, -745.13321910194, -720.5, 0.34657359027997264,
            -0.34657359027997264, 1e-300, -1e-17, 1.0, -1.0, 0.5, 88.0, -40.0],
    "expm1": [709.782712893384, -40.0, -39.9, 41.9, 42.1, 1e-300, -1e-17, 1e-9, 0.34657359027997264, 0.35, -0.35, 5e-324],
    "log": [5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 1.0000000000000002, 0.9999999999999999,
            0.7071067811865475, 0.7071067811865476, 1.4142135623730951, 2.0, 0.5, 10.0, 1.5e-310],
    "log1p": [-0.9999999999999999, 1e-300, -1e-17, 1e-9, -1e-9, 0.5, -0.5, 1.0, 1e16, 1.7976931348623157e308, 2.0 ** 60],
    "sin": [math.pi, math.pi / 2, math.pi / 4, 0.7853981633974484, 6381956970095103.0 * 2.0 ** 797, 5.319372648326541e255,
            1048575.9, 1048576.0, 1048577.5, 2.0 ** 53, 1e22, 1.7976931348623157e308, 5e-324, 1e-8, 3 * math.pi / 2,
            2 * math.pi, 1647099.0, 1e5],
    "tanh": [0.5, 0.5000000000000001, 20.0, 20.1, 19.06, 1e-300, 1e-9, 0.1, 1.0, 3.0, 0.17328679513998632],
}
SPECIAL["cos"] = SPECIAL["sin"]
# Binary exponents that the random arguments span, and whether they take both signs.
SPREAD = {"exp": (-20, 9, True), "expm1": (-30, 9, True), "log": (-1000, 1000, False), "log1p": (-30, 60, False),
          "sin": (-10, 25, True), "cos": (-10, 25, True), "tanh": (-20, 5, True)}


def bits(x):
    return struct.unpack("<Q", struct.pack("<d", x))[0]


def rounded(value):
    """The double nearest to `value`, ties to even, subnormals included."""
    _, exponent = frexp(value)
    scale = min(1074, 53 - exponent)
    return math.ldexp(int(nint(ldexp(value, scale))), -scale)


def arguments(name, count, generator):
    yield from SPECIAL[name]
    low, high, signed = SPREAD[name]
    if name == "log":
        yield from (generator.uniform(0.5, 2) for _ in range(count // 3))
    if name == "log1p":
        yield from (generator.uniform(-0.999, 1) for _ in range(count // 3))
    if name in ("sin", "cos"):
        yield from (2.0 ** generator.uniform(25, 1023) for _ in range(count // 6))
        yield from (generator.uniform(0, 2 * math.pi) for _ in range(count // 3))
    for _ in range(count):
        x = 2.0 ** generator.uniform(low, high) * (generator.choice([-1, 1]) if signed else 1)
        if not (name in ("exp", "expm1") and abs(x) > 709):
            yield x


def main(count=120):
    generator = random.Random(20261102)
    for name, function in FUNCTIONS.items():
        for x in arguments(name, count, generator):
            print(f"{name},{bits(x):016x},{bits(rounded(function(mpf(x)))):016x}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
