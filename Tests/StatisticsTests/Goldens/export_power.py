"""Writes power.json: what scipy makes of quantiles, powers and detectable differences.

    pip install scipy==1.17.1
    python export_power.py > power.json

A detectable difference is the root of scipy's power of the two-sided paired t-test, by the noncentral t
distribution: the equation that statsmodels' TTestPower.solve_power solves.
"""

import json
import math
import sys

import scipy.optimize
import scipy.stats

SIZES = [2, 3, 5, 8, 10, 20, 33, 60, 200, 1000]
LEVELS = [0.05, 0.05 / 3, 0.05 / 9, 0.001]


def power(effect, pairs, level):
    freedom = pairs - 1
    critical = scipy.stats.t.isf(level / 2, freedom)
    shift = effect * pairs**0.5
    below = scipy.stats.nct.cdf(-critical, freedom, shift)
    # Where it is too small for scipy it is NaN.
    return scipy.stats.nct.sf(critical, freedom, shift) + (0 if math.isnan(below) else below)


def effect(pairs, level, wanted):
    high = 1.0
    while power(high, pairs, level) < wanted:
        high *= 2
    return scipy.optimize.brentq(lambda e: power(e, pairs, level) - wanted, 0, high, xtol=1e-14, rtol=1e-14)


json.dump(
    {
        "normalTails": [[x, float(scipy.stats.norm.sf(x))] for x in [-3, -0.5, 0, 0.1, 1, 2.5, 3.99, 4.01, 8, 20]],
        "studentQuantiles": [
            {"degreesOfFreedom": n - 1, "tail": level / 2, "value": float(scipy.stats.t.isf(level / 2, n - 1))}
            for n in SIZES for level in LEVELS
        ],
        "noncentralTails": [
            {"degreesOfFreedom": n - 1, "noncentrality": d, "t": t, "value": float(scipy.stats.nct.sf(t, n - 1, d))}
            for n in [2, 5, 10, 60] for d in [0.5, 3.0] for t in [-1.0, 0.0, 2.0, 4.0]
        ],
        "chiSquareQuantiles": [
            {"degreesOfFreedom": n - 1, "probability": p, "value": float(scipy.stats.chi2.ppf(p, n - 1))}
            for n in SIZES for p in [0.05, 0.2, 0.5, 0.95]
        ],
        "differences": [
            {"pairs": n, "significance": level, "power": wanted, "value": float(effect(n, level, wanted))}
            for n in [6, 8, 10, 20, 40, 100] for level in LEVELS for wanted in [0.8, 0.9]
        ],
    },
    sys.stdout,
    indent=1,
)
sys.stdout.write("\n")
