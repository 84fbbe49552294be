"""An archive of any size to build: documents whose sentences are those of ``source_texts``, shuffled.

    python tests/archive.py 100000 > archive.jsonl
    kg build archive.jsonl --jobs 2 -o built

The same number and seed give the same archive, a smaller one is the beginning of a larger.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

TEXTS = Path(__file__).parents[1] / "source_texts"


def sentences() -> list[str]:
    """The sentences of the texts, in their order."""
    texts = (file.read_text(encoding="utf-8") for file in sorted(TEXTS.glob("*.txt")))
    return [each for text in texts for each in re.split(r"(?<=[.!?])\s+|\n+", text) if each]


def archive(number: int, seed: int = 0) -> Iterator[str]:
    """Each document as a line of JSON."""
    chance = random.Random(seed)
    known = sentences()
    for place in range(1, number + 1):
        told = chance.sample(known, len(known))
        paragraphs = [" ".join(told[at : at + 4]) for at in range(0, len(told), 4)]
        day = date(2024, 1, 1) + timedelta(chance.randrange(600))
        yield json.dumps(
            {"id": f"archive-{place:07}", "published": day.isoformat(), "text": "\n".join(paragraphs)},
            ensure_ascii=False,
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("number", type=int, help="how many documents")
    parser.add_argument("--seed", type=int, default=0, help="another archive for another whole number")
    arguments = parser.parse_args()
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    for line in archive(arguments.number, arguments.seed):
        print(line)
