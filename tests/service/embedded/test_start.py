import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_server_starts_without_what_only_workbooks_need():
    code = "import sys; import service.embedded.server; print(*sorted({'numpy', 'openpyxl'} & set(sys.modules)))"

    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == ""
