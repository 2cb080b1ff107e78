"""Writes pitfalls.json, what verl 0.9.1 computes where groups are told apart wrongly or returns are equal.

    ../../../.venv-peers/bin/python pitfalls.py        (the environment of `make check-peers`)

Its functions are called directly, with the identifiers of a batch whose starts' repeats follow each other: those that
belong to starts that take turns (`interleaved`), and one for each row (`own`). Equal rewards are in single precision, as
its trainer has them.
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch

here = Path(__file__).resolve().parent
sys.path.insert(0, str(here.parents[2] / "Benchmarks" / "Peers"))
import verl_core  # noqa: E402

torch.set_num_threads(1)
core = verl_core.load()
GROUPS, MEMBERS = 3, 4
SCORES = [1.0, 0.25, -0.5, 3.0, 0.0, 0.0, 1.0, 0.0, 2.0, -1.0, 0.75, 0.75]
LENGTHS = [3, 1, 2, 2, 1, 1, 2, 3, 1, 2, 3, 1]
ROWS = GROUPS * MEMBERS
mask = torch.zeros(ROWS, max(LENGTHS), dtype=torch.float64)
rewards = torch.zeros_like(mask)
for row, (score, length) in enumerate(zip(SCORES, LENGTHS)):
    mask[row, :length] = 1
    rewards[row, length - 1] = score


def of_rows(function, identifiers, **settings):
    """The advantage of each row, that of its first token."""
    index = np.array([str(k) for k in identifiers], dtype=object)
    advantages, _ = function(
        token_level_rewards=rewards.clone(), response_mask=mask, index=index, **settings
    )
    return advantages[:, 0].tolist()


def of_equal(reward, members, epsilon):
    scores = torch.full((members, 1), reward, dtype=torch.float32)
    advantages, _ = core.compute_grpo_outcome_advantage(
        token_level_rewards=scores, response_mask=torch.ones_like(scores),
        index=np.array(["0"] * members, dtype=object), epsilon=epsilon,
    )
    return advantages[:, 0].tolist()


identifiers = {"interleaved": [row % GROUPS for row in range(ROWS)], "own": list(range(ROWS))}
values = {"scores": SCORES, "lengths": LENGTHS}
for name, rows in identifiers.items():
    values[f"grpo {name}"] = of_rows(core.compute_grpo_outcome_advantage, rows)
    values[f"centered {name}"] = of_rows(
        core.compute_grpo_outcome_advantage, rows, norm_adv_by_std_in_grpo=False
    )
    values[f"rloo {name}"] = of_rows(core.compute_rloo_outcome_advantage, rows)
    values[f"opo {name}"] = of_rows(core.compute_opo_outcome_advantage, rows)
for reward in (0.1, 0.35, 0.9, 0.5, -200.0):
    for members in (2, 4, 8, 12):
        for epsilon in (1e-9, 1e-6):
            values[f"equal {reward} {members} {epsilon}"] = of_equal(reward, members, epsilon)
text = ",\n".join(f' "{name}": {json.dumps(numbers)}' for name, numbers in values.items())
(here / "pitfalls.json").write_text("{\n" + text + "\n}\n")
