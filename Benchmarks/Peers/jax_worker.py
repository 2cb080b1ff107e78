"""Measures the compiled JAX loop for bench_control.py: reads commands, answers with lines of JSON.

    ppo [steps=500000] [seed=1]      seconds of training, and apart those of compiling, once for each number of steps
    versions

It keeps to one core: XLA sizes its threads by the cores that the process may use. Seconds are the processor's.
"""

import json
import os
import sys
import time

os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"
os.environ["JAX_PLATFORMS"] = "cpu"

import jax  # noqa: E402  the processor's cores are counted when it is imported
import jax_ppo  # noqa: E402

programs = {}


def ppo(settings):
    steps, seed = int(settings.get("steps", 500_000)), int(settings.get("seed", 1))
    compiling = 0.0
    if steps not in programs:
        begin = time.perf_counter()
        programs[steps] = jax_ppo.make_training(steps).lower(0).compile()
        compiling = time.perf_counter() - begin
    begin = time.process_time()
    reached = programs[steps](seed).block_until_ready()
    seconds = time.process_time() - begin
    taken = steps // jax_ppo.BATCH * jax_ppo.BATCH
    return {"steps": taken, "seconds": seconds, "compile_seconds": compiling, "return": float(reached)}


def versions(_):
    import jaxlib

    return {"jax": jax.__version__, "jaxlib": jaxlib.__version__}


for line in sys.stdin:
    name, *words = line.split()
    answer = {"ppo": ppo, "versions": versions}[name](dict(word.split("=", 1) for word in words))
    print(json.dumps(answer), flush=True)
