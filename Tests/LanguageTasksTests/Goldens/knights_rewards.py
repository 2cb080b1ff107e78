"""Writes knights_rewards.json: completions and what Logic-RL's rule pays for them.

The rule, from https://github.com/Unakar/Logic-RL, verl/utils/reward_score/kk.py, in words of our own:
each of the four tags exactly once and in order gives 1, else -1. With a right format, the text between
the answer's tags has to hold as many of the words knight and knave as there are people, in any case and
also within other words, and "name is a knight" or "name is a knave" for everybody; then all right gives
2 and anything wrong -1.5. In all other cases -2.

Run with any Python 3, without packages: python3 knights_rewards.py
"""

import json
import pathlib
import random
import re

TAGS = ["<think>", "</think>", "<answer>", "</answer>"]


def rule(names, solution, completion):
    places = [completion.find(tag) for tag in TAGS]
    once = all(completion.count(tag) == 1 for tag in TAGS)
    if not (once and places == sorted(places)):
        return -1, -2
    answer = re.findall("<answer>(.*?)</answer>", completion, re.DOTALL)[-1].strip()
    lower = answer.lower()
    if lower.count("knight") + lower.count("knave") != len(names):
        return 1, -2
    said = []
    for name in names:
        match = re.search(
            rf"\b{name}\b\s+is\s+a\s+\b(knight|knave)\b", answer, re.IGNORECASE)
        if match is None:
            return 1, -2
        said.append(match.group(1).lower())
    right = said == ["knight" if knight else "knave" for knight in solution]
    return 1, 2 if right else -1.5


PEOPLE = [
    (["A", "B"], [True, False]),
    (["Zoey", "Oliver", "Mia"], [False, False, True]),
]


def answer(names, solution, join=" ", numbers=True):
    return join.join(
        (f"({i + 1}) " if numbers else "") + f"{name} is a {'knight' if knight else 'knave'}"
        for i, (name, knight) in enumerate(zip(names, solution)))


def written_by_hand(names, solution):
    right = answer(names, solution)
    wrong = answer(names, [not knight for knight in solution])
    partly = answer(names, solution[:-1] + [not solution[-1]])
    first, last = names[0], names[-1]
    yield f"<think> </think> <answer> {right} </answer>"
    yield f"<think></think><answer>{right}</answer>"
    yield f"<think> x </think> y <answer> {right} </answer> z"
    yield f"<think> </think> <answer> {wrong} </answer>"
    yield f"<think> </think> <answer> {partly} </answer>"
    yield f"<think> </think> <answer> {answer(names, solution, chr(10))} </answer>"
    yield f"<think> </think> <answer> {answer(names, solution, ', ', False)}. </answer>"
    yield f"<think> </think> <answer> {answer(names[::-1], solution[::-1])} </answer>"
    # Formats.
    yield ""
    yield right
    yield f"<answer> {right} </answer>"
    yield f"<think> <answer> {right} </answer>"
    yield f"</think> <answer> {right} </answer>"
    yield f"<think> </think> {right}"
    yield f"<think> </think> <answer> {right}"
    yield f"<think> </think> {right} </answer>"
    yield f"<think> <think> </think> <answer> {right} </answer>"
    yield f"<think> </think> </think> <answer> {right} </answer>"
    yield f"<think> </think> <answer> <answer> {right} </answer>"
    yield f"<think> </think> <answer> {right} </answer> </answer>"
    yield f"<think> </think> <answer> {wrong} </answer> <answer> {right} </answer>"
    yield f"<think> </think> <answer> {right} </answer> <think> </think>"
    yield f"</think> <think> <answer> {right} </answer>"
    yield f"<answer> {right} </answer> <think> </think>"
    yield f"<think> <answer> {right} </answer> </think>"
    yield f"<think> <answer> </think> {right} </answer>"
    yield f"<think> </think> </answer> {right} <answer>"
    yield f"<THINK> </THINK> <ANSWER> {right} </ANSWER>"
    yield f"< think> </think> <answer> {right} </answer>"
    yield f"<<think> <</think> <<answer> {right} <</answer>"
    yield f"<think>></think>><answer>>{right}></answer>"
    yield f"<think\u0301> </think> <answer> {right} </answer>"
    yield f"<think>\u0301 </think>\u0301 <answer>\u0301 {right} </answer>\u0301"
    # Answers.
    yield "<think> </think> <answer> </answer>"
    yield "<think> </think> <answer></answer>"
    yield "<think> </think> <answer> \n\t </answer>"
    yield f"<think> </think> <answer> {right} knight </answer>"
    yield f"<think> </think> <answer> {right} knighthood </answer>"
    yield f"<think> </think> <answer> {right} nothing </answer>"
    yield f"<think> </think> <answer> {wrong} {right} </answer>"
    yield f"<think> </think> <answer> {right} {right} </answer>"
    yield f"<think> </think> <answer> {answer(names[:-1], solution[:-1])} </answer>"
    yield f"<think> </think> <answer> {answer(names[:-1], solution[:-1])} a knight </answer>"
    yield f"<think> </think> <answer> {right.upper()} </answer>"
    yield f"<think> </think> <answer> {right.lower()} </answer>"
    yield f"<think> </think> <answer> {right.replace(' is a ', ' is  a' + chr(9))} </answer>"
    yield f"<think> </think> <answer> {right.replace(' is a ', ' is ')} </answer>"
    yield f"<think> </think> <answer> {right.replace(' is a ', '=')} </answer>"
    yield f"<think> </think> <answer> {right.replace(' is a ', ' isa ')} </answer>"
    yield f"<think> </think> <answer> {right.replace(' is a ', ' is a the ')} </answer>"
    yield f"<think> </think> <answer> {right.replace(first, first + first)} </answer>"
    yield f"<think> </think> <answer> {right.replace(last, '_' + last)} </answer>"
    yield f"<think> </think> <answer> {right.replace(last, '-' + last)} </answer>"
    yield f"<think> </think> <answer> {right.replace('knight', 'knights')} </answer>"
    yield f"<think> </think> <answer> {right.replace('knight', 'knight_')} </answer>"
    yield f"<think> </think> <answer> {right.replace('knave', 'knave.')} </answer>"
    yield f"<think> </think> <answer> {right.replace('knave', 'knave2')} </answer>"
    yield f"<think> </think> <answer> {right.replace('a k', 'ak')} </answer>"
    yield f"<think> </think> <answer> {first} is a knave knight {right[4:]} </answer>"
    # Each of the characters where Python's ideas of case, space and word matter.
    for letter in "k\u212aK", "i\u0131", "i\u0130", "s\u017f", "I\u0131", "n\u00f1", "a\u00aa":
        plain, other = letter[0], letter[1:]
        for character in other:
            for where in right, right.replace("kn", plain + "n"):
                yield f"<think> </think> <answer> {where.replace(plain, character)} </answer>"
    for kind in "kn\u0131ght", "kn\u0130ght", "\u212anight":
        spelled = right.replace("knight", kind)
        yield f"<think> </think> <answer> {spelled} </answer>"
        yield f"<think> </think> <answer> {spelled} knight </answer>"
    for character in (
            "\u00a0 \u2003 \u3000 \u200b \ufeff \u0085 \u001c \u001f \u2028 \u180e \u000b \u00ad"
            " \u0301 \u00e9 \u00b2 \u00bd \u2160 \u0661 \u4e00 \u3007 \u200d \U0001f600 \u02b0"
            " \u24b6 \u0903 \u203f _ - ' 7").split(" "):
        yield f"<think> </think> <answer> {right.replace(' is', character + 'is')} </answer>"
        yield f"<think> </think> <answer> {right.replace(last, character + last)} </answer>"
        yield f"<think> </think> <answer> {right.replace('knave', 'knave' + character)} </answer>"
        yield f"<think> </think> <answer>{character}{right}{character}</answer>"


def drawn(names, solution, draws):
    """Sequences of pieces that are right often enough to reach every branch."""
    pieces = TAGS + [" ", "\n", " is a ", "knight", "knave", " and ", "?", "<", ">"] + names
    for _ in range(300):
        answers = [answer(names, [draws.random() < 0.7 if knight else draws.random() < 0.3
                                  for knight in solution], draws.choice([" ", "\n", ", "]))]
        words = ["<think>", " ", "</think>", " ", "<answer>", " "] + answers + [" ", "</answer>"]
        for _ in range(draws.choice([0, 0, 1, 1, 2, 5])):
            action = draws.randrange(3)
            place = draws.randrange(len(words))
            if action == 0:
                words.insert(place, draws.choice(pieces))
            elif action == 1 and len(words) > 1:
                words.pop(place)
            else:
                other = draws.randrange(len(words))
                words[place], words[other] = words[other], words[place]
        yield "".join(words)


def main():
    draws = random.Random(2025)
    rows = []
    for names, solution in PEOPLE:
        completions = list(written_by_hand(names, solution)) + list(drawn(names, solution, draws))
        for completion in dict.fromkeys(completions):
            form, points = rule(names, solution, completion)
            rows.append({"names": names, "solution": solution, "completion": completion,
                         "format": form, "answer": points})
    path = pathlib.Path(__file__).with_name("knights_rewards.json")
    lines = ",\n".join(json.dumps(row, sort_keys=True) for row in rows)
    path.write_text(f"[\n{lines}\n]\n", encoding="ascii")
    totals = {}
    for row in rows:
        total = row["format"] + row["answer"]
        totals[total] = totals.get(total, 0) + 1
    print(len(rows), "completions, by total:", dict(sorted(totals.items())))


if __name__ == "__main__":
    main()
