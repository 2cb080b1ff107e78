"""Writes trl_verl.json, what TRL 1.16 and verl 0.9.1 compute from drawn inputs, for the suites PeerFormulaTests.

    ../../../.venv-peers/bin/python trl_verl.py        (the environment of `make check-peers`)

How the libraries are called is in Benchmarks/Peers/peer_formulas.py.
"""

import json
import sys
from pathlib import Path

import torch

here = Path(__file__).resolve().parent
sys.path.insert(0, str(here.parents[2] / "Benchmarks" / "Peers"))
import peer_formulas  # noqa: E402

torch.set_num_threads(1)
values = peer_formulas.values(seed=20261122)
text = ",\n".join(
    f' "{section}": {{\n'
    + ",\n".join(f'  "{name}": {json.dumps(numbers)}' for name, numbers in entries.items())
    + "\n }"
    for section, entries in values.items()
)
(here / "trl_verl.json").write_text("{\n" + text + "\n}\n")
