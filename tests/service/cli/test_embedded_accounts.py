"""tonghop sheets-server token --service-account and drive: Google's account rules for a rehearsal."""

import pytest
import requests
from click.testing import CliRunner

from service import clock as clocks
from service import connections
from service.cli.root import main
from service.settings import Settings
from service.sheets.in_process import WsgiAdapter

FILES = "https://www.googleapis.com/drive/v3/files"
BODY = {"mimeType": "application/vnd.google-apps.spreadsheet"}


def run(*arguments):
    return CliRunner().invoke(main, ["sheets-server", *arguments], env={"TONGHOP_DATA_DIR": "nowhere"})


def post(folder, token, **body):
    session = connections.bearer_session(token)
    application = connections.embedded_application(Settings(data_dir=folder), clocks.system)
    session.mount("https://", WsgiAdapter(application))
    with session:
        answer: requests.Response = session.post(FILES, json=BODY | body, params={"supportsAllDrives": True})
    return answer.status_code


def test_service_account_makes_files_in_the_shared_drive_alone(tmp_path):
    token = run("token", "robot@a.vn", "--service-account", "--data", str(tmp_path)).output.strip()
    drive = run("drive", "Kho", "--member", "robot@a.vn=writer", "--data", str(tmp_path)).output.strip()

    assert (post(tmp_path, token), post(tmp_path, token, parents=[drive])) == (403, 200)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("drive", "Kho", "--member", "robot@a.vn=king"), "không phải là vai trò"),
        (("drive", "Kho", "--member", "robot@a.vn"), "không phải là vai trò"),
        (("drive", "Kho", "--member", "robot=writer"), "không phải là địa chỉ"),
        (("drive", " ", "--member", "robot@a.vn=writer"), "Giá trị đang trống"),
        (("drive", "Kho"), "--member"),
        (("token", "robot", "--service-account"), "không phải là địa chỉ"),
    ],
)
def test_rubbish_is_refused_and_makes_nothing(tmp_path, arguments, words):
    answer = run(*arguments, "--data", str(tmp_path / "data"))

    assert (answer.exit_code, words in answer.output) == (2, True)
    assert list(tmp_path.iterdir()) == []
