"""PPO on CartPole as one compiled JAX program: environments, network, optimizer and all loops are in `lax.scan`.

The style is that of purejaxrl; the settings are those of CleanRL's `ppo.py`: 4 environments × 128 steps, 4 epochs of
4 minibatches, separate networks of two layers of 64 with tanh, orthogonal weights, Adam with ε = 1e-5 and a linearly
falling learning rate, one global norm, advantages standardized per minibatch, clipped values. A time limit ends an
episode like a fall, as in CleanRL. All arithmetic is float32. It is measured by jax_worker.py.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import lax

ENVIRONMENTS, ROLLOUT, EPOCHS, MINIBATCHES = 4, 128, 4, 4
DISCOUNT, LAMBDA, CLIP = 0.99, 0.95, 0.2
LEARNING_RATE, ENTROPY, VALUE, MAX_NORM = 2.5e-4, 0.01, 0.5, 0.5
BATCH = ENVIRONMENTS * ROLLOUT


# The environment: Gymnasium's CartPole-v1, an episode at most 500 steps long.


class Cart(NamedTuple):
    state: jax.Array  # [4] position, velocity, angle, angular velocity
    time: jax.Array
    total: jax.Array  # the return so far


def start(key) -> Cart:
    state = jax.random.uniform(key, (4,), jnp.float32, -0.05, 0.05)
    return Cart(state, jnp.int32(0), jnp.float32(0))


def step(cart: Cart, action, key):
    """The state after `action`, of the next episode if this one ends; reward 1; whether it ended; its return."""
    position, velocity, angle, spin = cart.state
    force = jnp.where(action == 1, 10.0, -10.0)
    cosine, sine = jnp.cos(angle), jnp.sin(angle)
    push = (force + 0.05 * spin**2 * sine) / 1.1
    turn = (9.8 * sine - cosine * push) / (0.5 * (4.0 / 3.0 - 0.1 * cosine**2 / 1.1))
    pull = push - 0.05 * turn * cosine / 1.1
    state = jnp.stack(
        [position + 0.02 * velocity, velocity + 0.02 * pull, angle + 0.02 * spin, spin + 0.02 * turn]
    )
    time, total = cart.time + 1, cart.total + 1
    ended = (jnp.abs(state[0]) > 2.4) | (jnp.abs(state[2]) > 12 * jnp.pi / 180) | (time >= 500)
    new = start(key)
    after = jax.tree.map(lambda fresh, old: jnp.where(ended, fresh, old), new, Cart(state, time, total))
    return after, ended, total


# The networks, as lists of layers.


def network(key, outputs: int, last_gain: float):
    gains = [2**0.5, 2**0.5, last_gain]
    widths = [4, 64, 64, outputs]
    layers = []
    for gain, rows, columns, part in zip(gains, widths, widths[1:], jax.random.split(key, 3)):
        weight = jax.nn.initializers.orthogonal(gain)(part, (rows, columns), jnp.float32)
        layers.append((weight, jnp.zeros(columns, jnp.float32)))
    return layers


def apply(layers, x):
    for weight, bias in layers[:-1]:
        x = jnp.tanh(x @ weight + bias)
    weight, bias = layers[-1]
    return x @ weight + bias


def log_probability(logits, actions):
    return jnp.take_along_axis(jax.nn.log_softmax(logits), actions[..., None], axis=-1)[..., 0]


# Training.


class Step(NamedTuple):
    observation: jax.Array
    action: jax.Array
    log_probability: jax.Array
    value: jax.Array
    ended: jax.Array
    total: jax.Array


def loss(parameters, batch: Step, advantages, targets):
    policy, critic = parameters
    logits = apply(policy, batch.observation)
    distribution = jax.nn.log_softmax(logits)
    new = jnp.take_along_axis(distribution, batch.action[:, None], axis=1)[:, 0]
    ratio = jnp.exp(new - batch.log_probability)
    advantages = (advantages - advantages.mean()) / (advantages.std(ddof=1) + 1e-8)
    clipped = jnp.clip(ratio, 1 - CLIP, 1 + CLIP)
    policy_loss = jnp.maximum(-advantages * ratio, -advantages * clipped).mean()
    values = apply(critic, batch.observation)[:, 0]
    near = batch.value + jnp.clip(values - batch.value, -CLIP, CLIP)
    value_loss = 0.5 * jnp.maximum((values - targets) ** 2, (near - targets) ** 2).mean()
    entropy = -(jnp.exp(distribution) * distribution).sum(1).mean()
    return policy_loss - ENTROPY * entropy + VALUE * value_loss


def adam(parameters, gradients, moments, count, rate):
    norm = jnp.sqrt(sum(jnp.sum(g * g) for g in jax.tree.leaves(gradients)))
    scale = jnp.minimum(1.0, MAX_NORM / (norm + 1e-6))
    gradients = jax.tree.map(lambda g: g * scale, gradients)
    first = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, moments[0], gradients)
    second = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, moments[1], gradients)
    time = count.astype(jnp.float32)
    one, two = 1 - 0.9**time, 1 - 0.999**time
    parameters = jax.tree.map(
        lambda p, m, v: p - rate * (m / one) / (jnp.sqrt(v / two) + 1e-5), parameters, first, second
    )
    return parameters, (first, second)


def make_training(steps: int):
    """The function from a seed to the mean return of the episodes that ended in the last tenth of `steps`."""
    updates = steps // BATCH

    def train(seed):
        key, policy_key, critic_key, start_key = jax.random.split(jax.random.key(seed), 4)
        parameters = (network(policy_key, 2, 0.01), network(critic_key, 1, 1.0))
        zeros = jax.tree.map(jnp.zeros_like, parameters)
        carts = jax.vmap(start)(jax.random.split(start_key, ENVIRONMENTS))

        def act(carry, _):
            parameters, carts, key = carry
            policy, critic = parameters
            key, action_key, step_key = jax.random.split(key, 3)
            logits = apply(policy, carts.state)
            action = jax.random.categorical(action_key, logits)
            after, ended, total = jax.vmap(step)(carts, action, jax.random.split(step_key, ENVIRONMENTS))
            taken = Step(
                carts.state, action, log_probability(logits, action), apply(critic, carts.state)[:, 0], ended, total
            )
            return (parameters, after, key), taken

        def update(carry, index):
            parameters, moments, carts, key = carry
            (_, carts, key), rollout = lax.scan(act, (parameters, carts, key), None, ROLLOUT)
            last = apply(parameters[1], carts.state)[:, 0]

            def estimate(carry, row: Step):
                following, advantage = carry
                goes_on = 1.0 - row.ended
                delta = 1.0 + DISCOUNT * following * goes_on - row.value
                advantage = delta + DISCOUNT * LAMBDA * goes_on * advantage
                return (row.value, advantage), advantage

            _, advantages = lax.scan(estimate, (last, jnp.zeros_like(last)), rollout, reverse=True)
            flat = jax.tree.map(
                lambda x: x.reshape(BATCH, *x.shape[2:]), (rollout, advantages, advantages + rollout.value)
            )
            rate = LEARNING_RATE * (1 - index / updates)

            def epoch(carry, _):
                parameters, moments, count, key = carry
                key, order_key = jax.random.split(key)
                order = jax.random.permutation(order_key, BATCH).reshape(MINIBATCHES, -1)

                def minibatch(carry, rows):
                    parameters, moments, count = carry
                    gradients = jax.grad(loss)(parameters, *jax.tree.map(lambda x: x[rows], flat))
                    count = count + 1
                    parameters, moments = adam(parameters, gradients, moments, count, rate)
                    return (parameters, moments, count), None

                (parameters, moments, count), _ = lax.scan(minibatch, (parameters, moments, count), order)
                return (parameters, moments, count, key), None

            count = index * EPOCHS * MINIBATCHES
            (parameters, moments, _, key), _ = lax.scan(epoch, (parameters, moments, count, key), None, EPOCHS)
            ended = rollout.ended.astype(jnp.float32)
            return (parameters, moments, carts, key), (ended.sum(), (ended * rollout.total).sum())

        _, (episodes, totals) = lax.scan(
            update, (parameters, (zeros, zeros), carts, key), jnp.arange(updates, dtype=jnp.int32)
        )
        late = updates - max(1, updates // 10)
        return totals[late:].sum() / jnp.maximum(episodes[late:].sum(), 1)

    return jax.jit(train)
