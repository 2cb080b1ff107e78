"""Measures Stable-Baselines3's PPO for bench_control.py: reads commands, answers with lines of JSON.

    ppo [steps=16384] [seed=1]       seconds of `learn` with the zoo's settings for CartPole-v1
    versions

The zoo's settings: 8 environments × 32 steps, minibatches of 256, 20 epochs, γ 0.98, λ 0.8, learning rate and clip
range falling linearly from 0.001 and 0.2, no entropy bonus, two networks of two layers of 64 with tanh. One thread;
seconds are the processor's.
"""

import json
import sys
import time

import gymnasium
import stable_baselines3
import torch
from stable_baselines3 import PPO
from stable_baselines3.common.env_util import make_vec_env

torch.set_num_threads(1)
torch.set_num_interop_threads(1)


def ppo(settings):
    steps, seed = int(settings.get("steps", 16_384)), int(settings.get("seed", 1))
    model = PPO(
        "MlpPolicy", make_vec_env("CartPole-v1", n_envs=8, seed=seed), n_steps=32, batch_size=256, n_epochs=20,
        gamma=0.98, gae_lambda=0.8, ent_coef=0.0, learning_rate=lambda left: 0.001 * left,
        clip_range=lambda left: 0.2 * left, seed=seed, device="cpu",
    )
    begin = time.process_time()
    model.learn(steps)
    seconds = time.process_time() - begin
    returns = [episode["r"] for episode in model.ep_info_buffer]
    model.env.close()
    return {"steps": model.num_timesteps, "seconds": seconds, "return": sum(returns) / max(1, len(returns))}


def versions(_):
    return {
        "stable_baselines3": stable_baselines3.__version__, "torch": torch.__version__,
        "gymnasium": gymnasium.__version__,
    }


for line in sys.stdin:
    name, *words = line.split()
    answer = {"ppo": ppo, "versions": versions}[name](dict(word.split("=", 1) for word in words))
    print(json.dumps(answer), flush=True)
