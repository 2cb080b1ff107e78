"""Turns comma-separated values into Parquet.

The first argument is a folder that may hold DuckDB's package, the others are CSV files with a head; beside each, one with
the ending .parquet is written. Exit code 3 if DuckDB is not there.
"""

import csv
import sys
from pathlib import Path

sys.path.insert(0, sys.argv[1])
try:
    import duckdb
except ImportError:
    sys.exit(3)

RUNS = {"experiment": "VARCHAR", "arm": "VARCHAR", "title": "VARCHAR", "seed": "BIGINT", "key": "VARCHAR"}
CURVES = {"experiment": "VARCHAR", "arm": "VARCHAR", "seed": "BIGINT", "curve": "VARCHAR", "step": "BIGINT", "value": "DOUBLE"}


def quoted(text, mark):
    return mark + text.replace(mark, mark + mark) + mark


def main():
    # One thread, so that rows and their groups are in the order of the file; nothing is fetched.
    settings = {"threads": "1", "autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
    connection = duckdb.connect(":memory:", config=settings)
    for name in sys.argv[2:]:
        with open(name, newline="") as file:
            head = next(csv.reader(file))
        # What follows the columns of every run are its metrics.
        known = CURVES if head == list(CURVES) else RUNS
        kinds = list(known.values()) + ["DOUBLE"] * (len(head) - len(known))
        columns = ", ".join(f"{quoted(column, chr(39))}: '{kind}'" for column, kind in zip(head, kinds))
        target = quoted(str(Path(name).with_suffix(".parquet")), "'")
        connection.execute(
            f"COPY (SELECT * FROM read_csv({quoted(name, chr(39))}, columns = {{{columns}}}, header = true, auto_detect = false, "
            "delim = ',', quote = '\"', escape = '\"', nullstr = '', strict_mode = true, max_line_size = 16777216)) "
            f"TO {target} (FORMAT parquet, COMPRESSION zstd)"
        )


main()
