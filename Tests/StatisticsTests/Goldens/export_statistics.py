"""Writes statistics.json: what numpy, scipy and the published definitions make of exported scores.

    pip install numpy==2.4.6 scipy==1.17.1
    python export_statistics.py > statistics.json

The definitions are those of rliable (Agarwal et al., NeurIPS 2021): the interquartile mean is
scipy.stats.trim_mean with proportiontocut 0.25, the probability of improvement the Mann-Whitney U
statistic over the number of pairs, its intervals are percentiles of a stratified bootstrap. Resamples are
drawn from the project's own streams, by the independent implementation beside the tests of those.

The interval of a mean difference is searched for among the means of all subsets of the differences, by
scipy's permutation test of the differences less each; that of a mean is where Hall's transformed t is the
quantile, found by bracketing.
"""

import bisect
import fractions
import itertools
import json
import pathlib
import sys

import numpy
import scipy.optimize
import scipy.stats

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "SeededRandomTests" / "Goldens"))
from export_streams import Stream  # noqa: E402

RESAMPLES = 400


def iqm(scores):
    return float(scipy.stats.trim_mean(numpy.asarray(scores), proportiontocut=0.25, axis=None))


def improvement(x, y):
    return float(scipy.stats.mannwhitneyu(x, y, alternative="two-sided").statistic / (len(x) * len(y)))


def percentiles(estimates, level):
    return [float(v) for v in numpy.percentile(estimates, [50 * (1 - level), 50 * (1 + level)])]


def resampled_indices(stream, counts):
    return [[stream.index(count) for _ in range(count)] for count in counts]


def stratified(strata, level, statistic):
    stream = Stream("statistics", 0, "bootstrap")
    strata = [sorted(scores) for scores in strata]
    estimates = []
    for _ in range(RESAMPLES):
        drawn = resampled_indices(stream, [len(scores) for scores in strata])
        estimates.append(statistic([[s[i] for i in indices] for s, indices in zip(strata, drawn)]))
    return percentiles(estimates, level)


def whole_differences(x, y):
    # In whole hundredths: sign patterns that tie with the one observed would not tie in binary fractions.
    return numpy.rint(100 * numpy.asarray(x)) - numpy.rint(100 * numpy.asarray(y))


def sign_flip(differences):
    result = scipy.stats.permutation_test(
        (differences,), lambda x, axis: numpy.sum(x, axis=axis), permutation_type="samples",
        n_resamples=numpy.inf, alternative="two-sided", vectorized=True)
    return float(result.pvalue)


def not_rejected(differences, significance):
    """The ends of the means of subsets, as shifts, that the test does not reject."""
    if 2 / 2 ** len(differences) >= significance:
        return None
    sums = {}
    for size in range(1, len(differences) + 1):
        for subset in itertools.combinations(differences, size):
            sums[fractions.Fraction(int(sum(subset)), size)] = None
    shifts = sorted(sums)

    def kept(shift):
        # Times the denominator, all is whole again.
        return sign_flip(differences * shift.denominator - shift.numerator) >= significance

    # What is kept is an interval around the mean: bisection on either side of it.
    middle = shifts.index(fractions.Fraction(int(sum(differences)), len(differences)))
    low = bisect.bisect_left(range(middle + 1), True, key=lambda i: kept(shifts[i]))
    high = bisect.bisect_left(range(middle, len(shifts)), True, key=lambda i: not kept(shifts[i])) + middle - 1
    return [float(shifts[low] / 100), float(shifts[high] / 100)]


def mean_interval(scores):
    n = len(scores)
    if n < 4:
        return None
    if numpy.ptp(scores) == 0:
        return [scores[0], scores[0]]
    skewness, quantile = 2 * scipy.stats.skew(scores), scipy.stats.t.ppf(0.975, n - 1)

    def transformed(t):
        return (t + skewness * t**2 / (3 * n**0.5) + skewness**2 * t**3 / (27 * n) + skewness / (6 * n**0.5))

    errors = [scipy.optimize.brentq(lambda t: transformed(t) - q, -1e3, 1e3, xtol=1e-14) for q in (quantile, -quantile)]
    return [float(numpy.mean(scores) - scipy.stats.sem(scores) * t) for t in errors]


def holm(p):
    order, adjusted, largest = numpy.argsort(p, kind="stable"), [0.0] * len(p), 0.0
    for rank, index in enumerate(order):
        largest = max(largest, min(1.0, (len(p) - rank) * p[index]))
        adjusted[index] = largest
    return adjusted


def main():
    generator = numpy.random.default_rng(7)
    samples = [generator.normal(450, 40, n).round(3).tolist() for n in range(1, 21)]
    samples += [[500.0] * 10, [500.0] * 7 + [123.5, 9.25, 480.0], generator.integers(0, 4, 12).astype(float).tolist()]
    pairs = []
    for n, shift in [(1, 5), (5, 3), (6, 30), (8, 10), (10, 0), (10, 25), (12, 5), (12, 20)]:
        x, y = generator.normal(450 + shift, 30, n).round(2).tolist(), generator.normal(450, 30, n).round(2).tolist()
        pairs.append((x, y))
    x = generator.integers(0, 5, 10).astype(float)
    pairs.append((x.tolist(), (x + generator.integers(-1, 2, 10)).tolist()))
    strata = [generator.normal(0.5, 0.2, n).round(4).tolist() for n in (5, 10, 8)]
    families = [[0.01], [0.01, 0.04, 0.03, 0.005], [0.5, 0.5, 0.02], [0.00195, 0.00195, 1.0, 0.3, 0.02, 0.00195],
                generator.random(12).tolist()]
    json.dump(
        {
            "samples": [
                {"scores": s, "interquartileMean": iqm(s), "interval": stratified([s], 0.95, lambda r: iqm(r[0])),
                 "meanInterval": mean_interval(s),
                 "gap": float(475 - numpy.mean(numpy.minimum(s, 475))),
                 "profile": [float(numpy.mean(numpy.asarray(s) > t)) for t in (0, 400, 450, 499.5, 500)]}
                for s in samples
            ],
            "pairs": [
                {"first": x, "second": y, "difference": float(numpy.mean(whole_differences(x, y)) / 100),
                 "interval": not_rejected(whole_differences(x, y), 0.05),
                 "narrowInterval": not_rejected(whole_differences(x, y), 0.1),
                 "pValue": sign_flip(whole_differences(x, y)) if len(x) > 1 else 1.0,
                 "improvement": improvement(x, y)}
                for x, y in pairs
            ],
            "strata": {"scores": strata,
                       "interval": stratified(strata, 0.95, lambda r: iqm(numpy.concatenate(r)))},
            "families": [{"pValues": p, "adjusted": holm(p)} for p in families],
        },
        sys.stdout, indent=1)
    print()


main()
