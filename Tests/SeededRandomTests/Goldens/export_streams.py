"""Writes streams.csv: an independent implementation of the streams and their distributions.

    python export_streams.py > streams.csv        (Python 3.10 or newer, no packages)

A line holds what is drawn, the stream's identity, seed, purpose, and name or indices, and the draws:
words in hexadecimal, doubles as hexadecimal floats, indices as decimals.
"""

import math

MASK = 0xFFFFFFFF


def philox(counter, key):
    (x0, x1, x2, x3), (k0, k1) = counter, key
    for _ in range(10):
        p0, p1 = 0xD2511F53 * x0, 0xCD9E8D57 * x2
        x0, x1, x2, x3 = (p1 >> 32) ^ x1 ^ k0, p1 & MASK, (p0 >> 32) ^ x3 ^ k1, p0 & MASK
        k0, k1 = (k0 + 0x9E3779B9) & MASK, (k1 + 0xBB67AE85) & MASK
    return x0, x1, x2, x3


def absorb_block(key, block):
    x0, x1, x2, x3 = philox(block, (key & MASK, key >> 32))
    return key ^ ((x1 ^ x3) << 32 | (x0 ^ x2))


def absorb(key, field):
    if isinstance(field, int):
        bits = field & 0xFFFFFFFFFFFFFFFF
        return absorb_block(key, (bits & MASK, bits >> 32, 0, 0xFFFFFFFE))
    data = field.encode()
    for start in range(0, len(data), 16):
        chunk = data[start : start + 16].ljust(16, b"\0")
        key = absorb_block(key, tuple(int.from_bytes(chunk[i : i + 4], "little") for i in (0, 4, 8, 12)))
    return absorb_block(key, (len(data), 0, 0, MASK))


class Stream:
    def __init__(self, identity, seed, purpose, name=None, indices=(0, 0, 0)):
        key = 0x9E3779B97F4A7C15
        for field in (identity, seed, purpose) + ((name,) if name is not None else ()):
            key = absorb(key, field)
        self.key, self.indices, self.block, self.words = (key & MASK, key >> 32), indices, 0, []

    def word(self):
        if not self.words:
            self.words = list(philox((self.block,) + tuple(self.indices), self.key))
            self.block += 1
        return self.words.pop(0)

    def double(self):
        low = self.word()
        return ((self.word() << 32 | low) >> 11) / 2**53

    def uniform(self, lower, upper):
        return lower + (upper - lower) * self.double()

    def normal(self):
        radius = math.sqrt(-2 * math.log(1 - self.double()))
        return radius * math.cos(2 * math.pi * self.double())

    def index(self, count):
        while True:
            product = self.word() * count
            if product & MASK >= 2**32 % count:
                return product >> 32

    def categorical(self, probabilities):
        draw, total = self.double(), 0.0
        for i, probability in enumerate(probabilities):
            total += probability
            if total > draw:
                return i

    def permutation(self, count):
        result = list(range(count))
        for i in range(count - 1, 0, -1):
            j = self.index(i + 1)
            result[i], result[j] = result[j], result[i]
        return result


NAMES = [
    ("", 0, "start", None, (0, 0, 0)),
    ("environment = CartPole-v1\n", 0, "start", None, (0, 0, 0)),
    ("environment = CartPole-v1\n", 1, "start", None, (0, 0, 0)),
    ("environment = CartPole-v1\n", -1, "actions", None, (3, 2, 1)),
    ("exactly sixteen.", 7, "actions", None, (4294967295, 0, 4294967295)),
    ("an identity of more than sixteen bytes, ϑ too", 123456789012, "minibatchOrder", None, (5, 4, 0)),
    ("environment = CartPole-v1\n", 0, "initialisation", "policy.0.weight", (0, 0, 0)),
    ("environment = CartPole-v1\n", 0, "initialisation", "policy.0.bias", (0, 0, 0)),
    ("x", 0, "evaluation", None, (19, 0, 0)),
    ("x", 0, "taskGeneration", None, (1, 0, 0)),
    ("x", 0, "bootstrap", None, (0, 0, 0)),
    ("x", 0, "audit", None, (0, 0, 0)),
]

DRAWS = {
    "words": (NAMES, lambda s: [f"{s.word():08x}" for _ in range(9)]),
    "unit": (NAMES[:4], lambda s: [s.double().hex() for _ in range(5)]),
    "uniform": (NAMES[:4], lambda s: [s.uniform(-0.05, 0.05).hex() for _ in range(4)]),
    "normal": (NAMES[:6], lambda s: [s.normal().hex() for _ in range(6)]),
    "index 6": (NAMES[:4], lambda s: [s.index(6) for _ in range(20)]),
    "index 3000000000": (NAMES[:4], lambda s: [s.index(3000000000) for _ in range(12)]),
    "categorical": (NAMES[:4], lambda s: [s.categorical([0, 0.125, 0.5, 0, 0.375, 0]) for _ in range(20)]),
    "permutation 12": (NAMES[:6], lambda s: s.permutation(12)),
}

if __name__ == "__main__":
    for draw, (names, make) in DRAWS.items():
        for identity, seed, purpose, name, indices in names:
            values = make(Stream(identity, seed, purpose, name, indices))
            where = name if name is not None else " ".join(map(str, indices))
            print("|".join([draw, identity.replace("\n", "\\n"), str(seed), purpose, where, " ".join(map(str, values))]))
