"""Nobody reads a code in the log: every event that may be noted has words of its own."""

from collections import Counter

import pytest

from portal.kernel import activity

pytestmark = pytest.mark.usefixtures("app")


def test_every_event_has_words_that_no_other_has() -> None:
    assert sorted(set(activity.EVENTS) - set(activity.WORDS)) == []
    assert [words for words, times in Counter(activity.WORDS.values()).items() if times > 1] == []


def test_a_line_of_an_older_version_is_spelled_from_its_code() -> None:
    assert activity.words("surat.dibaca_ulang") == "Surat dibaca ulang"
