"""Writes statistics.json: what numpy, scipy and the published definitions make of exported scores.

    pip install numpy==2.4.6 scipy==1.17.1
    python export_statistics.py > statistics.json

The definitions are those of rliable (Agarwal et al., NeurIPS 2021): the interquartile mean is
scipy.stats.trim_mean with proportiontocut 0.25, the probability of improvement the Mann-Whitney U
statistic over the number of pairs, intervals are percentiles of a stratified bootstrap. Resamples are
drawn from the project's own streams, by the independent implementation beside the tests of those.
"""

import json
import pathlib
import sys

import numpy
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


def paired(x, y, level):
    stream = Stream("statistics", 0, "bootstrap")
    estimates = []
    for _ in range(RESAMPLES):
        (drawn,) = resampled_indices(stream, [len(x)])
        estimates.append(iqm([x[i] for i in drawn]) - iqm([y[i] for i in drawn]))
    return percentiles(estimates, level)


def improvement_interval(x, y, joint):
    stream = Stream("statistics", 0, "bootstrap")
    estimates = []
    for _ in range(RESAMPLES):
        drawn = resampled_indices(stream, [len(x)] if joint else [len(x), len(y)])
        estimates.append(improvement([x[i] for i in drawn[0]], [y[i] for i in drawn[-1]]))
    return percentiles(estimates, 0.95)


def sign_flip(x, y):
    # In whole hundredths: sign patterns that tie with the one observed would not tie in binary fractions.
    differences = numpy.rint(100 * numpy.asarray(x)) - numpy.rint(100 * numpy.asarray(y))
    result = scipy.stats.permutation_test(
        (differences,), lambda x, axis: numpy.sum(x, axis=axis), permutation_type="samples",
        n_resamples=numpy.inf, alternative="two-sided", vectorized=True)
    return float(result.pvalue)


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
    for n, shift in [(1, 5), (5, 3), (6, 30), (8, 10), (10, 0), (10, 25), (13, 5), (16, 8)]:
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
                 "gap": float(475 - numpy.mean(numpy.minimum(s, 475))),
                 "profile": [float(numpy.mean(numpy.asarray(s) > t)) for t in (0, 400, 450, 499.5, 500)]}
                for s in samples
            ],
            "pairs": [
                {"first": x, "second": y, "difference": iqm(x) - iqm(y), "interval": paired(x, y, 0.9),
                 "pValue": sign_flip(x, y) if len(x) > 1 else 1.0,
                 "improvement": improvement(x, y), "jointInterval": improvement_interval(x, y, True),
                 "independentInterval": improvement_interval(x, y, False)}
                for x, y in pairs
            ],
            "strata": {"scores": strata,
                       "interval": stratified(strata, 0.95, lambda r: iqm(numpy.concatenate(r))),
                       "medianOfMeans": stratified(strata, 0.8, lambda r: float(numpy.median([numpy.mean(s) for s in r])))},
            "families": [{"pValues": p, "adjusted": holm(p)} for p in families],
        },
        sys.stdout, indent=1)
    print()


main()
