"""Opens every exported tokenizer.json with transformers and compares ids and texts.

The files are those that Tests/LanguageTasksTests keeps up to date: for each task <task>.tokenizer.json,
and <task>.ids.jsonl with texts, the ids that labbook gives them, and the text it decodes them to.
Writes the same file anew with save_pretrained, too, and compares what that gives.

    python Benchmarks/Peers/check_tokenizers.py
"""

import json
import pathlib
import sys
import tempfile

from transformers import AutoTokenizer, PreTrainedTokenizerFast

FOLDER = pathlib.Path(__file__).parents[2] / "Tests" / "LanguageTasksTests" / "Snapshots"


def differences(tokenizer, cases):
    """Yields a line for each text whose ids, or whose decoded text, are not labbook's."""
    for case in cases:
        ids = tokenizer(case["text"])["input_ids"]
        if ids != case["ids"]:
            yield f"{case['text']!r}: ids {ids}, expected {case['ids']}"
        with_end = case["ids"] + [tokenizer.eos_token_id]
        decoded = tokenizer.decode(with_end, skip_special_tokens=True)
        if decoded != case["decoded"]:
            yield f"{case['ids']}: text {decoded!r}, expected {case['decoded']!r}"


def main():
    files = sorted(FOLDER.glob("*.tokenizer.json"))
    if not files:
        sys.exit(f"no tokenizers in {FOLDER}")
    failed = False
    for file in files:
        task = file.name.removesuffix(".tokenizer.json")
        lines = (FOLDER / f"{task}.ids.jsonl").read_text(encoding="utf-8").splitlines()
        cases = [json.loads(line) for line in lines]
        tokenizer = PreTrainedTokenizerFast(
            tokenizer_file=str(file), pad_token="<pad>", eos_token="<end>", unk_token="<unknown>"
        )
        problems = list(differences(tokenizer, cases))
        vocabulary = json.loads(file.read_text(encoding="utf-8"))["model"]["vocab"]
        if tokenizer.get_vocab() != vocabulary:
            problems.append("another vocabulary")
        if (tokenizer.pad_token_id, tokenizer.eos_token_id, tokenizer.unk_token_id) != (0, 1, 2):
            problems.append("other ids of the special tokens")
        if tokenizer("\u00e9")["input_ids"] != [2]:
            problems.append("what the vocabulary lacks is not <unknown>")
        with tempfile.TemporaryDirectory() as folder:
            tokenizer.save_pretrained(folder)
            again = AutoTokenizer.from_pretrained(folder)
            problems += [f"saved and read: {line}" for line in differences(again, cases)]
        for problem in problems[:10]:
            print(f"  {problem}")
        failed = failed or bool(problems)
        print(f"{task}: {len(cases)} texts, {len(problems)} differences")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
