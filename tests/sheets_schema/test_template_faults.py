"""What Jinja says of a template is put into plain words: of every usual slip, in both languages."""

from __future__ import annotations

import jinja2
import pytest
from jinja2.sandbox import ImmutableSandboxedEnvironment

from sheets_schema.wording import Language
from sheets_schema.wording.catalogue import area
from sheets_schema.wording.template_faults import template_fault

SLIPS = {
    "{{ foo }}": "không có chỗ điền “foo”",
    "{% for one in several %}{{ one.nope }}{% endfor %}": "ở đây không có chỗ điền “nope”",
    "{{ several[5] }}": "danh sách không có phần tử số 5",
    "{{ unit | sortt }}": "không có bộ lọc “sortt”",
    "{% if unit is x %}{% endif %}": "không có phép thử “x”",
    "{% if unit %}": "thẻ “if” chưa được đóng bằng “endif”",
    "{{ unit": "dấu “{{” chưa được đóng bằng “}}”",
    "{% if": "dấu “{{” hay “{%” chưa được đóng",
    "{% endfor %}": "thẻ “endfor” không có, hoặc không đúng chỗ",
    "{% for %}": "thẻ thiếu nội dung",
    "{{ unit + 3 }}": "mẫu chỉ điền chữ, không cộng, trừ, nhân, chia",
    "{{ 1 / 0 }}": "mẫu chỉ điền chữ, không cộng, trừ, nhân, chia",
    "{{ unit() }}": "mẫu không được dùng cách viết này",
    "{{ unit.__class__ }}": "mẫu không được dùng cách viết này",
    "{% include 'x' %}": "mẫu không được dùng cách viết này",
    "{{ unit ] }}": "không hiểu từ chỗ “]”",
}


def reason_of(template: str) -> str:
    """Return what Jinja says of a template."""
    made = ImmutableSandboxedEnvironment(undefined=jinja2.StrictUndefined)
    with pytest.raises((jinja2.TemplateError, TypeError, ArithmeticError)) as refused:
        made.from_string(template).render(unit="Sở A", several=[{"title": "x"}])
    return str(getattr(refused.value, "message", None) or refused.value)


@pytest.mark.parametrize("template", SLIPS)
def test_template_fault_says_what_is_wrong(template):
    assert template_fault(reason_of(template)).text(Language.VIETNAMESE) == SLIPS[template]


def test_every_fault_is_met_by_a_slip():
    said = {template_fault(reason_of(template)).text(Language.ENGLISH) for template in SLIPS}

    assert len(said) >= len(area("template_faults", Language.ENGLISH))


def test_template_fault_says_the_rest_as_it_is():
    assert template_fault("something else,\nof two lines.").text() == "something else, of two lines"
