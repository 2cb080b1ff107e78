"""Writes action_heads.json: log-probabilities, entropies and gradients of Stable-Baselines3's distributions.

    pip install --find-links /opt/wheels torch==2.13.0+cpu stable-baselines3==2.9.2
    python action_heads.py > action_heads.json

Inputs are multiples of 1/64, so that single precision holds them exactly. Everything is computed in double precision.
"""

import json

import stable_baselines3
import torch
from stable_baselines3.common.distributions import (
    DiagGaussianDistribution,
    StateDependentNoiseDistribution,
)

ROWS, FEATURES, COMPONENTS = 5, 6, 2
torch.set_default_dtype(torch.float64)


def numbers(*shape, seed, low=-96, high=96):
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(low, high + 1, shape, generator=generator).double() / 64


def flat(tensor):
    return [float(x) for x in tensor.detach().reshape(-1)]


def case(distribution, arguments, actions, weights):
    """The loss is a weighted sum of log-probabilities and entropies."""
    for name in ("means", "log_deviations"):
        arguments[name].requires_grad_(True)
    distribution.proba_distribution(
        *(arguments[name] for name in ("means", "log_deviations", "features") if name in arguments)
    )
    log_probabilities = distribution.log_prob(actions)
    entropies = distribution.entropy()
    (weights[0] * log_probabilities + weights[1] * entropies).sum().backward()
    return {name: flat(value) for name, value in arguments.items()} | {
        "actions": flat(actions),
        "log_probability_gradients": flat(weights[0]),
        "entropy_gradients": flat(weights[1]),
        "log_probabilities": flat(log_probabilities),
        "entropies": flat(entropies),
        "mean_gradients": flat(arguments["means"].grad),
        "log_deviation_gradients": flat(arguments["log_deviations"].grad),
    }


def main():
    actions = numbers(ROWS, COMPONENTS, seed=1)
    weights = (numbers(ROWS, seed=2), numbers(ROWS, seed=3))
    gaussian = case(
        DiagGaussianDistribution(COMPONENTS),
        {
            "means": numbers(ROWS, COMPONENTS, seed=4),
            "log_deviations": numbers(COMPONENTS, seed=5, low=-64, high=32),
        },
        actions,
        weights,
    )
    state_dependent = StateDependentNoiseDistribution(COMPONENTS)
    state_dependent.latent_sde_dim = FEATURES
    sde = case(
        state_dependent,
        {
            "means": numbers(ROWS, COMPONENTS, seed=6),
            "log_deviations": numbers(FEATURES, COMPONENTS, seed=7, low=-128, high=0),
            "features": numbers(ROWS, FEATURES, seed=8, low=-64, high=64),
        },
        actions,
        weights,
    )
    print(
        json.dumps(
            {
                "made_by": {
                    "torch": torch.__version__,
                    "stable_baselines3": stable_baselines3.__version__,
                },
                "gaussian": gaussian,
                "state_dependent": sde,
            },
            indent=1,
        )
    )


main()
