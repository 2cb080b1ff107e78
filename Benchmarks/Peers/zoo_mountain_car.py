"""Trains Stable-Baselines3 on MountainCarContinuous-v0 with the settings of RL Baselines3 Zoo, and prints a return for each seed.

    .venv-peers/bin/python Benchmarks/Peers/zoo_mountain_car.py SEED [SEED ...]      (a minute for each seed)

The zoo publishes one run. This shows what other seeds give: 20,000 steps, then the mean of 20 episodes of the policy without
noise. The settings are those of `hyperparams/ppo.yml`, with observations and rewards normalized.
"""

import sys
import warnings

import torch
from stable_baselines3 import PPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.evaluation import evaluate_policy
from stable_baselines3.common.vec_env import VecNormalize

NAME = "MountainCarContinuous-v0"

warnings.simplefilter("ignore")
torch.set_num_threads(1)
for seed in map(int, sys.argv[1:]):
    environment = VecNormalize(make_vec_env(NAME, n_envs=1, seed=seed), gamma=0.9999)
    model = PPO(
        "MlpPolicy", environment, seed=seed, batch_size=256, n_steps=8, gamma=0.9999, learning_rate=7.77e-05,
        ent_coef=0.00429, clip_range=0.1, n_epochs=10, gae_lambda=0.9, max_grad_norm=5, vf_coef=0.19, use_sde=True,
        policy_kwargs={"log_std_init": -3.29, "ortho_init": False},
    )
    model.learn(20_000)
    evaluated = VecNormalize(
        make_vec_env(NAME, n_envs=1, seed=1000 + seed), training=False, norm_reward=False
    )
    evaluated.obs_rms = environment.obs_rms
    mean, _ = evaluate_policy(model, evaluated, n_eval_episodes=20, deterministic=True)
    print(seed, round(float(mean), 1), flush=True)
