"""Serve one data folder over HTTP in a process of its own; prints the port it got. Run by tests."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from werkzeug.serving import make_server

from service.embedded.server import create_app


def clock():
    return datetime.now(UTC)  # noqa: TID251 - a test's own process


def main():
    data_dir, token = Path(sys.argv[1]), sys.argv[2]
    app = create_app(data_dir, owner_token=token, clock=clock)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main()
