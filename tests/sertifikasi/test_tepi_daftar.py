"""The tables of docs/uji-sertifikasi.md and docs/operasi.md name only what exists, and all of it."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAMED = re.compile(r"`(test_\w+)::(test_\w+)`")


def test_every_test_that_is_named_exists() -> None:
    there = {
        (file.stem, name)
        for file in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", file.read_text("utf-8"), re.MULTILINE)
    }
    named = set(NAMED.findall((ROOT / "docs" / "uji-sertifikasi.md").read_text("utf-8")))
    assert len(named) > 100
    assert sorted(named - there) == []


def test_every_edge_case_has_a_line() -> None:
    text = (ROOT / "docs" / "uji-sertifikasi.md").read_text("utf-8")
    assert re.findall(r"^\| (\d+) \|", text, re.MULTILINE) == [str(n) for n in range(1, 41)]


def test_every_variable_is_documented_and_in_the_example() -> None:
    """What the portal reads from its environment, against the manual and the example of the server."""
    code = "".join((ROOT / name).read_text("utf-8") for name in ("portal/config.py", "worker.py"))
    read = set(re.findall(r'env(?:iron)?(?:\.get\(|\[)"([A-Z0-9_]+)"', code)) - {"PORT"}
    read |= set(re.findall(r'_(?:one_of|keys?)\(env, "([A-Z_]+)"', code))
    read |= set(re.findall(r'"([A-Z0-9_]+)"', code[code.index("required =") : code.index("missing =")]))
    assert len(read) > 30
    manual = (ROOT / "docs" / "operasi.md").read_text("utf-8")
    example = (ROOT / "deploy" / "server" / "lingkungan.env.contoh").read_text("utf-8")
    assert sorted(name for name in read if f"`{name}`" not in manual) == []
    assert sorted(name for name in read if not re.search(rf"^#? ?{name}=", example, re.MULTILINE)) == []
