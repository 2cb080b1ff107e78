"""Advantages, losses and divergences as TRL and verl compute them, by calling their own code.

`values(seed)` draws inputs and returns them with what the two libraries make of them, as lists of numbers that
the tests named PeerFormulaTests compare with ours. Sequences are ragged: arrays of tokens hold one
sequence after the other.

TRL's trainers are real ones. Only their sources of randomness are replaced: generation gives the drawn
lengths, the reward function the drawn scores, and the model's log-probabilities are the drawn ones. verl's
functions are called directly. Inputs are multiples of 1/64, so single precision holds them; results are float64.
"""

import contextlib
import io
import logging
import os
import tempfile
import types
import warnings

import numpy as np
import torch

import verl_core

GROUPS, MEMBERS = 3, 4
LENGTHS = [3, 5, 2, 4, 1, 6, 2, 2, 3, 4, 5, 1]
LONGEST = 6
SEQUENCES = GROUPS * MEMBERS
BETA = 0.04  # of k3 in the loss
REWARD_BETA = 0.05  # of k1 in the reward
CLIP, VALUE_CLIP, DUAL_CLIP = 0.2, 0.2, 3.0
DISCOUNT, LAMBDA = 0.98, 0.9
REWARD_WEIGHTS, OVERLONG_BUFFER = [1.0, 0.5], 4
PAIRS, PREFERENCE_BETA, SMOOTHING = 5, 0.3, 0.1


def rounded(array):
    return torch.tensor(np.round(np.asarray(array) * 64) / 64, dtype=torch.float64)


def padded(flat):
    """[sequences, longest] from one sequence after the other; zeros after the end."""
    matrix = torch.zeros(SEQUENCES, LONGEST, dtype=torch.float64)
    start = 0
    for row, length in enumerate(LENGTHS):
        matrix[row, :length] = flat[start : start + length]
        start += length
    return matrix


MASK = padded(torch.ones(sum(LENGTHS), dtype=torch.float64))


def ragged(matrix):
    return [x for row, n in zip(matrix.tolist(), LENGTHS) for x in row[:n]]


def draw(random) -> dict[str, torch.Tensor]:
    tokens = sum(LENGTHS)
    scores = rounded(2 * random.normal(size=(GROUPS, MEMBERS)))
    scores[1] = 0.375  # a group without signal
    old = rounded(-1.5 - 1.5 * random.random(tokens))
    new = old + rounded(0.3 * random.normal(size=tokens))
    # Ratios beyond the dual clip, of whatever sign of advantage they meet.
    new[::7] = old[::7] + 1.25
    values = rounded(random.normal(size=tokens))
    return {
        "scores": scores,
        # Rewards that are not negative, those of a silent group that is paid nothing, and a second component.
        "shares": scores.abs(),
        "signalled": scores * torch.tensor([[1], [0], [1]]),
        "format": (scores.reshape(-1).roll(1) > 0).double(),
        "greedy": rounded(random.normal(size=GROUPS)),
        "old": old,
        "new": new,
        "reference": old + rounded(0.3 * random.normal(size=tokens)),
        "squared": rounded(0.2 + 0.6 * random.random(tokens)),
        "values": values,
        "newValues": values + rounded(0.3 * random.normal(size=tokens)),
        "targets": rounded(random.normal(size=tokens)),
        "tokenAdvantages": rounded(random.normal(size=tokens)),
        "chosen": rounded(-4 - 4 * random.random(PAIRS)),
        "rejected": rounded(-4 - 4 * random.random(PAIRS)),
        "chosenReference": rounded(-4 - 4 * random.random(PAIRS)),
        "rejectedReference": rounded(-4 - 4 * random.random(PAIRS)),
        "chosenRewards": rounded(random.normal(size=PAIRS)),
        "rejectedRewards": rounded(random.normal(size=PAIRS)),
        "entropies": rounded(2 * random.random(tokens)),
    }


def with_gradient(loss_of, point):
    """The loss at `point` and its gradient there."""
    leaf = point.clone().requires_grad_(True)
    loss = loss_of(leaf)
    (gradient,) = torch.autograd.grad(loss, leaf)
    return loss.item(), gradient


# ------------------------------------------------------------------------------------------------ verl


def verl_values(inputs) -> dict[str, list[float]]:
    verl = verl_core.load()
    results = {}
    index = np.repeat(np.arange(GROUPS), MEMBERS)
    ends = torch.zeros(SEQUENCES, LONGEST, dtype=torch.float64)
    for row, length in enumerate(LENGTHS):
        ends[row, length - 1] = 1
    rewards = ends * inputs["scores"].reshape(-1)[:, None]
    old, new, reference = (padded(inputs[k]) for k in ("old", "new", "reference"))
    penalized = verl.compute_rewards(rewards, old, reference, REWARD_BETA) * MASK

    def add(name, estimates):
        results[name] = ragged(estimates[0])

    for kind, token_rewards in (("", rewards), ("Penalized", penalized)):
        add(f"grpo{kind}", verl.compute_grpo_outcome_advantage(token_rewards, MASK, index))
        add(
            f"centered{kind}",
            verl.compute_grpo_outcome_advantage(
                token_rewards, MASK, index, norm_adv_by_std_in_grpo=False
            ),
        )
        add(f"rloo{kind}", verl.compute_rloo_outcome_advantage(token_rewards, MASK, index))
        add(f"opo{kind}", verl.compute_opo_outcome_advantage(token_rewards, MASK, index))
        settings = verl_core.Settings(gamma=DISCOUNT)
        add(
            f"reinforcePlusPlus{kind}",
            verl.compute_reinforce_plus_plus_outcome_advantage(
                token_rewards, MASK, config=settings
            ),
        )
        add(
            f"reinforcePlusPlusBaseline{kind}",
            verl.compute_reinforce_plus_plus_baseline_outcome_advantage(
                token_rewards, MASK, index
            ),
        )
        baselines = inputs["greedy"].repeat_interleave(MEMBERS)
        add(f"remax{kind}", verl.compute_remax_outcome_advantage(token_rewards, baselines, MASK))
        add(
            f"optimalToken{kind}",
            verl.compute_optimal_token_baseline_advantage(
                token_rewards, MASK, index, old, padded(inputs["squared"]), handle_zero_tail=False
            ),
        )
    add(
        "passAtK",
        verl.compute_grpo_passk_outcome_advantage(rewards, MASK, index, config=verl_core.Settings()),
    )
    shares, signalled = (ends * inputs[k].reshape(-1)[:, None] for k in ("shares", "signalled"))
    add("gpg", verl.compute_gpg_outcome_advantage(signalled, MASK, index))
    # MaxRL is verl with another estimator (tajwarfahim/maxrl): verl's centered rewards over the group's mean.
    centered = verl.compute_grpo_outcome_advantage(
        shares, MASK, index, norm_adv_by_std_in_grpo=False
    )[0]
    means = inputs["shares"].mean(dim=1).repeat_interleave(MEMBERS)[:, None]
    results["maxRL"] = ragged(centered / (means + 1e-6))
    add(
        "gdpo",
        verl.compute_gdpo_outcome_advantage(
            rewards, MASK, index, non_tensor_batch={
                "scores": inputs["scores"].reshape(-1).numpy(), "format": inputs["format"].numpy(),
            },
            config=verl_core.Settings(
                gdpo_reward_keys=["scores", "format"], gdpo_reward_weights=REWARD_WEIGHTS
            ),
            batch={
                "prompts": torch.zeros(SEQUENCES, 1),
                "attention_mask": torch.cat([torch.ones(SEQUENCES, 1), MASK], dim=1).long(),
            },
        ),
    )
    whitened, returns = verl.compute_gae_advantage_return(
        penalized, padded(inputs["values"]), MASK, DISCOUNT, LAMBDA
    )
    results["gaeWhitened"] = ragged(whitened)
    results["gaeReturns"] = ragged(returns)
    results["penalizedRewards"] = ragged(penalized)

    advantages = padded(inputs["tokenAdvantages"])
    for mode in ("token-mean", "seq-mean-token-sum", "seq-mean-token-mean", "seq-mean-token-sum-norm"):
        batch = {"loss_scale_factor": 8} if mode.endswith("norm") else {}
        for dual in (1e9, DUAL_CLIP):
            config = verl_core.Settings(
                clip_ratio=CLIP, clip_ratio_low=None, clip_ratio_high=None, clip_ratio_c=dual,
                global_batch_info=batch,
            )
            name = f"ppo {mode}" if dual > DUAL_CLIP else f"dual {mode}"
            loss, gradient = with_gradient(
                lambda x: verl.compute_policy_loss_vanilla(
                    old, x, advantages, MASK, loss_agg_mode=mode, config=config
                )[0],
                new,
            )
            results[name], results[f"{name} gradient"] = [loss], ragged(gradient)
        name = f"reinforce {mode}"
        loss, gradient = with_gradient(
            lambda x: verl.compute_policy_loss_reinforce(
                old, x, advantages, MASK, loss_agg_mode=mode, config=config
            )[0],
            new,
        )
        results[name], results[f"{name} gradient"] = [loss], ragged(gradient)
    loss, gradient = with_gradient(
        lambda x: verl.compute_value_loss(
            x, padded(inputs["targets"]), padded(inputs["values"]), MASK, VALUE_CLIP
        )[0],
        padded(inputs["newValues"]),
    )
    results["value"], results["value gradient"] = [loss], ragged(gradient)
    for estimator in ("k1", "k2", "k3"):
        _, gradient = with_gradient(
            lambda x: verl.kl_penalty_forward(x, reference, estimator).mul(MASK).sum(), new
        )
        results[estimator] = ragged(verl.kl_penalty_forward(new, reference, estimator))
        results[f"{estimator} gradient"] = ragged(gradient)
    return results


# ------------------------------------------------------------------------------------------------- TRL


def tiny_tokenizer():
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    words = {"<pad>": 0, "<end>": 1, "a": 2, "b": 3, "c": 4}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="<pad>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="<pad>", eos_token="<end>", padding_side="left"
    )


def tiny_model(classifier=False):
    from transformers import LlamaConfig, LlamaForCausalLM, LlamaForSequenceClassification

    config = LlamaConfig(
        vocab_size=5, hidden_size=8, intermediate_size=16, num_hidden_layers=1,
        num_attention_heads=2, max_position_embeddings=32, pad_token_id=0, eos_token_id=1,
        bos_token_id=None, num_labels=1,
    )
    return (LlamaForSequenceClassification if classifier else LlamaForCausalLM)(config)


def made(
    trainer_class, config_class, folder, dataset, model=None, reward=True, rewards=1, **settings
):
    """A trainer of TRL around a tiny model, on one thread of the processor, telling nobody."""
    config = config_class(
        output_dir=folder, use_cpu=True, report_to=[], bf16=False, disable_tqdm=True, **settings
    )
    if model is None:  # TRL reads its reference from disk.
        model = os.path.join(folder, "model")
        tiny_model().save_pretrained(model)
    paid = [lambda completions, **_: [0.0] * len(completions) for _ in range(rewards)]
    for number, function in enumerate(paid):
        function.__name__ = f"reward{number}"
    arguments = {"reward_funcs": paid} if reward else {}
    return trainer_class(
        model=model, args=config, train_dataset=dataset,
        processing_class=tiny_tokenizer(), **arguments,
    )


def replace_randomness(trainer, inputs):
    """Gives the trainer the drawn lengths, scores and log-probabilities."""
    completions = [[2 + i % 3 for i in range(n - 1)] + [1] for n in LENGTHS]
    trainer._generate_single_turn = lambda *args, **kwargs: _generated(trainer, completions)
    trainer._calculate_rewards = lambda *args, **kwargs: inputs["scores"].reshape(-1, 1).clone()
    trainer.reward_weights = trainer.reward_weights.double()

    def log_probabilities(model, *args, **kwargs):
        known = trainer.leaf if model is trainer.model_wrapped_marker else (
            padded(inputs["reference"]) if model is trainer.ref_model else padded(inputs["old"])
        )
        return known, torch.zeros_like(known), None

    trainer.model_wrapped_marker = object()
    trainer._get_per_token_logps_and_entropies = log_probabilities


def _generated(trainer, completions):
    if trainer.__class__.__name__ == "RLOOTrainer":
        return completions
    return completions, None


def trl_loss(trainer, batch, new):
    def loss(leaf):
        trainer.leaf = leaf
        return trainer._compute_loss(trainer.model_wrapped_marker, batch)

    return with_gradient(loss, new)


def trl_group_values(inputs, folder) -> dict[str, list[float]]:
    from datasets import Dataset
    from trl import GRPOConfig, GRPOTrainer, RLOOConfig, RLOOTrainer
    from trl.rewards import get_soft_overlong_punishment

    results = {}
    dataset = Dataset.from_dict({"prompt": ["a b"] * SEQUENCES})
    rows = [{"prompt": "a b"}] * SEQUENCES
    new = padded(inputs["new"])
    common = dict(
        per_device_train_batch_size=SEQUENCES, num_generations=MEMBERS, max_completion_length=8,
        gradient_accumulation_steps=1,
    )

    # k3 alone: by default TRL 1.16 multiplies it by the importance ratio.
    trainer = made(
        GRPOTrainer, GRPOConfig, folder, dataset, beta=BETA, use_bias_correction_kl=False, **common
    )
    replace_randomness(trainer, inputs)
    trainer.current_gradient_accumulation_steps = 1
    for scale in ("group", "none", "batch"):
        trainer.scale_rewards = scale
        batch = trainer._generate_and_score_completions(rows)
        results[f"grpo {scale}"] = batch["advantages"].tolist()
    punishment = get_soft_overlong_punishment(LONGEST, OVERLONG_BUFFER)
    results["overlong"] = punishment([[2] * n for n in LENGTHS])
    several = made(
        GRPOTrainer, GRPOConfig, folder, dataset, beta=0.0, rewards=2, reward_weights=REWARD_WEIGHTS,
        multi_objective_aggregation="normalize_then_sum", **common,
    )
    replace_randomness(several, inputs)
    components = torch.stack([inputs["scores"].reshape(-1), inputs["format"]], dim=1)
    several._calculate_rewards = lambda *args, **kwargs: components.clone()
    several.current_gradient_accumulation_steps = 1
    results["gdpo"] = several._generate_and_score_completions(rows)["advantages"].tolist()
    # With one update per batch TRL's old log-probabilities are the new ones; here they are the drawn ones.
    trainer.scale_rewards = "group"
    batch = trainer._generate_and_score_completions(rows)
    batch["old_per_token_logps"] = padded(inputs["old"])
    assert torch.equal(batch["completion_mask"].double(), MASK)
    for loss_type in ("grpo", "bnpo", "dr_grpo", "dapo"):
        for beta in (0.0, BETA):
            trainer.loss_type, trainer.beta = loss_type, beta
            name = f"{loss_type} {'k3' if beta else 'plain'}"
            loss, gradient = trl_loss(trainer, batch, new)
            results[name], results[f"{name} gradient"] = [loss], ragged(gradient)

    trainer = made(RLOOTrainer, RLOOConfig, folder, dataset, beta=REWARD_BETA, **common)
    replace_randomness(trainer, inputs)
    batch = trainer._generate_and_score_completions(rows)
    results["rloo advantages"] = batch["advantages"].tolist()
    loss, gradient = trl_loss(trainer, batch, new)
    results["rloo"], results["rloo gradient"] = [loss], ragged(gradient)
    return results


def trl_preference_values(inputs, folder) -> dict[str, list[float]]:
    from datasets import Dataset
    from trl import DPOConfig, DPOTrainer, RewardConfig, RewardTrainer

    results = {}
    dataset = Dataset.from_dict({"prompt": ["a b"], "chosen": ["a c"], "rejected": ["b"]})
    trainer = made(
        DPOTrainer, DPOConfig, folder, dataset, reward=False, beta=PREFERENCE_BETA,
        label_smoothing=0.0,
    )

    class Fixed(torch.nn.Module):
        """A model whose sequences have these log-probabilities, [chosen, rejected], in one token."""

        def forward(self, **_):
            # One position before the completion, as a causal model's outputs are shifted.
            zeros = torch.zeros_like(self.log_probabilities)
            log_probs = torch.stack([zeros, self.log_probabilities], dim=1)
            filled = torch.zeros_like(log_probs)
            return types.SimpleNamespace(
                log_probs=log_probs, entropy=filled, mean_logits=filled, is_top1=filled.bool(),
                log_sum_sq_probs=filled, aux_loss=None,
            )

    policy, trainer.ref_model = Fixed(), Fixed()

    def preference_loss(rows, leaf):
        """TRL's mean loss over pairs `rows`; `leaf` is [chosen…, rejected…] of these pairs."""
        policy.log_probabilities = leaf
        trainer.ref_model.log_probabilities = torch.cat(
            [inputs["chosenReference"][rows], inputs["rejectedReference"][rows]]
        )
        count = 2 * len(inputs["chosen"][rows])
        batch = {
            "input_ids": torch.ones(count, 2, dtype=torch.long),
            "attention_mask": torch.ones(count, 2, dtype=torch.long),
            "completion_mask": torch.tensor([[0, 1]] * count),
        }
        return trainer._compute_loss(policy, batch, False)

    every = slice(None)
    pairs = torch.cat([inputs["chosen"], inputs["rejected"]])
    for name, loss_type in (("dpo", "sigmoid"), ("ipo", "ipo")):
        trainer.loss_types, trainer.loss_weights = [loss_type], [1.0]
        loss, gradient = with_gradient(lambda leaf: preference_loss(every, leaf), pairs)
        results[name], results[f"{name} gradient"] = [loss], gradient.tolist()
    # TRL's sigmoid loss knows no label smoothing any more; its `aot`, which sorts the batch first, is cDPO on
    # a batch of one pair.
    trainer.loss_types, trainer.label_smoothing = ["aot"], SMOOTHING
    smoothed, gradients = [], torch.zeros_like(pairs)
    for k in range(PAIRS):
        loss, gradient = with_gradient(
            lambda leaf: preference_loss(slice(k, k + 1), leaf), pairs[[k, k + PAIRS]]
        )
        smoothed.append(loss)
        gradients[[k, k + PAIRS]] = gradient / PAIRS
    results["cdpo"], results["cdpo gradient"] = [sum(smoothed) / PAIRS], gradients.tolist()

    model = tiny_model(classifier=True)
    trainer = made(RewardTrainer, RewardConfig, folder, dataset, model=model, reward=False)
    rewards = torch.cat([inputs["chosenRewards"], inputs["rejectedRewards"]])

    def reward_loss(leaf):
        outputs = types.SimpleNamespace(logits=leaf[:, None])
        batch = {"attention_mask": torch.ones(2 * PAIRS, 2, dtype=torch.long)}
        return trainer.compute_loss(lambda **_: outputs, batch)

    for name, coefficient in (("reward", None), ("centered reward", 0.01)):
        trainer.args.center_rewards_coefficient = coefficient
        loss, gradient = with_gradient(reward_loss, rewards)
        results[name], results[f"{name} gradient"] = [loss], gradient.tolist()
    return results


def values(seed: int) -> dict:
    """Inputs and results: {"inputs", "constants", "trl", "verl", …} of lists of numbers by name."""
    import peer_losses

    inputs = draw(np.random.default_rng(seed))
    for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "TQDM_DISABLE"):
        os.environ.setdefault(name, "1")
    # Progress and advice of the libraries, shown only if something fails.
    told = io.StringIO()
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with contextlib.redirect_stdout(told), contextlib.redirect_stderr(told):
                logging.disable(logging.WARNING)
                trl = trl_group_values(inputs, folder) | trl_preference_values(inputs, folder)
                trl_losses = peer_losses.trl_losses(inputs, folder)
        except BaseException:
            print(told.getvalue())
            raise
        finally:
            logging.disable(logging.NOTSET)
    verl = verl_values(inputs)
    return {
        "constants": {
            "groups": [GROUPS], "members": [MEMBERS], "lengths": LENGTHS, "beta": [BETA],
            "rewardBeta": [REWARD_BETA], "clip": [CLIP], "valueClip": [VALUE_CLIP],
            "dualClip": [DUAL_CLIP], "discount": [DISCOUNT], "lambda": [LAMBDA],
            "rewardWeights": REWARD_WEIGHTS, "overlongBuffer": [OVERLONG_BUFFER],
            "preferenceBeta": [PREFERENCE_BETA], "smoothing": [SMOOTHING],
        } | peer_losses.CONSTANTS,
        "inputs": {k: v.reshape(-1).tolist() for k, v in inputs.items()},
        "trl": trl,
        "verl": verl,
        "trl losses": trl_losses,
        "verl losses": peer_losses.verl_losses(inputs),
    }
