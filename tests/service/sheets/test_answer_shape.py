"""Whatever type a field of an answer is garbled into, a run ends with a sentence of ours and leaves no trace."""

import json
import random
from contextlib import suppress

import pytest

from service.errors import ServiceError
from service.sheets.answer_shape import check_shape
from service.sheets.pacing import Waiting

OTHERS = (None, True, 7, "x", [], {}, [[]], 1e300)


def places(value):
    """Yield every holder and key within JSON."""
    keys = value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield value, key
        yield from places(value[key])


class Garbling:
    """Replace one value of one answer by one of another type."""

    def __init__(self, number: int, seed: int) -> None:
        self.number, self.chance, self.asked = number, random.Random(seed), 0

    def __call__(self, application):
        def answer(environ, start_response):
            body = b"".join(application(environ, start_response))
            self.asked += 1
            if self.asked - 1 != self.number:
                return [body]
            whole = json.loads(body)
            holder, key = self.chance.choice([*places(whole)] or [([0], 0)])
            holder[key] = self.chance.choice([one for one in OTHERS if type(one) is not type(holder[key])])
            return [json.dumps(whole).encode()]

        return answer


def test_answer_of_another_type_is_told_and_the_next_run_is_right(office):
    office.type("S-CT", "registration", [["1", "Ra quân làm sạch kênh mương", "15/10/2023"]])
    office.consolidate()
    # what may pass is tried again: not waited for here
    office.waiting = Waiting(sleep=lambda _seconds: None)
    for number in range(10):
        with suppress(ServiceError):
            office.consolidate(Garbling(number % 5, number))

    office.consolidate()
    entries = next(rows for title, rows in office.master().items() if title.startswith("Tổng hợp đăng ký"))
    assert sum("Ra quân làm sạch kênh mương" in row for row in entries) == 1
    assert not office.consolidate().changed


@pytest.mark.parametrize(
    "answer",
    [{"sheets": {}}, {"sheets": [7]}, {"properties": "x"}, {"merges": [{"startRowIndex": "1"}]}, {"users": [1]},
     {"sheets": [{"protectedRanges": [{"range": {"endRowIndex": True}}]}]}, {"files": [{"id": None}]}],
)  # fmt: skip
def test_field_of_another_type_is_refused_at_any_depth(answer):
    with pytest.raises(TypeError):
        check_shape(answer)
