"""The processor time and memory of a command with all that it starts."""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Measured:
    """What a command took."""

    seconds: float
    megabytes: float
    code: int
    output: str


def measure(words: list[str], folder: Path | None = None, environment: dict[str, str] | None = None) -> Measured:
    """Runs a command to its end; its times are those of the kernel, its children's included."""
    with tempfile.TemporaryFile() as output:
        child = os.fork()
        if child == 0:
            try:
                os.dup2(output.fileno(), 1)
                os.dup2(output.fileno(), 2)
                if folder:
                    os.chdir(folder)
                os.execvpe(words[0], words, os.environ | (environment or {}))
            finally:
                os._exit(127)
        _, status, usage = os.wait4(child, 0)
        output.seek(0)
        text = output.read().decode(errors="replace")
    return Measured(
        usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, os.waitstatus_to_exitcode(status), text
    )
