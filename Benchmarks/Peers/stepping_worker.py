"""Measures how fast peers step CartPole for bench_control.py: reads commands, answers with lines of JSON.

    gymnasium [count=1024]       its vectorised CartPole, in NumPy
    pufferlib [count=4096]       its CartPole in C, called from Python
    versions

A call of `step` moves all copies by actions that were drawn before, gives observations, and starts a new episode
wherever one ended. The figure is that of the best of several stretches of about 0.1 s. Seconds are the processor's.
"""

import importlib.metadata
import json
import sys
import time

import numpy

ROUNDS = 64


def best(count: int, step, kind=numpy.int64) -> dict:
    actions = numpy.random.default_rng(1).integers(2, size=(ROUNDS, count)).astype(kind)

    def run(rounds: int) -> float:
        begin = time.process_time()
        for index in range(rounds):
            step(actions[index % ROUNDS])
        return time.process_time() - begin

    rounds = 8
    while run(rounds) < 0.02:
        rounds *= 2
    rounds *= 5
    return {"steps": rounds * count, "seconds": min(run(rounds) for _ in range(5))}


made = {}


def gymnasium(settings):
    import gymnasium

    count = int(settings.get("count", 1024))
    if count not in made:
        made[count] = gymnasium.make_vec(
            "CartPole-v1", num_envs=count, vectorization_mode="vector_entry_point"
        )
        made[count].reset(seed=1)
    return best(count, made[count].step)


def pufferlib(settings):
    try:
        from pufferlib.ocean.cartpole.cartpole import Cartpole
    except ImportError as error:
        return {"missing": str(error)}
    count = int(settings.get("count", 4096))
    if ("puffer", count) not in made:
        # Its logs would be gathered at each step.
        made["puffer", count] = Cartpole(num_envs=count, report_interval=1_000_000)
        made["puffer", count].reset(seed=1)
    # It keeps actions as float32: so given, they need no conversion.
    return best(count, made["puffer", count].step, numpy.float32)


def versions(_):
    found = {"numpy": numpy.__version__}
    for name in ("gymnasium", "pufferlib"):
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = None
    return found


for line in sys.stdin:
    name, *words = line.split()
    measure = {"gymnasium": gymnasium, "pufferlib": pufferlib, "versions": versions}[name]
    print(json.dumps(measure(dict(word.split("=", 1) for word in words))), flush=True)
