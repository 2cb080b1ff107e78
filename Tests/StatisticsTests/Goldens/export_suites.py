"""Writes suites.json: what rliable makes of the scores of two arms on several tasks.

    pip install rliable==1.2.0 pandas==2.3.3 numpy==2.4.6 scipy==1.17.1
    python export_suites.py > suites.json

Estimates are rliable's own (https://github.com/google-research/rliable). Intervals are numpy's percentiles
of rliable's estimates on resamples drawn from the project's own streams, by the independent implementation
beside the tests of those: seeds within each task.
"""

import json
import pathlib
import sys

import numpy
from rliable import library, metrics

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "SeededRandomTests" / "Goldens"))
from export_streams import Stream  # noqa: E402

RESAMPLES = 400
THRESHOLDS = [-0.1, 0.0, 0.25, 0.5, 0.75, 0.9, 1.0]


def resamples(tasks):
    """Lists of indices for each task, RESAMPLES times."""
    stream = Stream("statistics", 0, "bootstrap")
    for _ in range(RESAMPLES):
        yield [[stream.index(len(scores)) for _ in scores] for scores in tasks]


def drawn(tasks, indices):
    return [[scores[i] for i in rows] for scores, rows in zip(tasks, indices)]


def matrix(tasks):
    """rliable's form: runs × tasks."""
    return numpy.asarray(tasks).T


def interval(estimates):
    return [float(v) for v in numpy.percentile(estimates, [2.5, 97.5])]


def profile(tasks):
    shares, _ = library.create_performance_profile(
        {"arm": matrix(tasks)}, numpy.asarray(THRESHOLDS), reps=1)
    return [float(share) for share in shares["arm"]]


def iqm(tasks):
    return float(metrics.aggregate_iqm(matrix(tasks)))


def gap(tasks):
    return float(metrics.aggregate_optimality_gap(matrix(tasks), gamma=1))


def improvement(tasks, others):
    return float(metrics.probability_of_improvement(matrix(tasks), matrix(others)))


def share(tasks):
    return [float((matrix(tasks) > threshold).mean()) for threshold in THRESHOLDS]


def suite(tasks, others):
    ascending = [sorted(scores) for scores in tasks]
    assert profile(tasks) == share(tasks)
    return {
        "scores": tasks,
        "others": others,
        "interquartileMean": iqm(tasks),
        "interval": interval([iqm(drawn(ascending, i)) for i in resamples(tasks)]),
        "gap": gap(tasks),
        "improvement": improvement(tasks, others),
        "thresholds": THRESHOLDS,
        "profile": profile(tasks),
    }


def main():
    generator = numpy.random.default_rng(11)

    def scores(tasks, runs, shift):
        return [generator.normal(0.6 + shift, 0.25, runs).round(3).tolist() for _ in range(tasks)]

    suites = [
        suite(scores(3, 8, 0.1), scores(3, 8, 0.0)),
        suite(scores(5, 10, 0.0), scores(5, 10, 0.0)),
        suite(scores(1, 10, 0.2), scores(1, 10, 0.0)),
    ]
    # Ties, and a task on which the two arms are the same.
    solved = [[1.0] * 6, [0.0, 1.0, 1.0, 0.5, 0.5, 1.0], scores(1, 6, 0.0)[0]]
    suites.append(suite(solved, [[1.0] * 5 + [0.25], [1.0, 0.5, 0.0, 1.0, 0.5, 0.0], solved[2]]))
    json.dump(suites, sys.stdout, indent=1)
    print()


main()
