import Objectives
import Settings

extension GRPO {
  /// The settings of papers and libraries, and the methods that change a few of GRPO's choices.
  static let presets: [Preset<PolicyGradientSettings>] = [
    // The penalty of Shao et al., 2024: k3 in the loss, weight 0.04.
    Preset("paper") { settings in
      settings.klPlacement = .inLoss
      settings.klEstimator = .k3
      settings.klCoefficient = 0.04
    },
    // TRL: 1e-4 beside the deviation, and the mean over tokens.
    Preset("trl") { settings in
      settings.scaleEpsilon = 1e-4
      settings.lengthNormalizer = .tokenMean
    },
    // verl bounds k3 in the loss (kl_loss_type low_var_kl) to ±10 (trainer/ppo/core_algos.py). Runs on environments had neither a dual
    // clip nor this bound when their keys were first made with this preset.
    Preset(
      "verl",
      onEnvironments: {
        $0.dualClip = nil
        $0.klClamp = nil
      }
    ) { settings in
      settings.lengthNormalizer = .tokenMean
      settings.dualClip = 3
      settings.klPlacement = .inLoss
      settings.klEstimator = .k3
      settings.klClamp = 10
      settings.klCoefficient = 0.001
    },
    // DAPO: more room above 1 than below ("clip higher"), the mean over tokens, groups without a signal sampled again, and less pay
    // within a fifth of the longest completion or so (Yu et al., 2025, https://arxiv.org/abs/2503.14476; verl: recipe/dapo). Truncated
    // completions stay in the loss.
    Preset("dapo") { settings in
      dapoLoss(&settings)
      settings.dualClip = 10
      settings.samplingRounds = 10
      settings.overlongBuffer = 8
    },
    // DAPO's loss on the fifth of tokens with the highest entropy alone (Wang et al., 2025, https://arxiv.org/abs/2506.01939; TRL:
    // top_entropy_quantile).
    Preset("top_entropy") { settings in
      dapoLoss(&settings)
      settings.topEntropyShare = 0.2
    },
    // A bound on what a bad token that became likely can cost (Prime Intellect, 2025, https://arxiv.org/abs/2505.07291; TRL: delta). How
    // many steps a batch is for is a matter of size; with one alone the bound would never act.
    Preset("intellect_2") { settings in
      settings.dualClip = 4
      settings.minibatches = 8
      settings.klPlacement = .inLoss
      settings.klCoefficient = 0.001
    },
    // GSPO: one ratio for each completion, the geometric mean of its tokens', clipped less than a thousandth off 1 (Zheng et al., 2025,
    // section 5.1, https://arxiv.org/abs/2507.18071; TRL: importance_sampling_level sequence, loss_type grpo; verl: loss_mode gspo).
    Preset("gspo") { settings in
      settings.ratio = .sequenceGeometricMean
      settings.clipRange = 3e-4
      settings.clipRangeHigh = 4e-4
      settings.minibatches = 4
    },
    // CISPO: the weight of a token is clipped instead of its gain, and above alone (MiniMax, 2025, https://arxiv.org/abs/2506.13585), at
    // 5, ScaleRL's bound and TRL's (https://arxiv.org/abs/2510.13786).
    Preset("cispo") { settings in
      settings.surrogate = .clippedWeight
      settings.clipRange = nil
      settings.clipRangeHigh = 4
      settings.lengthNormalizer = .tokenMean
      settings.minibatches = 16
    },
    // SAPO: the gradient of a token fades with its ratio's distance from 1 (Gao et al., 2025, https://arxiv.org/abs/2511.20347; TRL and
    // verl: sapo).
    Preset("sapo") { settings in
      settings.surrogate = .softGate
      settings.minibatches = 4
    },
    // LUSPO: GSPO's loss of each completion times its length, which is the sum over tokens (Liu et al., 2026, section 5.1,
    // https://arxiv.org/abs/2602.05261; TRL: loss_type luspo).
    Preset("luspo") { settings in
      settings.ratio = .sequenceGeometricMean
      settings.clipRange = 2e-3
      settings.clipRangeHigh = 2.5e-3
      settings.lengthNormalizer = .sequenceMeanTokenSum
      settings.minibatches = 4
    },
    // GMPO: the logarithm of each token's ratio is clipped before the mean (Zhao et al., 2025, https://arxiv.org/abs/2507.20673; TRL:
    // GMPOTrainer; verl: loss_mode geo_mean).
    Preset("gmpo") { settings in
      settings.ratio = .clippedGeometricMean
      settings.clipRange = 0.4
      settings.minibatches = 8
    },
    // Lite PPO: the deviation of the returns of the batch, and the mean over tokens (Liu et al., "Part I: Tricks or Traps?", 2025,
    // https://arxiv.org/abs/2508.08221; TRL: scale_rewards batch).
    Preset("lite_ppo") { settings in
      settings.scale = .batchReturnStd
      settings.scaleEpsilon = 1e-4
      settings.lengthNormalizer = .tokenMean
    },
    // MaxRL: the mean of the group's returns in place of their deviation, for rewards that are not negative, so that the
    // likelihood of success is maximized (Tajwar et al., 2026, https://arxiv.org/abs/2602.02710).
    Preset("maxrl") { settings in
      settings.scale = .groupMean
      settings.lengthNormalizer = .tokenMean
    },
    // GDPO: each component of the reward is standardized within the group, then their sum over the tokens of the batch (Liu et al.,
    // 2026, https://arxiv.org/abs/2601.05242; verl: gdpo).
    Preset("gdpo", in: .languageTasks) { settings in
      settings.rewardAggregation = .normalizeThenSum
      settings.scale = .batchStandardization
      settings.lengthNormalizer = .tokenMean
    },
    // GPG: no ratio and no deviation; advantages are divided by the share of groups that have any (Chu et al., 2025,
    // https://arxiv.org/abs/2504.02546; verl: gpg).
    Preset("gpg") { settings in
      settings.scale = .signalShare
      settings.ratio = .none
      settings.lengthNormalizer = .tokenMean
    },
    // Pass@k: only the best of a group has an advantage, by how far it is above the second, so that the best of G is maximized (Tang
    // et al., 2025, https://arxiv.org/abs/2503.19595; verl: grpo_passk). Divided by the deviation, as verl does by default; in the
    // paper it is not.
    Preset("pass_at_k") { settings in
      settings.baseline = .bestOfOthers
      settings.lengthNormalizer = .tokenMean
    },
  ]

  @Sendable private static func dapoLoss(_ settings: inout PolicyGradientSettings) {
    settings.clipRange = 0.2
    settings.clipRangeHigh = 0.28
    settings.lengthNormalizer = .tokenMean
    settings.minibatches = 16
  }
}
