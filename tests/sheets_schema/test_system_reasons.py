"""What the machine refuses is told in the language of who reads it, and nothing is hidden where we have no words."""

from __future__ import annotations

import errno
import os

import pytest

from sheets_schema.wording import Language
from sheets_schema.wording.catalogue import area
from sheets_schema.wording.system_reasons import system_reason


@pytest.mark.parametrize("name", area("system", Language.VIETNAMESE))
def test_system_reason_has_words_for_the_usual_errors(name):
    number = getattr(errno, name.upper())
    told = system_reason(OSError(number, os.strerror(number), "/nơi/nào"))

    assert told.text(Language.VIETNAMESE) == area("system", Language.VIETNAMESE)[name]
    assert told.text(Language.ENGLISH) == area("system", Language.ENGLISH)[name]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.EPROTO, "Protocol error"), "Protocol error"),
        (OSError("lạ"), "lạ"),
        (OSError(), "OSError"),
        (ValueError("embedded null byte"), "embedded null byte"),
        (TimeoutError("timed out"), "quá thời gian chờ"),
    ],
    ids=str,
)
def test_system_reason_says_the_rest_as_the_machine_does(error, words):
    assert system_reason(error).text(Language.VIETNAMESE) == words
