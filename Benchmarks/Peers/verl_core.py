"""verl's formulas, without the cluster that its package otherwise loads.

`verl/trainer/ppo/core_algos.py` needs Ray, OmegaConf and TensorDict only for types and settings. The package is
installed without dependencies; its files for formulas are imported as they are, and the modules around them
that no formula uses are empty here.
"""

import importlib
import importlib.util
import sys
import types
from pathlib import Path


def _module(name: str, **members) -> types.ModuleType:
    module = types.ModuleType(name)
    vars(module).update(members)
    sys.modules[name] = module
    return module


def load():
    """The module `verl.trainer.ppo.core_algos` of the installed package."""
    if "verl.trainer.ppo.core_algos" in sys.modules:
        return sys.modules["verl.trainer.ppo.core_algos"]
    folder = Path(importlib.util.find_spec("verl").origin).parent
    for package in ("verl", "verl.trainer", "verl.trainer.ppo", "verl.utils", "verl.workers"):
        _module(package).__path__ = [str(folder.parent / package.replace(".", "/"))]
    _module("omegaconf", DictConfig=dict)
    _module("tensordict", TensorDict=dict)
    _module("verl.utils.device", get_device_name=lambda: "cpu", get_torch_device=lambda: None)
    _module("verl.trainer.config", AlgoConfig=type("AlgoConfig", (), {}))
    _module("verl.workers.config", ActorConfig=type("ActorConfig", (), {}))
    groupwise = importlib.import_module("verl.utils.groupwise")
    sys.modules["verl.utils"].as_torch_index = groupwise.as_torch_index
    sys.modules["verl.utils"].group_mean_std = groupwise.group_mean_std
    return importlib.import_module("verl.trainer.ppo.core_algos")


class Settings(dict):
    """What verl's functions read of their configuration, by attribute or by key."""

    __getattr__ = dict.__getitem__
