/// The formula that each algorithm follows, as TeX: its gradient estimate, advantage or loss in the notation of its paper.
///
/// $y_1, \dots, y_k$ are sequences from one start $x$, $r_i$ their rewards and $\rho_t$ the ratio of the present policy's
/// probability to that of the policy that sampled.
let algorithmFormulas = [
  "reinforce":
    #"g = \mathbb{E}\bigl[(r(x, y) - b(x)) \, \nabla \log \pi(y \mid x)\bigr]"#,
  "reinforce_plus_plus":
    #"A_t = \frac{\hat{A}_t - \operatorname{mean}(\hat{A})}{\operatorname{std}(\hat{A})}, \qquad \hat{A}_t = r(x, y) - \beta \sum_{s \ge t} \log \frac{\pi(y_s)}{\pi_{\mathrm{ref}}(y_s)}"#,
  "ppo":
    #"J = \mathbb{E}_t\bigl[\min\bigl(\rho_t A_t, \operatorname{clip}(\rho_t, 1 - \varepsilon, 1 + \varepsilon) \, A_t\bigr)\bigr], \qquad A_t = \sum_{l \ge 0} (\gamma \lambda)^l \bigl(r_{t+l} + \gamma V(s_{t+l+1}) - V(s_{t+l})\bigr)"#,
  "grpo":
    #"A_i = \frac{r_i - \operatorname{mean}(r_1, \dots, r_k)}{\operatorname{std}(r_1, \dots, r_k)}"#,
  "dr_grpo":
    #"A_i = r_i - \operatorname{mean}(r_1, \dots, r_k)"#,
  "remax":
    #"A = r(x, y) - r(x, \hat{y}), \qquad \hat{y}_t = \operatorname*{arg\,max}_a \pi(a \mid x, \hat{y}_{<t})"#,
  "rloo":
    #"A_i = r_i - \frac{1}{k - 1} \sum_{j \ne i} r_j"#,
  "dpo":
    #"L = -\log \sigma\Bigl(\beta \log \frac{\pi(y_w \mid x)}{\pi_{\mathrm{ref}}(y_w \mid x)} - \beta \log \frac{\pi(y_l \mid x)}{\pi_{\mathrm{ref}}(y_l \mid x)}\Bigr)"#,
  "sft":
    #"L = -\sum_t \log \pi(y_t \mid x, y_{<t})"#,
  "reward_model":
    #"L = -\log \sigma\bigl(r(x, y_w) - r(x, y_l)\bigr)"#,
]
