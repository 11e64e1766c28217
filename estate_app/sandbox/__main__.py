"""`python -m estate_app.sandbox`: the stand-in without the commands and the pages, so that it starts beside the product in no time."""

from estate_app.sandbox.app import make_server
from estate_app.sandbox.config import SandboxConfig
from estate_app.settings import settings


def main() -> None:
    """Serve the stand-in as the settings say, until it is told to stop."""
    config = SandboxConfig(
        directory=settings().var_dir / "sandbox",
        port=settings().sandbox_port,
        app_url=settings().public_url,
        production=not settings().demo,
    )
    make_server(config).run()


if __name__ == "__main__":
    main()
