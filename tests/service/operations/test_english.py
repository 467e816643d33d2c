"""With TONGHOP_LANG=en the doctor, its trials, backup, restore and the demonstration report in English alone.

What comes from the campaign stays in its own language: titles of the season, of forms, limits and workbooks.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace

import pytest

from service import clock as clocks
from service import connections, wiring
from service.errors import ServiceError
from service.operations.backup import restoring, taking
from service.operations.backup.taking import Extras
from service.operations.demo import demo_folder
from service.operations.demo.player import Player, Stage
from service.operations.demo.season import Season, load_season
from service.operations.doctor.examination import examine
from service.operations.doctor.live import session
from service.operations.doctor.live.session import ASSUMPTIONS, Means, try_all
from sheets_schema.wording import Language, Message
from tests.service.operations.doctor.live.conftest import OTHER, Clockwork
from tests.test_wording import VIETNAMESE

ENGLISH = Language.ENGLISH


@pytest.fixture
def settings(office):
    office.consolidate()
    return replace(office.settings, lang=ENGLISH)


class Heard(list):
    """What was reported, as the operator reads it."""

    def __call__(self, sentence) -> None:
        self.append(sentence.text(ENGLISH) if isinstance(sentence, Message) else sentence)


def not_english(campaign, sentences) -> list[str]:
    """Return the sentences that hold Vietnamese beside the campaign's own words."""
    own = [campaign.title, *(word for one in campaign.obligations for word in (one.title, one.words))]
    found = []
    for sentence in sentences:
        rest = sentence
        for word in own:
            rest = rest.replace(word, "")
        if VIETNAMESE.search(re.sub(r"“[^”]*”", "", rest)):
            found.append(sentence)
    return found


def test_doctor(office, settings):
    progress = Heard()

    lines = [finding.line(ENGLISH) for finding in examine(settings, clocks.system, progress)]

    assert len(lines) > 30
    # the names of units that the folder declares beyond this office's are the roster's own words
    told = [line for line in lines if not line.startswith("[ATTENTION] Declaration: ")]
    assert not_english(office.campaign, [*told, *progress]) == []
    assert any(line.startswith("[ATTENTION] Worker: not running. Ask the server's administrator") for line in lines)


def test_live_trials(office, settings):
    progress = Heard()
    clock = clocks.ticking(office.now)

    with (
        wiring.open_workspace(settings, clock, progress=progress) as workspace,
        session.opened(workspace, Means(another=OTHER), Clockwork().waiting) as trial,
    ):
        lines = [result.line(ENGLISH) for result in try_all(trial, ASSUMPTIONS)]

    assert lines[0] == "[holds] locale-stored: the locale vi_VN is stored as set"
    assert not_english(office.campaign, [*lines, *progress]) == []


def test_backup_and_restore(office, settings, tmp_path):
    said = Heard()
    path = tmp_path / "b.zip"

    taken = taking.take(settings, path, Extras(secrets=True, spreadsheets=True), office.clock, said)
    restoring.restore(replace(settings, data_dir=tmp_path / "other"), path, said)
    with zipfile.ZipFile(path) as file:
        said.append(file.read("DOC-TOI.txt").decode("utf-8-sig"))
    for again in (
        lambda: taking.take(settings, path, Extras(), office.clock, said),
        lambda: restoring.restore(settings, path, said),
        lambda: restoring.restore(settings, tmp_path, said),
    ):
        with pytest.raises(ServiceError) as raised:
            again()
        said.append(raised.value.text(ENGLISH))

    assert taken.manifest.notices == ()
    assert any(sentence.startswith("The backup is intact: ") for sentence in said)
    assert not_english(office.campaign, said) == []


def test_demonstration(office, settings, tmp_path):
    """The spreadsheets stay in the campaign's language; what it refuses is English."""
    (tmp_path / "mine.txt").touch()
    stage = Stage(office.now)
    season = load_season()
    (first,) = season.moments[:1]
    tabs = office.master().keys()

    with pytest.raises(ServiceError) as raised:
        demo_folder.prepare(tmp_path)
    with wiring.open_workspace(settings, stage.clock) as workspace:
        player = Player(workspace, stage, lambda _unit: connections.clerk(settings, stage.clock, ""))
        played = [moment for moment, _report in player.play(Season((first,)))]

    assert played == [first]
    assert office.master().keys() == tabs
    assert raised.value.text(ENGLISH).endswith("nothing is deleted. Choose another folder with --data.")
