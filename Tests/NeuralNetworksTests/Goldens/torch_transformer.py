"""Writes torch_transformer.safetensors, the expected values of TransformerReferenceTests, with PyTorch.

    ../../../.venv-peers/bin/python torch_transformer.py [seed output]    (the environment of `make check-peers`)

Everything is computed in float64 from weights that single precision holds exactly, and rounded once, so that
the expected values are nearer the truth than either implementation. Tensors of the file:

    weights/<set>/<parameter>          initial weights, Hugging Face's names, [outputs, inputs]
    tokens, lengths, first_scored      ragged sequences, one after the other
    a, b                               derivatives of a loss by log-probability (or value) and by entropy
    <case>/…                           what that case gives: see `record` below

A case is named by its settings, such as `rope-rms_norm-swiglu-tied`.
"""

import itertools
import sys
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file

here = Path(__file__).resolve().parent
sys.path.insert(0, str(here.parents[2] / "Benchmarks" / "Peers"))
from reference_transformer import Config, ReferenceTransformer, decay_groups  # noqa: E402

torch.set_num_threads(1)
seed = int(sys.argv[1]) if len(sys.argv) > 1 else 20261122
output = Path(sys.argv[2]) if len(sys.argv) > 2 else here / "torch_transformer.safetensors"
random = np.random.default_rng(seed)

# Lengths of 1 scored token, across 16 and 32 lanes, and sequences scored from their first token on.
LENGTHS = [7, 2, 12, 19, 35, 4]
FIRST_SCORED = [3, 1, 5, 1, 20, 3]
LOGIT_ROWS = 12  # the scored rows of the first three sequences; the others only by log-probability
# At a peak of 0.01 PyTorch's own losses in single precision leave those in double by 8e-4: AdamW makes whole
# steps of gradients that are zero but for rounding. At 0.003 they stay within 4e-6.
UPDATES, WARMUP, PEAK, DECAY, CLIP = 20, 5, 0.003, 0.1, 1.0

SMALL = dict(vocabulary=13, layers=2, width=8, heads=2, feed_forward=16, context=35)
WIDE = dict(vocabulary=40, layers=1, width=24, heads=3, context=35)  # its own feed-forward width: 64

file = {}


def single(array) -> np.ndarray:
    return np.ascontiguousarray(np.asarray(array, dtype=np.float64).astype(np.float32))


def initial_weights(shapes: dict[str, tuple]) -> dict[str, np.ndarray]:
    """Larger than a real start, so that attention and gates are far from uniform."""
    weights = {}
    for name, shape in shapes.items():
        draw = random.normal(size=shape)
        if name.endswith("norm.weight") or name.endswith("layernorm.weight"):
            weights[name] = single(1 + 0.3 * draw)
        elif len(shape) == 1:
            weights[name] = single(0.3 * draw)
        else:
            weights[name] = single(draw * (1.0 if "embed" in name else 1.6 / np.sqrt(shape[1])))
    return weights


def union_of_shapes(configs) -> dict[str, tuple]:
    """Every parameter that some of the configurations have; equal names have equal shapes."""
    shapes = {}
    for config in configs:
        for name, parameter in ReferenceTransformer(config).named_parameters():
            assert shapes.setdefault(name, tuple(parameter.shape)) == tuple(parameter.shape)
    return shapes


def case_name(config: Config) -> str:
    head = "scalar" if config.head == "scalar" else "tied" if config.tied_head else "free"
    return f"{config.position}-{config.normalization}-{config.activation}-{head}"


def network(config: Config, weights) -> ReferenceTransformer:
    module = ReferenceTransformer(config).to_double()
    with torch.no_grad():
        for name, parameter in module.named_parameters():
            parameter.copy_(torch.from_numpy(weights[name].astype(np.float64)))
    return module


def scored(module, sequences):
    """Outputs [scored, …] at the rows before each scored token, and those tokens."""
    rows, targets = [], []
    for tokens, first in zip(sequences, FIRST_SCORED):
        outputs = module(tokens[None])[0]
        rows.append(outputs[first - 1 : -1])
        targets.append(tokens[first:])
    return torch.cat(rows), torch.cat(targets)


def record(case: str, config: Config, weights, sequences, temperature: float = 1.0):
    """Adds `<case>/` logits, log_probabilities, entropies, loss and gradients, and a curve of training.

    The gradients are those of Σ a·log π + b·H over scored tokens (Σ a·v with the scalar head), so that
    both ways in are checked.
    `losses` are the mean cross-entropies (scalar: mean squares) before each of 20 updates by AdamW.
    """
    module = network(config, weights)
    outputs, targets = scored(module, sequences)
    count = len(targets)
    a, b = (torch.from_numpy(file[name].astype(np.float64)) for name in ("a", "b"))
    if config.head == "scalar":
        values = outputs[:, 0]
        (a * values).sum().backward()
        file[f"{case}/values"] = single(values.detach())
    else:
        log_distribution = torch.log_softmax(outputs / temperature, dim=-1)
        log_probabilities = log_distribution.gather(1, targets[:, None])[:, 0]
        entropies = -(log_distribution.exp() * log_distribution).sum(-1)
        (a * log_probabilities + b * entropies).sum().backward()
        if temperature == 1:
            file[f"{case}/logits"] = single(outputs[:LOGIT_ROWS].detach())
        file[f"{case}/log_probabilities"] = single(log_probabilities.detach())
        file[f"{case}/entropies"] = single(entropies.detach())
        file[f"{case}/squared_probabilities"] = single(
            (2 * log_distribution).exp().sum(-1).detach()
        )
        file[f"{case}/loss"] = single([-log_probabilities.detach().mean()])
    for name, parameter in module.named_parameters():
        file[f"{case}/gradients/{name}"] = single(parameter.grad)
    file[f"{case}/losses"] = single(training_losses(network(config, weights), sequences, temperature))


def training_losses(module, sequences, temperature) -> list[float]:
    optimizer = torch.optim.AdamW(decay_groups(module, DECAY), lr=PEAK)
    schedule = torch.optim.lr_scheduler.ChainedScheduler(
        [
            torch.optim.lr_scheduler.LinearLR(optimizer, 1 / WARMUP, total_iters=WARMUP - 1),
            torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=UPDATES),
        ]
    )
    losses = []
    for _ in range(UPDATES):
        outputs, targets = scored(module, sequences)
        if module.config.head == "scalar":
            loss = 0.5 * (outputs[:, 0] - targets / 4).square().mean()
        else:
            loss = torch.nn.functional.cross_entropy(outputs / temperature, targets)
        losses.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(module.parameters(), CLIP)
        optimizer.step()
        schedule.step()
    return losses


axes = itertools.product(
    ["rope", "learned"], ["rms_norm", "layer_norm"], ["swiglu", "gelu"], [True, False]
)
small = [
    Config(**SMALL, position=p, normalization=n, activation=a, tied_head=t) for p, n, a, t in axes
] + [
    Config(**SMALL, position="rope", normalization="rms_norm", activation="swiglu", head="scalar"),
    Config(**SMALL, position="learned", normalization="layer_norm", activation="gelu", head="scalar"),
]
wide = Config(**WIDE)

sets = {"small": initial_weights(union_of_shapes(small)), "wide": initial_weights(union_of_shapes([wide]))}
for name, weights in sets.items():
    for parameter, array in weights.items():
        file[f"weights/{name}/{parameter}"] = array

sequences = [torch.from_numpy(random.integers(0, 13, size=n)) for n in LENGTHS]
file["tokens"] = single(np.concatenate(sequences))
file["lengths"] = single(LENGTHS)
file["first_scored"] = single(FIRST_SCORED)
scored_count = sum(LENGTHS) - sum(FIRST_SCORED)
file["a"], file["b"] = (single(random.normal(size=scored_count)) for _ in range(2))

for config in small:
    record(case_name(config), config, sets["small"], sequences)
record("wide", wide, sets["wide"], sequences)
record("temperature", small[0], sets["small"], sequences, temperature=0.7)

save_file(file, output, metadata={"torch": torch.__version__})
output.chmod(0o644)
print(f"{len(file)} tensors, {sum(a.nbytes for a in file.values())} bytes of elements")
