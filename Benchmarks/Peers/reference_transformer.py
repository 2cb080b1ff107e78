"""labbook's transformer in PyTorch, written from its definition with PyTorch's own functions.

Pre-norm blocks; linear layers without bias; RMSNorm (eps 1e-6) or LayerNorm (weight and bias, eps
1e-5); rotary positions as in Hugging Face's Llama (pairs i and i + d/2, theta 10000) or a learned
table; SwiGLU or GELU (tanh form); tied or free head, or a head of one number. Parameters have the
names and the layout [outputs, inputs] of Hugging Face's Llama.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn


@dataclass(frozen=True)
class Config:
    vocabulary: int
    layers: int = 2
    width: int = 64
    heads: int = 4
    feed_forward: int | None = None
    context: int = 128
    position: str = "rope"  # or "learned"
    normalization: str = "rms_norm"  # or "layer_norm"
    activation: str = "swiglu"  # or "gelu"
    tied_head: bool = True
    head: str = "tokens"  # or "scalar"

    @property
    def hidden(self) -> int:
        """The feed-forward width; by default 4·width for GELU, ⌈8/3·width⌉₁₆ for SwiGLU."""
        if self.feed_forward is not None:
            return self.feed_forward
        if self.activation == "gelu":
            return 4 * self.width
        return -(-8 * self.width // (3 * 16)) * 16


def rotated(x: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor) -> torch.Tensor:
    """[…, time, head width] turned by the angles of its positions, pairs i and i + d/2."""
    half = x.shape[-1] // 2
    turned = torch.cat((-x[..., half:], x[..., :half]), dim=-1)
    return x * cos + turned * sin


def angles(head_width: int, positions: torch.Tensor, dtype) -> tuple[torch.Tensor, torch.Tensor]:
    """Cosines and sines [time, head width] of rotary positions."""
    exponents = torch.arange(0, head_width, 2, dtype=torch.float64) / head_width
    products = positions.to(torch.float64)[:, None] * (1.0 / 10000.0**exponents)[None, :]
    both = torch.cat((products, products), dim=-1)
    return both.cos().to(dtype), both.sin().to(dtype)


class Attention(nn.Module):
    def __init__(self, config: Config):
        super().__init__()
        width = config.width
        self.heads, self.rotary = config.heads, config.position == "rope"
        self.q_proj = nn.Linear(width, width, bias=False)
        self.k_proj = nn.Linear(width, width, bias=False)
        self.v_proj = nn.Linear(width, width, bias=False)
        self.o_proj = nn.Linear(width, width, bias=False)

    def split(self, x):
        return x.view(*x.shape[:-1], self.heads, -1).transpose(-3, -2)

    def forward(self, x, cos, sin):
        q, k, v = (self.split(p(x)) for p in (self.q_proj, self.k_proj, self.v_proj))
        if self.rotary:
            q, k = rotated(q, cos, sin), rotated(k, cos, sin)
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        return self.o_proj(mixed.transpose(-3, -2).flatten(-2))

    def step(self, x, cos, sin, cache, position):
        """One token for each row, x [rows, width]; attention written out, keys and values kept."""
        rows = x.shape[0]
        q, k, v = (
            p(x).view(rows, self.heads, 1, -1) for p in (self.q_proj, self.k_proj, self.v_proj)
        )
        if self.rotary:
            q, k = rotated(q, cos, sin), rotated(k, cos, sin)
        keys, values = cache
        keys[:, :, position : position + 1] = k
        values[:, :, position : position + 1] = v
        scores = q @ keys[:, :, : position + 1].transpose(-1, -2)
        weights = torch.softmax(scores * (q.shape[-1] ** -0.5), dim=-1)
        return self.o_proj((weights @ values[:, :, : position + 1]).reshape(rows, -1))


class FeedForward(nn.Module):
    def __init__(self, config: Config):
        super().__init__()
        self.gated = config.activation == "swiglu"
        if self.gated:
            self.gate_proj = nn.Linear(config.width, config.hidden, bias=False)
        self.up_proj = nn.Linear(config.width, config.hidden, bias=False)
        self.down_proj = nn.Linear(config.hidden, config.width, bias=False)

    def forward(self, x):
        if self.gated:
            return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))
        return self.down_proj(F.gelu(self.up_proj(x), approximate="tanh"))


def normalization(config: Config) -> nn.Module:
    if config.normalization == "rms_norm":
        return nn.RMSNorm(config.width, eps=1e-6)
    return nn.LayerNorm(config.width, eps=1e-5)


class Block(nn.Module):
    def __init__(self, config: Config):
        super().__init__()
        self.input_layernorm = normalization(config)
        self.self_attn = Attention(config)
        self.post_attention_layernorm = normalization(config)
        self.mlp = FeedForward(config)

    def forward(self, x, cos, sin):
        x = x + self.self_attn(self.input_layernorm(x), cos, sin)
        return x + self.mlp(self.post_attention_layernorm(x))


class Body(nn.Module):
    def __init__(self, config: Config):
        super().__init__()
        self.embed_tokens = nn.Embedding(config.vocabulary, config.width)
        if config.position == "learned":
            self.embed_positions = nn.Embedding(config.context, config.width)
        self.layers = nn.ModuleList(Block(config) for _ in range(config.layers))
        self.norm = normalization(config)


class ReferenceTransformer(nn.Module):
    """Logits [rows, time, vocabulary], or numbers [rows, time, 1] with the scalar head."""

    def __init__(self, config: Config):
        super().__init__()
        self.config = config
        self.model = Body(config)
        if config.head == "scalar":
            self.score = nn.Linear(config.width, 1, bias=False)
        elif not config.tied_head:
            self.lm_head = nn.Linear(config.width, config.vocabulary, bias=False)
        cos, sin = angles(config.width // config.heads, torch.arange(config.context), torch.float32)
        self.register_buffer("cos", cos, persistent=False)
        self.register_buffer("sin", sin, persistent=False)

    def to_double(self) -> "ReferenceTransformer":
        """The same in float64, with the angles not rounded to single precision."""
        self.double()
        self.cos, self.sin = angles(
            self.config.width // self.config.heads, torch.arange(self.config.context), torch.float64
        )
        return self

    def embedded(self, tokens, positions):
        x = self.model.embed_tokens(tokens)
        if self.config.position == "learned":
            x = x + self.model.embed_positions(positions)
        return x

    def headed(self, x):
        if self.config.head == "scalar":
            return self.score(x)
        if self.config.tied_head:
            return F.linear(x, self.model.embed_tokens.weight)
        return self.lm_head(x)

    def forward(self, tokens):
        time = tokens.shape[-1]
        x = self.embedded(tokens, torch.arange(time))
        cos, sin = self.cos[:time], self.sin[:time]
        for block in self.model.layers:
            x = block(x, cos, sin)
        return self.headed(self.model.norm(x))

    def caches(self, rows: int, context: int):
        """Room for keys and values, [rows, heads, context, head width] per layer."""
        shape = (rows, self.config.heads, context, self.config.width // self.config.heads)
        return [(torch.zeros(shape), torch.zeros(shape)) for _ in self.model.layers]

    def step(self, tokens, position: int, caches):
        """Logits [rows, vocabulary] after one more token for each row, at `position`."""
        x = self.embedded(tokens, torch.tensor(position))
        cos, sin = self.cos[position], self.sin[position]
        for block, cache in zip(self.model.layers, caches):
            x = x + block.self_attn.step(block.input_layernorm(x), cos, sin, cache, position)
            x = x + block.mlp(block.post_attention_layernorm(x))
        return self.headed(self.model.norm(x))


def decay_groups(module: nn.Module, weight_decay: float) -> list[dict]:
    """AdamW's groups: decay for matrices, none for the vectors of normalizations."""
    parameters = [p for p in module.parameters() if p.requires_grad]
    return [
        {"params": [p for p in parameters if p.dim() >= 2], "weight_decay": weight_decay},
        {"params": [p for p in parameters if p.dim() < 2], "weight_decay": 0.0},
    ]
