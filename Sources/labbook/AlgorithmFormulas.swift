/// The formula that each algorithm follows, as TeX, with what makes it that algorithm: its gradient estimate, advantage or loss in
/// the notation of its paper.
///
/// $y_1, \dots, y_k$ are sequences from one start $x$, $r_i$ their rewards and $\rho_t$ the ratio of the present policy's
/// probability to that of the policy that sampled.
let algorithmFormulas: [String: (formula: String, meaning: String)] = [
  "reinforce": (
    #"g = \mathbb{E}\bigl[(r(x, y) - b(x)) \, \nabla \log \pi(y \mid x)\bigr]"#,
    "The reward of a sample, less a baseline b(x) that does not depend on the sample, scales the gradient of its log probability. Without a baseline, b(x) = 0, the estimate is as right and noisier."
  ),
  "reinforce_plus_plus": (
    #"A_t = \frac{\hat{A}_t - \operatorname{mean}(\hat{A})}{\operatorname{std}(\hat{A})}, \qquad \hat{A}_t = r(x, y) - \beta \sum_{s \ge t} \log \frac{\pi(y_s)}{\pi_{\mathrm{ref}}(y_s)}"#,
    "The advantage of a token is the reward less a penalty, of weight β, for leaving the reference from there on. It is standardized over the whole batch and not within a group."
  ),
  "ppo": (
    #"J = \mathbb{E}_t\bigl[\min\bigl(\rho_t A_t, \operatorname{clip}(\rho_t, 1 - \varepsilon, 1 + \varepsilon) \, A_t\bigr)\bigr], \qquad A_t = \sum_{l \ge 0} (\gamma \lambda)^l \bigl(r_{t+l} + \gamma V(s_{t+l+1}) - V(s_{t+l})\bigr)"#,
    "A value network V learns what return to expect, and the advantage says how much better it went, with later steps weighed by γλ each. The ratio ρ to the policy that sampled is clipped to 1 ± ε, so that a batch can be used more than once."
  ),
  "grpo": (
    #"A_i = \frac{r_i - \operatorname{mean}(r_1, \dots, r_k)}{\operatorname{std}(r_1, \dots, r_k)}"#,
    "Each reward is compared with the mean of its group, k samples from one start, and divided by the group's standard deviation. No value network is needed; the division gives groups whose rewards hardly differ more weight."
  ),
  "dr_grpo": (
    #"A_i = r_i - \operatorname{mean}(r_1, \dots, r_k)"#,
    "GRPO without the division by the group's deviation, and with a constant in place of each sample's length, so that neither gives some starts or some lengths more weight."
  ),
  "remax": (
    #"A = r(x, y) - r(x, \hat{y}), \qquad \hat{y}_t = \operatorname*{arg\,max}_a \pi(a \mid x, \hat{y}_{<t})"#,
    "The baseline is the reward of one greedy sample ŷ from the same start, which takes the most probable action or token every time. It costs one more sample for each start."
  ),
  "rloo": (
    #"A_i = r_i - \frac{1}{k - 1} \sum_{j \ne i} r_j"#,
    "The baseline of each sample is the mean reward of the k − 1 others from its start. The sample itself is left out, so the estimate has no bias."
  ),
  "dpo": (
    #"L = -\log \sigma\Bigl(\beta \log \frac{\pi(y_w \mid x)}{\pi_{\mathrm{ref}}(y_w \mid x)} - \beta \log \frac{\pi(y_l \mid x)}{\pi_{\mathrm{ref}}(y_l \mid x)}\Bigr)"#,
    "Of two samples from one start the first, y_w, was preferred. The loss raises its probability against that of the other, both measured by a reference, and needs no reward. β says how closely the policy is held to the reference."
  ),
  "sft": (
    #"L = -\sum_t \log \pi(y_t \mid x, y_{<t})"#,
    "The policy is fitted to demonstrations: the probability of each token, given those before it, is raised."
  ),
  "reward_model": (
    #"L = -\log \sigma\bigl(r(x, y_w) - r(x, y_l)\bigr)"#,
    "Bradley and Terry's model of preferences: the more the reward of y_w exceeds that of y_l, the likelier y_w is preferred."
  ),
]
