"""Derives the expected values of `ReferenceFormulaTests` from the published formulas, in float64.

Written from the papers' equations and the settings documented by CleanRL, TRL and verl, with nothing
but numpy; gradients are central differences of the losses below, so they share no algebra with the
Swift code.

    python reference_formulas.py > reference_formulas.json
"""

import json

import numpy as np

rng = np.random.default_rng(20261122)


def rounded(array):
    """Inputs with few digits, so that single and double precision read the same numbers."""
    return np.asarray(np.round(array * 64) / 64, dtype=np.float64)


def gradient(loss, point, step=1e-6):
    result = np.zeros_like(point)
    for i in range(point.size):
        above, below = point.copy(), point.copy()
        above[i] += step
        below[i] -= step
        result[i] = (loss(above) - loss(below)) / (2 * step)
    return result


# Generalized advantages over a rollout of 2 environments x 8 steps with resets inside, in the
# "next done" form of single-file implementations: A_t = delta_t + gamma lambda (1 - done) A_{t+1}.
steps, gamma, lam = 8, 0.98, 0.8
rewards = rounded(rng.normal(size=(2, steps)))
values = rounded(rng.normal(size=(2, steps)))
last_values = rounded(rng.normal(size=2))
ends = np.zeros((2, steps), dtype=bool)
ends[0, 2] = ends[0, 7] = ends[1, 4] = True
advantages = np.zeros((2, steps))
for e in range(2):
    following, following_value = 0.0, last_values[e]
    for t in reversed(range(steps)):
        alive = 0.0 if ends[e, t] else 1.0
        delta = rewards[e, t] + gamma * following_value * alive - values[e, t]
        following = delta + gamma * lam * alive * following
        advantages[e, t] = following
        following_value = values[e, t]

# PPO: clipped surrogate on a standardized minibatch, clipped value loss, token mean.
n, clip = 12, 0.2
old = rounded(-0.2 - rng.random(n))
new = old + rounded(0.35 * rng.normal(size=n))
raw = rounded(rng.normal(size=n))
standardized = (raw - raw.mean()) / (raw.std(ddof=1) + 1e-8)
old_values, targets = rounded(rng.normal(size=n)), rounded(rng.normal(size=n))
new_values = old_values + rounded(0.4 * rng.normal(size=n))


def ppo_policy(logp):
    ratio = np.exp(logp - old)
    return np.mean(
        np.maximum(-standardized * ratio, -standardized * np.clip(ratio, 1 - clip, 1 + clip))
    )


def ppo_value(v):
    clipped = old_values + np.clip(v - old_values, -clip, clip)
    return 0.5 * np.mean(np.maximum((v - targets) ** 2, (clipped - targets) ** 2))


ratios = np.exp(new - old)

# GRPO: three groups of four completions of unequal length; k3 to a reference in the loss;
# sequence-mean of token-means. RLOO: sequence KL inside the reward, sequence ratio, mean.
group, lengths = 4, [3, 5, 2, 4, 1, 6, 2, 2, 3, 4, 5, 1]
scores = rounded(rng.normal(size=(3, group)))
scores[1] = 0.35  # a group without signal
group_advantages = np.zeros((3, group))
for g in range(3):
    if np.ptp(scores[g]) > 0:
        group_advantages[g] = (scores[g] - scores[g].mean()) / (scores[g].std(ddof=1) + 1e-6)
tokens = sum(lengths)
owner = np.repeat(np.arange(12), lengths)
token_old = rounded(-0.2 - rng.random(tokens))
token_new = token_old + rounded(0.3 * rng.normal(size=tokens))
token_reference = token_old + rounded(0.3 * rng.normal(size=tokens))
beta = 0.04


def grpo(logp):
    ratio = np.exp(logp - token_old)
    a = group_advantages.reshape(-1)[owner]
    surrogate = -np.minimum(a * ratio, a * np.clip(ratio, 1 - clip, 1 + clip))
    delta = token_reference - logp
    surrogate = surrogate + beta * (np.exp(delta) - delta - 1)
    return np.mean([surrogate[owner == i].mean() for i in range(12)])


def dr_grpo(logp):
    ratio = np.exp(logp - token_old)
    a = (scores - scores.mean(axis=1, keepdims=True)).reshape(-1)[owner]
    surrogate = -np.minimum(a * ratio, a * np.clip(ratio, 1 - clip, 1 + clip))
    return surrogate.sum() / (12 * 6)


sequence_kl = np.array([(token_old - token_reference)[owner == i].sum() for i in range(12)])
penalized = scores.reshape(-1) - 0.05 * sequence_kl
by_group = penalized.reshape(3, group)
rloo_advantages = ((by_group * group - by_group.sum(axis=1, keepdims=True)) / (group - 1)).reshape(-1)


def rloo(logp):
    log_ratio = np.array([(logp - token_old)[owner == i].sum() for i in range(12)])
    ratio = np.exp(log_ratio)
    return np.mean(
        np.maximum(
            -rloo_advantages * ratio, -rloo_advantages * np.clip(ratio, 1 - clip, 1 + clip)
        )
    )


# DPO and its label-smoothed form on five pairs of summed log-probabilities.
chosen = rounded(-5 - 3 * rng.random(5))
rejected = rounded(-5 - 3 * rng.random(5))
chosen_reference = chosen + rounded(rng.normal(size=5))
rejected_reference = rejected + rounded(rng.normal(size=5))


def dpo(pair_logps, smoothing, beta=0.3):
    w, l = pair_logps[:5], pair_logps[5:]
    z = beta * ((w - chosen_reference) - (l - rejected_reference))
    log_sigmoid = lambda x: -np.logaddexp(0, -x)
    return np.mean(-(1 - smoothing) * log_sigmoid(z) - smoothing * log_sigmoid(-z))


pairs = np.concatenate([chosen, rejected])


def entry(**fields):
    return {k: np.asarray(v).tolist() for k, v in fields.items()}


print(
    json.dumps(
        {
            "gae": entry(
                rewards=rewards, values=values, lastValues=last_values, ends=ends.astype(float),
                advantages=advantages,
            ),
            "ppo": entry(
                old=old, new=new, raw=raw, standardized=standardized,
                policyLoss=[ppo_policy(new)], policyGradient=gradient(ppo_policy, new),
                approximateKL=[np.mean(ratios - 1 - np.log(ratios))],
                clipFraction=[np.mean(np.abs(ratios - 1) > clip)],
                oldValues=old_values, newValues=new_values, targets=targets,
                valueLoss=[ppo_value(new_values)], valueGradient=gradient(ppo_value, new_values),
                explainedVariance=[1 - np.var(targets - new_values) / np.var(targets)],
            ),
            "groups": entry(
                lengths=lengths, scores=scores, old=token_old, new=token_new,
                reference=token_reference, grpoAdvantages=group_advantages.reshape(-1),
                grpoLoss=[grpo(token_new)], grpoGradient=gradient(grpo, token_new),
                drGRPOLoss=[dr_grpo(token_new)], drGRPOGradient=gradient(dr_grpo, token_new),
                rlooAdvantages=rloo_advantages, rlooLoss=[rloo(token_new)],
                rlooGradient=gradient(rloo, token_new),
            ),
            "dpo": entry(
                chosen=chosen, rejected=rejected, chosenReference=chosen_reference,
                rejectedReference=rejected_reference, loss=[dpo(pairs, 0)],
                gradient=gradient(lambda p: dpo(p, 0), pairs), smoothedLoss=[dpo(pairs, 0.1)],
                smoothedGradient=gradient(lambda p: dpo(p, 0.1), pairs),
            ),
        },
        indent=1,
    )
)
