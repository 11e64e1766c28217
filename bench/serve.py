"""`python -m bench.serve ours|bare PORT`: the product's HTTP side, or the bare one, each on one uvicorn worker with the same settings."""

import sys

import uvicorn

from estate_app.logging import configure_logging


def main(which: str, port: int) -> None:
    """Serve until told to stop."""
    configure_logging()
    if which == "ours":
        from estate_app.web.app import create_http

        app = create_http()
    else:
        from bench.bare_api import create_app

        app = create_app()
    uvicorn.run(app, host="127.0.0.1", port=port, log_config=None, access_log=False, server_header=False, proxy_headers=False)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
