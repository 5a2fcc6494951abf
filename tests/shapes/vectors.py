"""Files of vectors, as the scripts beside this one write them."""

import json
import re
from pathlib import Path

VECTORS = Path(__file__).resolve().parent.parent / "vectors"
NOW = 1_795_617_000  # 2026-11-25 14:30:00 UTC
WIDTH = 84

# Where a scanner would know a value, so that it is cut there.
CUTS = [
    "(?<=PRIV)(?=ATE)", "(?<=^ey)", "(?<=Private-)", "(?<=User-)", r"(?<=\.)", "(?<=-KEY-)", "(?<=pypi-)",
    "(?<=fm2_)", "(?<=fm1r_)", "(?<=8Q~)", "(?<=7Q~)", "(?<=JQQ)", r"(?=\+A[SBC][taR])", "(?=ACDb)", "(?=Az(?:Se|Fu))",
    "(?<=AccountKey=)", "(?<=^[a-z2-7]{20})(?=[a-z2-7]{32}$)",
]  # fmt: skip


def quoted(text):
    return json.dumps(text, ensure_ascii=False)


def parts(value):
    """The parts of a value, cut where a scanner would know it."""
    lines = re.split(r"(?<=\n)", value)
    for line in filter(None, lines):
        for piece in re.split("|".join(CUTS), line):
            while len(piece) > WIDTH:
                yield piece[:WIDTH]
                piece = piece[WIDTH:]
            yield piece


def written(value):
    pieces = [quoted(piece) for piece in parts(value)]
    if len(pieces) == 1:
        return pieces[0]
    rows, row = [], ""
    for piece in pieces:
        if row and len(row) + len(piece) > WIDTH + 8:
            rows.append(row)
            row = ""
        row += f"{piece}, "
    rows.append(row)
    return "[\n" + "".join(f"    {row.rstrip()}\n" for row in rows) + "]"


def field(value):
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(field, value)) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{name} = {field(it)}" for name, it in value.items()) + " }"
    return str(value) if isinstance(value, int) else quoted(value)


class File:
    """A file of vectors."""

    def __init__(self, name, about):
        self.path = VECTORS / name
        self.text = "".join(f"# {line}\n" for line in about)

    def inspect(self, name, value, *shapes, around=(), secret=(), why=None):
        self.text += f'\n[[case]]\nname = "{name}"\ndo = "inspect"\n'
        if why:
            self.text += f"why = {quoted(why)}\n"
        self.text += f"now = {NOW}\nvalue = {written(value)}\n"
        for text in secret:
            assert text in value, name
        if secret:
            self.text += f"secret = {field(list(secret))}\n"
        if around:
            self.text += f"around = {field(around)}\n"
        for shape in shapes:
            self.text += "[[case.shapes]]\n"
            self.text += "".join(f"{key} = {field(it)}\n" for key, it in shape.items())

    def close(self):
        self.path.write_text(self.text)


def shape(id, kind, ground="structure", **more):
    confidence = {"structure": "high", "form": "high", "checksum": "high", "broken": "low"}
    return {"id": id, "kind": kind, "ground": ground, "confidence": confidence[ground], **more}
