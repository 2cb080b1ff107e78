"""Measures PyTorch for bench_peers.py: reads commands as the Swift side does, answers with lines of JSON.

    training size=S mode=eager|compiled [batch=32] [layers=…] [steps=3]
    sampling size=S [batch=64] [prompt=1] [steps=3]
    versions

Seconds are the processor's, so that what else the machine is doing does not count.
"""

import json
import platform
import resource
import statistics
import sys
import time

import torch

from reference_transformer import Config, ReferenceTransformer, decay_groups

torch.set_num_threads(1)
torch.set_num_interop_threads(1)
VOCABULARY = 64
SIZES = {
    "S": dict(layers=4, width=128, heads=4, context=128),
    "M": dict(layers=6, width=256, heads=8, context=256),
}


def config(settings) -> Config:
    shape = dict(SIZES[settings["size"]])
    shape["layers"] = int(settings.get("layers", shape["layers"]))
    return Config(
        VOCABULARY, **shape, position="learned", normalization="layer_norm", activation="gelu"
    )


def median_seconds(count: int, body) -> float:
    seconds = []
    for _ in range(count):
        start = time.process_time()
        body()
        seconds.append(time.process_time() - start)
    return statistics.median(seconds)


def initialized(config: Config) -> ReferenceTransformer:
    torch.manual_seed(1)
    module = ReferenceTransformer(config)
    for parameter in module.parameters():
        if parameter.dim() == 2:
            torch.nn.init.normal_(parameter, std=0.02)
    return module


trainers = {}


def training(settings):
    """A step of AdamW: plain, or with the network compiled and the optimizer fused."""
    compiled = settings["mode"] == "compiled"
    shape, batch = config(settings), int(settings.get("batch", 32))
    key = (shape, batch, compiled)
    if key not in trainers:
        module = initialized(shape)
        optimizer = torch.optim.AdamW(decay_groups(module, 0.01), lr=3e-4, fused=compiled or None)
        tokens = torch.randint(VOCABULARY, (batch, shape.context + 1))

        def loss_of(tokens):
            logits = module(tokens[:, :-1])
            return torch.nn.functional.cross_entropy(
                logits.flatten(0, 1), tokens[:, 1:].flatten()
            )

        loss = torch.compile(loss_of) if compiled else loss_of

        def step():
            optimizer.zero_grad(set_to_none=True)
            loss(tokens).backward()
            optimizer.step()

        step()
        step()
        trainers[key] = step
    count = batch * shape.context
    return {"tokens": count, "seconds": median_seconds(int(settings.get("steps", 3)), trainers[key])}


samplers = {}


def sampling(settings):
    """Completions up to the context, one token of all rows at a time; keys and values are kept."""
    shape, rows = config(settings), int(settings.get("batch", 64))
    prompt = int(settings.get("prompt", 1))
    key = (shape, rows, prompt)
    if key not in samplers:
        module = initialized(shape).eval()
        prompts = torch.randint(VOCABULARY, (rows, prompt))
        caches = module.caches(rows, shape.context)

        @torch.inference_mode()
        def sample():
            for position in range(prompt - 1):
                module.step(prompts[:, position], position, caches)
            tokens = prompts[:, -1]
            for position in range(prompt - 1, shape.context - 1):
                logits = module.step(tokens, position, caches)
                log_distribution = torch.log_softmax(logits, dim=-1)
                tokens = torch.multinomial(log_distribution.exp(), 1)[:, 0]
                log_distribution.gather(1, tokens[:, None])

        sample()
        samplers[key] = sample
    count = rows * (shape.context - prompt)
    return {"tokens": count, "seconds": median_seconds(int(settings.get("steps", 3)), samplers[key])}


def versions(_):
    return {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "capability": torch.backends.cpu.get_cpu_capability(),
        "threads": torch.get_num_threads(),
    }


for line in sys.stdin:
    name, *words = line.split()
    settings = dict(word.split("=", 1) for word in words)
    answer = {"training": training, "sampling": sampling, "versions": versions}[name](settings)
    answer["peak_bytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps(answer), flush=True)
