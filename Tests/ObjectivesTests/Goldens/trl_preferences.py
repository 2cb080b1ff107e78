"""Writes trl_preferences.json, the losses of pairs as TRL 1.16 computes them, for the suite PreferencePeerTests.

    ../../../.venv-peers/bin/python trl_preferences.py        (the environment of `make check-peers`)

DPO's losses are those of a real `DPOTrainer` whose models have the drawn log-probabilities; SimPO's is
`CPOTrainer.cpo_loss`. Inputs are multiples of 1/64; results are float64.
"""

import json
import os
import sys
import tempfile
import types
from pathlib import Path

import numpy as np
import torch

here = Path(__file__).resolve().parent
sys.path.insert(0, str(here.parents[2] / "Benchmarks" / "Peers"))
for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "TQDM_DISABLE"):
    os.environ.setdefault(name, "1")
import peer_formulas  # noqa: E402

torch.set_num_threads(1)
PAIRS, BETA, SMOOTHING, SIMPO_BETA, GAMMA = 6, 0.3, 0.1, 2.0, 1.0
LENGTHS = [3, 5, 2, 4, 1, 6], [4, 2, 2, 6, 3, 1]
LONGEST = 6


class Fixed(torch.nn.Module):
    """A model whose completions, [chosen…, rejected…], have these log-probabilities, in equal parts by token."""

    def forward(self, **_):
        lengths = torch.tensor(LENGTHS[0] + LENGTHS[1])
        tokens = torch.arange(LONGEST)[None, :] < lengths[:, None]
        shares = self.log_probabilities[:, None] / lengths[:, None] * tokens
        # One position before the completion, as a causal model's outputs are shifted.
        log_probs = torch.cat([torch.zeros(2 * PAIRS, 1, dtype=torch.float64), shares], dim=1)
        filled = torch.zeros_like(log_probs)
        return types.SimpleNamespace(
            log_probs=log_probs, entropy=filled, mean_logits=filled, is_top1=filled.bool(),
            log_sum_sq_probs=filled, aux_loss=None,
        )


def main():
    from datasets import Dataset
    from trl import DPOConfig, DPOTrainer
    from trl.experimental.cpo import CPOTrainer

    random = np.random.default_rng(20261128)
    pairs, reference = (peer_formulas.rounded(-2 - 4 * random.random(2 * PAIRS)) for _ in range(2))
    # A pair beyond the hinge, and one far on the wrong side.
    pairs[0], pairs[1 + PAIRS] = reference[0] + 8, reference[1 + PAIRS] + 8
    lengths = torch.tensor(LENGTHS[0] + LENGTHS[1])
    mask = (torch.arange(LONGEST + 1)[None, :] <= lengths[:, None]).long()
    completion = mask.clone()
    completion[:, 0] = 0
    batch = {
        "input_ids": torch.ones(2 * PAIRS, LONGEST + 1, dtype=torch.long),
        "attention_mask": mask,
        "completion_mask": completion,
    }
    values = {}
    with tempfile.TemporaryDirectory() as folder:
        dataset = Dataset.from_dict({"prompt": ["a b"], "chosen": ["a c"], "rejected": ["b"]})
        trainer = peer_formulas.made(
            DPOTrainer, DPOConfig, folder, dataset, reward=False, beta=BETA,
            label_smoothing=SMOOTHING,
        )
        policy, trainer.ref_model = Fixed(), Fixed()
        trainer.ref_model.log_probabilities = reference
        trainer.loss_weights = [1.0]

        def dpo_loss(leaf):
            policy.log_probabilities = leaf
            return trainer._compute_loss(policy, batch, False)

        for name in ("sigmoid", "sigmoid_norm", "ipo", "hinge", "robust", "apo_zero"):
            trainer.loss_types = [name]
            values[name] = peer_formulas.with_gradient(dpo_loss, pairs)

    simpo = types.SimpleNamespace(
        alpha=0.0, loss_type="simpo", simpo_gamma=GAMMA, beta=SIMPO_BETA, label_smoothing=0.0,
        accelerator=types.SimpleNamespace(device="cpu"),
    )

    def simpo_loss(leaf):
        means = leaf / lengths
        return CPOTrainer.cpo_loss(simpo, means[:PAIRS], means[PAIRS:])[0].mean()

    values["simpo"] = peer_formulas.with_gradient(simpo_loss, pairs)
    result = {
        "constants": [BETA, SMOOTHING, SIMPO_BETA, GAMMA],
        "lengths": lengths.tolist(), "policy": pairs.tolist(), "reference": reference.tolist(),
    }
    for name, (loss, gradient) in values.items():
        result[name], result[f"{name} gradient"] = [loss], gradient.tolist()
    text = ",\n".join(f' "{name}": {json.dumps(numbers)}' for name, numbers in result.items())
    (here / "trl_preferences.json").write_text("{\n" + text + "\n}\n")


main()
