"""A lab of any size: experiments of ten arms with ten seeds on the bandit, so short that a run costs nearly nothing."""

from pathlib import Path

ARMS, SEEDS = 10, 10


def spec(experiment: int) -> str:
    """One experiment; its budget makes its keys its own."""
    rates = [round(0.001 * (arm + 1), 3) for arm in range(ARMS)]
    arms = "\n".join(f"  A{arm}: {{algorithm: reinforce, learning_rate: {rate}}}" for arm, rate in enumerate(rates))
    return f"""question: Which learning rate is best in case {experiment}?
task: {{environment: ContextualBandit-v0}}
policy: {{network: mlp, hidden: [4], activation: tanh}}
budget: {{environment_steps: {200 + experiment}}}
evaluation: {{every: 100, episodes: 10, final_episodes: 10}}
metric: evaluation_return
seeds: {SEEDS}
arms:
{arms}
"""


def name(experiment: int) -> str:
    """Such as `case-007`."""
    return f"case-{experiment:03}"


def notebook(week: str, experiments: list[str], prose: str = "Nothing new.", status: str = "draft") -> str:
    """A notebook with a table of every experiment and a claim on each of the first five."""
    parts = [f"---\ntitle: A large lab\nweek: {week}\nstatus: {status}\n---\n\n# Results\n\n{prose}\n"]
    for experiment in experiments:
        parts.append(f"```{{comparison}} {experiment}\ncaption: The arms of {experiment}.\nagainst: A0\n```\n")
    return "\n".join(parts)


def figured_notebook(week: str, experiments: list[str], prose: str, tables: int = 50, figures: int = 200) -> str:
    """A notebook with so many tables, and so many figures of one curve or another."""
    parts = [f"---\ntitle: A lab of many figures\nweek: {week}\nstatus: draft\n---\n\n# Results\n\n{prose}\n"]
    for experiment in experiments[:tables]:
        parts.append(f"```{{comparison}} {experiment}\ncaption: The arms of {experiment}.\nagainst: A0\n```\n")
    for number in range(figures):
        experiment = experiments[number % len(experiments)]
        curve = ["evaluation_return", "training_return", "policy_entropy"][number // len(experiments) % 3]
        parts.append(f"```{{curves}} {experiment}\nlabel: fig-{number}\ncaption: {curve} of {experiment}.\ncurve: {curve}\n```\n")
    return "\n".join(parts)


def write(lab: Path, experiments: int) -> list[str]:
    """Writes the specs of a lab and returns the names of its experiments."""
    (lab / "experiments").mkdir(parents=True)
    (lab / "reports").mkdir()
    names = [name(experiment) for experiment in range(experiments)]
    for number, experiment in enumerate(names):
        (lab / "experiments" / f"{experiment}.yaml").write_text(spec(number))
    return names


def write_week(lab: Path, week: str, text: str) -> Path:
    """Writes a week's notebook and returns its folder."""
    folder = lab / "reports" / week
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "notebook.md").write_text(text)
    return folder
