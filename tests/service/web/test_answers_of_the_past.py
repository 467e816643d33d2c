"""What the web answered of the past it answers byte for byte, whatever is declared, decided and typed since."""

from __future__ import annotations

from dataclasses import replace

from service import workflows
from service.domain.decisions import Decision, DecisionKind

FORM = "registration"
ROWS = [
    ["1", "Ra quân vệ sinh môi trường", "20/10/2023", "3 xã", "300 hộ dân", "Sạch đẹp", ""],
    ["2", "Tặng quà", "hôm nào đó", "2 thôn", "50 hộ", "Tri ân", ""],
]
SENT = {"Số và ký hiệu": "12-KH/SCT", "Ngày ban hành": "15/9/2023", "Xác nhận gửi": True}
INSTANTS = ("2023-09-28T12:00", "2023-10-02T08:00", "2023-10-09T08:00")
LISTS = ("units", "statuses", "entries", "fields", "problems", "facts")
UNITS = ("VP-UBND", "S-CT", "S-GDDT")
ADDRESSES = [
    *(f"/exports/{name}.{kind}" for name in ("status", "entries", "problems") for kind in ("csv", "xlsx")),
    "/exports/master.xlsx",
    *(f"/api/v1/{name}" for name in LISTS),
]


def decide(office, kind, unit, **what):
    decision = Decision(kind, unit, FORM, office.now, "Chị Hoa", "lý do", "1-CV", **what)
    with office.workspace() as workspace:
        return workflows.decide(workspace, [decision]).number


def play(office):
    """Send, decide and change, until 9 October; return the numbers of what was decided."""
    office.at("2023-09-28 09:00").type("S-CT", FORM, ROWS, SENT)
    office.at("2023-09-28 10:00").consolidate()
    office.at("2023-09-29 08:00")
    limit = office.at("2023-10-05 00:00").now
    office.at("2023-09-29 08:00")
    numbers = [decide(office, DecisionKind.EXTEND, "S-GDDT", before=limit)]
    paper = office.at("2023-09-27 08:00").now
    office.at("2023-10-01 08:00")
    numbers.append(decide(office, DecisionKind.RECEIVE, "VP-UBND", received_at=paper))
    numbers.append(decide(office, DecisionKind.ACCEPT, "S-CT"))
    office.at("2023-10-07 08:00").type("S-CT", FORM, [["1", "Việc khác", "25/10/2023", "1 xã", "9 hộ", "", ""]])
    office.consolidate()
    office.at("2023-10-09 09:00")
    return numbers


def change_everything(office, numbers):
    """Withdraw, rename, merge, cut, enlarge, move limits and policy, rename the form; type, provision, consolidate."""
    office.at("2023-10-20 08:00")
    with office.workspace() as workspace:
        for number in numbers:
            workflows.withdraw(workspace, number, units=(), actor="Chị Hoa", reason="ghi nhầm")
    known = office.campaign
    fresh = replace(known.units[0], code="S-MOI", name="Sở mới", short_name="Sở mới", aliases=(), emails=())
    units = {
        "S-CT": {"code": "S-CTM", "former_codes": ("S-CT",), "name": "Sở Công Thương và Năng lượng"},
        "S-GDDT": {"active": False, "merged_into": "S-CTM"},
        "VP-UBND": {"active": False},
    }
    first = replace(known.obligations[0], due_before=office.at("2023-11-15 00:00").now)
    office.at("2023-10-20 08:00")
    office.campaign = replace(
        known,
        units=(*(replace(unit, **units.get(unit.code, {})) for unit in known.units), fresh),
        obligations=(first, *known.obligations[1:]),
        policy=replace(known.policy, count_boundary_day_as_on_time=True, due_soon_days=30),
    )
    office.form(FORM, title="Tên khác", columns=known.form(FORM).columns[:-1])
    office.provision()
    office.type("S-MOI", FORM, ROWS, SENT)
    office.type("S-CTM", FORM, [[""] * 6, [""] * 6], {"Xác nhận gửi": False})
    office.at("2023-10-20 09:00").consolidate()


def answered(client, addresses):
    """Return the bytes at each address as of each instant."""
    found = {}
    for address in addresses:
        for at in INSTANTS:
            answer = client.get(f"{address}?as_of={at}&limit=500" if "/api/" in address else f"{address}?as_of={at}")
            assert answer.status_code == 200, (address, answer.get_data(as_text=True))
            found[address, at] = answer.get_data()
    return found


def test_answers_of_the_past_are_the_same_bytes(office, browse):
    numbers = play(office)
    before = answered(browse(), ADDRESSES)

    change_everything(office, numbers)
    client = browse()
    after = answered(client, ADDRESSES)

    assert [where for where, answer in after.items() if answer != before[where]] == []
    for address in ADDRESSES:
        assert client.get(address).get_data() != before[address, INSTANTS[-1]]
    assert len(set(before.values())) > 2 * len(ADDRESSES)
