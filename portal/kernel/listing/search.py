"""Search by words on a generated column under a trigram index: every word must occur, in any order."""

import re
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

LONGEST, MOST_WORDS = 80, 8
NUMBER = re.compile(r"[\d .-]+")


def words_of(text: str) -> list[str]:
    """A number keeps together however it is grouped ("19850315 201001 1 012")."""
    clean = "".join(c if c.isprintable() else " " for c in text)[:LONGEST]
    if NUMBER.fullmatch(clean.strip()):
        clean = re.sub(r"[ .-]", "", clean)
    return clean.split()[:MOST_WORDS]


def matches(columns: Sequence[sa.SQLColumnExpression[Any]], text: str) -> sa.ColumnElement[bool]:
    """Condition on columns that hold lower-case text without accents. Everything matches no word.

    Words of one or two letters are sought at the start of a word: shorter than a trigram, anywhere else
    they would read the whole table. Patterns stand in the statement itself, so that each is planned by how
    rare it is: a plan shared by "a" and by "xylofon" is wrong for one of them.
    """
    found = [sa.or_(*(_occurs(column, word) for column in columns)) for word in words_of(text)]
    return sa.and_(sa.true(), *found)


def _occurs(column: sa.SQLColumnExpression[Any], word: str) -> sa.ColumnElement[bool]:
    plain = re.sub(r"([\\%_])", r"\\\1", word)
    forms = [f"%{plain}%"] if len(word) > 2 else [f"{plain}%", f"% {plain}%"]
    return sa.or_(*(column.like(_folded(form)) for form in forms))


def _folded(pattern: str) -> sa.ColumnElement[str]:
    literal = sa.bindparam(None, pattern, type_=sa.Text(), literal_execute=True)
    return sa.func.lower(sa.func.f_unaccent(literal))
