"""Policy losses and divergences in the loss as TRL and verl compute them, on the inputs of peer_formulas.

Every loss is of sequences whose advantages are the drawn scores, so that one number holds for a whole sequence.
"""

import torch

import verl_core
from peer_formulas import (
    BETA, CLIP, DUAL_CLIP, MASK, MEMBERS, SEQUENCES, made, padded, ragged, replace_randomness, trl_loss,
    with_gradient,
)

CLIP_BELOW, CLIP_ABOVE = 0.05, 0.1  # of the ratio; of its logarithm in GMPO
LARGEST_WEIGHT = 1.25  # of CISPO
GATES = 1.0, 1.05  # SAPO's temperatures
ENTROPY_SHARE = 0.3
STRETCH = 8  # of log-ratios, so that k3 exceeds its bound

CONSTANTS = {
    "clipBelow": [CLIP_BELOW], "clipAbove": [CLIP_ABOVE], "largestWeight": [LARGEST_WEIGHT],
    "gates": list(GATES), "entropyShare": [ENTROPY_SHARE], "stretch": [STRETCH],
}


def verl_losses(inputs) -> dict[str, list[float]]:
    verl = verl_core.load()
    results = {}
    old, new, reference = (padded(inputs[k]) for k in ("old", "new", "reference"))
    advantages = inputs["scores"].reshape(-1)[:, None] * MASK

    class Settings(verl_core.Settings, verl.ActorConfig):
        pass

    def add(name, function, mode, **changes):
        config = Settings(
            {
                "clip_ratio": CLIP, "clip_ratio_low": CLIP_BELOW, "clip_ratio_high": CLIP_ABOVE,
                "clip_ratio_c": 1e9, "tau_pos": GATES[0], "tau_neg": GATES[1],
                "global_batch_info": {},
            } | changes
        )
        loss, gradient = with_gradient(
            lambda x: function(old, x, advantages, MASK, loss_agg_mode=mode, config=config)[0], new
        )
        results[name], results[f"{name} gradient"] = [loss], ragged(gradient)

    add("clip higher", verl.compute_policy_loss_vanilla, "token-mean")
    add("gspo", verl.compute_policy_loss_gspo, "seq-mean-token-mean")
    add("gmpo", verl.compute_policy_loss_geo_mean, "seq-mean-token-mean")
    add("cispo", verl.compute_policy_loss_cispo, "token-mean")
    add("sapo", verl.compute_policy_loss_sapo, "seq-mean-token-mean")

    stretched = new + STRETCH * (reference - new)
    for name, target in (("k1+", reference), ("k3+", reference), ("k3", stretched)):
        _, gradient = with_gradient(lambda x: verl.kl_penalty(x, target, name).mul(MASK).sum(), new)
        label = "bounded k3" if name == "k3" else name
        results[label] = ragged(verl.kl_penalty(new, target, name))
        results[f"{label} gradient"] = ragged(gradient)
    return results


def trl_losses(inputs, folder) -> dict[str, list[float]]:
    from datasets import Dataset
    from trl import GRPOConfig, GRPOTrainer
    from trl.experimental.gmpo import GMPOTrainer

    results = {}
    dataset = Dataset.from_dict({"prompt": ["a b"] * SEQUENCES})
    trainer = made(
        GRPOTrainer, GRPOConfig, folder, dataset, beta=BETA, per_device_train_batch_size=SEQUENCES,
        num_generations=MEMBERS, max_completion_length=8, gradient_accumulation_steps=1,
    )
    replace_randomness(trainer, inputs)
    trainer.current_gradient_accumulation_steps = 1
    batch = trainer._generate_and_score_completions([{"prompt": "a b"}] * SEQUENCES)
    batch["old_per_token_logps"] = padded(inputs["old"])
    batch["advantages"] = inputs["scores"].reshape(-1)
    known = trainer._get_per_token_logps_and_entropies
    trainer._get_per_token_logps_and_entropies = lambda *arguments, **others: (
        known(*arguments, **others)[0], padded(inputs["entropies"]), None
    )

    def add(name, loss_type, level="token", low=CLIP_BELOW, high=CLIP_ABOVE, delta=None, beta=0.0, share=1.0):
        trainer.loss_type, trainer.importance_sampling_level = loss_type, level
        trainer.epsilon_low, trainer.epsilon_high, trainer.args.delta = low, high, delta
        trainer.beta, trainer.top_entropy_quantile = beta, share
        loss, gradient = trl_loss(trainer, batch, padded(inputs["new"]))
        results[name], results[f"{name} gradient"] = [loss], ragged(gradient)

    trainer.args.sapo_temperature_pos, trainer.args.sapo_temperature_neg = GATES
    trainer.args.use_bias_correction_kl = True
    add("clip higher", "dapo")
    add("gspo", "grpo", level="sequence")
    add("luspo", "luspo", level="sequence")
    add("cispo", "cispo", high=LARGEST_WEIGHT)
    add("sapo", "sapo")
    add("two-sided", "grpo", low=CLIP, high=CLIP, delta=DUAL_CLIP)
    add("top entropy", "dapo", share=ENTROPY_SHARE)
    add("corrected k3", "dapo", beta=BETA)
    trainer.__class__ = GMPOTrainer
    add("gmpo", "grpo")
    return results
