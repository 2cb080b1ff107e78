"""Writes a tiny random Llama checkpoint with transformers, and the logits it gives, for TransformerWeightsTests.

    ../../../.venv-peers/bin/python make_llama.py        (the environment of `make check-peers`)

llama.safetensors and llama_config.json are what `save_pretrained` writes; llama_logits.safetensors holds the tokens
and the logits of each position.
"""

import shutil
import tempfile
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import LlamaConfig, LlamaForCausalLM

torch.set_num_threads(1)
torch.manual_seed(3)
here = Path(__file__).resolve().parent
model = LlamaForCausalLM(LlamaConfig(
    vocab_size=11, hidden_size=12, intermediate_size=20, num_hidden_layers=2,
    num_attention_heads=3, max_position_embeddings=24, initializer_range=0.5,
    tie_word_embeddings=False, bos_token_id=None, eos_token_id=1, pad_token_id=0))
with torch.no_grad():
    for name, parameter in model.named_parameters():
        if name.endswith("norm.weight"):
            parameter.add_(0.3 * torch.randn_like(parameter))
    tokens = torch.tensor([3, 7, 10, 2, 2, 5, 9, 4, 0, 8, 1, 6, 3, 3, 10, 7, 2])
    logits = model(tokens[None]).logits[0]
with tempfile.TemporaryDirectory() as folder:
    model.save_pretrained(folder)
    shutil.copy(Path(folder) / "model.safetensors", here / "llama.safetensors")
    shutil.copy(Path(folder) / "config.json", here / "llama_config.json")
save_file({"tokens": tokens.float(), "logits": logits.contiguous()}, here / "llama_logits.safetensors")
