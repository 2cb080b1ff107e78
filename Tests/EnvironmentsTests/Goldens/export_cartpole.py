"""Writes cartpole.csv: episodes of Gymnasium's CartPole-v1, with its double-precision states.

    pip install gymnasium==1.3.0 numpy==2.4.6
    python export_cartpole.py > cartpole.csv

Row 0 of an episode is its initial state; each further row is an action and what followed it. Two
episodes act at random, one balances until the time limit, one balances with noise and falls, one
drifts off the track.
"""

import gymnasium
import numpy

assert gymnasium.__version__ == "1.3.0", gymnasium.__version__


def random_actions(generator):
    return lambda state: int(generator.integers(2))


def balancing(position_gain, target, noise, generator):
    def act(state):
        x, x_dot, theta, theta_dot = state
        lean = theta - target + 0.5 * theta_dot + position_gain * (x + 1.5 * x_dot)
        return int(generator.integers(2)) if generator.random() < noise else int(lean > 0)

    return act


def main():
    generator = numpy.random.default_rng(1)
    episodes = [
        (3, random_actions(generator)),
        (4, random_actions(generator)),
        (5, balancing(0.03, 0, 0, generator)),
        (6, balancing(0.03, 0, 0.55, generator)),
        (7, balancing(0, 0.06, 0, generator)),
    ]
    environment = gymnasium.make("CartPole-v1")
    print("episode,step,action,position,velocity,angle,angular_velocity,reward,terminated,truncated")
    for episode, (seed, policy) in enumerate(episodes):
        environment.reset(seed=seed)
        state = environment.unwrapped.state
        assert state.dtype == numpy.float64
        step, ended = 0, False
        print(f"{episode},0,," + ",".join(repr(float(value)) for value in state) + ",,,")
        while not ended:
            action = policy(state)
            _, reward, terminated, truncated, _ = environment.step(action)
            state = environment.unwrapped.state
            step, ended = step + 1, terminated or truncated
            numbers = ",".join(repr(float(value)) for value in state)
            print(f"{episode},{step},{action},{numbers},{reward},{int(terminated)},{int(truncated)}")


main()
