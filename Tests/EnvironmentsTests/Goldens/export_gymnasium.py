"""Writes what Gymnasium makes of its classic environments, as the tests read it, into a folder.

    pip install gymnasium==1.3.0 numpy==2.4.6
    python export_gymnasium.py [--folder FOLDER] [--seed N] [--episodes N]

Without arguments it writes the goldens beside itself. `make check-peers` gives a seed, and has the tests read
what it wrote instead of the goldens.

acrobot.csv, mountain_car.csv, mountain_car_continuous.csv, pendulum.csv hold episodes with their states as
Gymnasium carries them forward. Row 0 of an episode is its initial state; each further row is an action and what
followed it. Of each pair of episodes the first acts at random, the second swings up.

transitions.txt holds `P` of the environments with tables: a section for each choice of settings begins with `@`,
the name, the settings and `probabilities`, which outcomes name by their place. Then comes a line for each state:
the actions separated by spaces, the outcomes of each by commas, an outcome as probability/state/reward/ends.

taxi.csv holds episodes of a fickle passenger in the rain. specs.txt holds thresholds and limits.
"""

import argparse
import math
from pathlib import Path

import gymnasium
import numpy

assert gymnasium.__version__ == "1.3.0", gymnasium.__version__


def single(number):
    return numpy.array([number], dtype=numpy.float32)


def swing_acrobot(state):
    """Pushes the second link with its motion while the first swings."""
    return 2 if state[3] > 0 else 0


# The environment, its file, the names of its state, how it acts at random, how it swings up.
PHYSICS = [
    ("Acrobot-v1", "acrobot", ["first_angle", "second_angle", "first_velocity", "second_velocity"],
     lambda generator, state: int(generator.integers(3)), lambda state: swing_acrobot(state)),
    ("MountainCar-v0", "mountain_car", ["position", "velocity"],
     lambda generator, state: int(generator.integers(3)), lambda state: 2 if state[1] >= 0 else 0),
    # Beyond the bounds too: the action is clipped.
    ("MountainCarContinuous-v0", "mountain_car_continuous", ["position", "velocity"],
     lambda generator, state: single(generator.uniform(-1.5, 1.5)),
     lambda state: single(0.9 if state[1] >= 0 else -1.0)),
    ("Pendulum-v1", "pendulum", ["angle", "angular_velocity"],
     lambda generator, state: single(generator.uniform(-3, 3)),
     lambda state: single(2 * math.copysign(1, state[1]) * (math.cos(state[0]) < 0.8))),
]


def text(number):
    return repr(float(number))


def row(episode, step, action, state, ending):
    action = "" if action is None else str(action) if isinstance(action, int) else text(action[0])
    return ",".join([str(episode), str(step), action, *map(text, state), *map(str, ending)])


def export_physics(folder, seed, episodes):
    for name, file, columns, random, swing in PHYSICS:
        generator = numpy.random.default_rng(seed)
        environment = gymnasium.make(name)
        if name == "MountainCarContinuous-v0":
            environment = gymnasium.wrappers.ClipAction(environment)
        lines = ["episode,step,action," + ",".join(columns) + ",reward,terminated,truncated"]
        for episode in range(episodes):
            environment.reset(seed=int(generator.integers(2**31)))
            state, step, ended = environment.unwrapped.state, 0, False
            lines.append(row(episode, 0, None, state, ["", "", ""]))
            while not ended:
                action = random(generator, state) if episode % 2 == 0 else swing(state)
                _, reward, terminated, truncated, _ = environment.step(action)
                state = environment.unwrapped.state
                step, ended = step + 1, terminated or truncated
                lines.append(
                    row(episode, step, action, state, [text(reward), int(terminated), int(truncated)]))
        (folder / f"{file}.csv").write_text("\n".join(lines) + "\n")


def export_tables(folder, sections):
    lines = []
    for name, settings in sections:
        table = gymnasium.make(name, **settings).unwrapped.P
        probabilities = sorted({float(o[0]) for s in table for a in table[s] for o in table[s][a]})
        told = [f"{k}={str(v).lower() if isinstance(v, bool) else v}" for k, v in settings.items()]
        lines.append(" ".join(["@", name, *told, "probabilities", *map(text, probabilities)]))
        for state in sorted(table):
            lines.append(" ".join(
                ",".join(
                    f"{probabilities.index(float(p))}/{int(s)}/{int(r)}/{int(bool(t))}"
                    for p, s, r, t in table[state][action])
                for action in sorted(table[state])))
    (folder / "transitions.txt").write_text("\n".join(lines) + "\n")


def export_taxi(folder, seed, episodes):
    """Episodes that fetch the passenger and bring it where it wants, now and then at random."""
    generator = numpy.random.default_rng(seed)
    environment = gymnasium.make(
        "Taxi-v4", is_rainy=True, fickle_passenger=True, fickle_probability=0.7)
    taxi = environment.unwrapped
    ways = ways_to_stands(gymnasium.make("Taxi-v4").unwrapped)
    lines = ["episode,step,action,state,reward,terminated,truncated,changes_mind"]
    for episode in range(episodes):
        state, _ = environment.reset(seed=int(generator.integers(2**31)))
        step, ended = 0, False
        lines.append(f"{episode},0,,{state},,,,{int(taxi.fickle_step)}")
        while not ended:
            line, column, passenger, destination = taxi.decode(state)
            stand = destination if passenger == 4 else passenger
            action = ways[stand].get((line, column), 5 if passenger == 4 else 4)
            if generator.random() < 0.1:
                action = int(generator.integers(6))
            state, reward, terminated, truncated, _ = environment.step(action)
            step, ended = step + 1, terminated or truncated
            lines.append(
                f"{episode},{step},{action},{state},{text(reward)},{int(terminated)},{int(truncated)},"
                f"{int(taxi.fickle_step)}")
    (folder / "taxi.csv").write_text("\n".join(lines) + "\n")


def ways_to_stands(taxi):
    """For each stand, the move of a shortest way to it from each other cell."""
    ways = []
    for stand in taxi.locs:
        way, front = {}, [stand]
        while front:
            reached = []
            for line in range(5):
                for column in range(5):
                    if (line, column) in way or (line, column) == stand:
                        continue
                    for action in range(4):
                        after = taxi.decode(taxi.P[taxi.encode(line, column, 0, 1)][action][0][1])
                        if tuple(after[:2]) in front:
                            way[line, column] = action
                            reached.append((line, column))
                            break
            front = reached
        ways.append(way)
    return ways


def export_specs(folder):
    names = [name for name, *_ in PHYSICS]
    names += ["CartPole-v1", "FrozenLake-v1", "FrozenLake8x8-v1", "CliffWalking-v1", "Taxi-v4"]
    lines = []
    for name in sorted(names):
        environment = gymnasium.make(name)
        spec, actions = environment.spec, environment.action_space
        acts = f"actions={actions.n}" if hasattr(actions, "n") else (
            f"bounds={','.join(f'{text(a)}:{text(b)}' for a, b in zip(actions.low, actions.high))}")
        sees = environment.observation_space
        width = sees.n if hasattr(sees, "n") else sees.shape[0]
        lines.append(
            f"{name} threshold={spec.reward_threshold} limit={spec.max_episode_steps} {acts} width={width}")
    (folder / "specs.txt").write_text("\n".join(lines) + "\n")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=Path, default=Path(__file__).parent)
    parser.add_argument("--seed", type=int, help="draw new episodes and settings")
    parser.add_argument("--episodes", type=int, default=2)
    options = parser.parse_args()
    seed = 1 if options.seed is None else options.seed
    rates = numpy.random.default_rng(seed).uniform(size=3).tolist()
    if options.seed is None:
        rates = [0.75, 0.6, 0.6]
    sections = [
        ("FrozenLake-v1", {}),
        ("FrozenLake-v1", {"is_slippery": False}),
        ("FrozenLake-v1", {"success_rate": rates[0]}),
        ("FrozenLake8x8-v1", {}),
        ("CliffWalking-v1", {}),
        ("CliffWalking-v1", {"is_slippery": True}),
        ("Taxi-v4", {}),
        ("Taxi-v4", {"is_rainy": True}),
    ]
    if options.seed is not None:
        sections += [
            ("FrozenLake-v1", {"map_name": "8x8", "success_rate": rates[1]}),
            ("Taxi-v4", {"is_rainy": True, "rainy_probability": rates[2]}),
        ]
    export_physics(options.folder, seed, options.episodes)
    export_tables(options.folder, sections)
    export_taxi(options.folder, seed, 2 * options.episodes)
    export_specs(options.folder)


main()
