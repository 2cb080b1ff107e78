"""Writes safetensors.bin with the Python package safetensors 0.8.0 (and numpy), for SafetensorsTests."""

import pathlib

import numpy
from safetensors.numpy import save

tensors = {
    "policy.weight": numpy.array([[1.5, -2.25, 0.0], [3.0e-39, numpy.inf, -0.0]], numpy.float32),
    "policy.bias": numpy.array([1e30], numpy.float32),
}
path = pathlib.Path(__file__).parent / "safetensors.bin"
path.write_bytes(save(tensors, metadata={"made by": "make_safetensors.py"}))
