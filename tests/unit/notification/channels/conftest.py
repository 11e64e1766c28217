"""A running sandbox and a merchant for this folder's tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fixtures.sandbox import Merchant, RunningSandbox, run_sandbox


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[RunningSandbox]:
    with run_sandbox(tmp_path / "sandbox") as running:
        yield running


@pytest.fixture
def merchant() -> Iterator[Merchant]:
    shop = Merchant()
    yield shop
    shop.close()
