"""The API against its own description: whatever is sent, the answer is one that the description names, and never a failure inside."""

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance
from sqlmodel import select

from estate_app.access.models import Account, SessionKind
from estate_app.access.sessions import open_session
from estate_app.kit.clock import utc_now
from miniprogram_api import limits
from miniprogram_api.app import create_app
from miniprogram_api.routers import auth
from tests.api.test_account import FakeWechat
from tests.fixtures.money import vendor

OPEN_END = 10**9


@pytest.fixture(scope="module")
def api_schema(shared_world):
    """The API with limits out of the way, and a vendor in memory."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("PER_ADDRESS", "PER_CALLER", "SIGN_IN_PER_ADDRESS"):
            patch.setattr(limits, name, OPEN_END)
        patch.setattr(auth, "wechat_api", FakeWechat)
        with vendor():
            yield schemathesis.openapi.from_asgi("/openapi.json", create_app())


CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
FEW = settings(
    max_examples=8, deadline=None, database=None, derandomize=True, phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
OPERATIONS = sorted(
    (path, method.upper())
    for path, methods in create_app().openapi()["paths"].items()
    for method in methods
    # Signing out would make every later request a stranger's.
    if not path.startswith("/auth/logout")
)


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_the_api_keeps_its_word(path, method, api_schema, shared_world) -> None:
    headers = {"authorization": f"Bearer {shared_world.do(_token, shared_world.cast.owner.id)}"}

    @FEW
    @given(case=api_schema[path][method].as_strategy())
    def ask(case) -> None:
        case.call_and_validate(headers=headers, checks=CHECKS)

    ask()


def _token(uow, account_id: int) -> str:
    account = uow.session.exec(select(Account).where(Account.id == account_id)).one()
    uow.now = utc_now()
    return open_session(uow, account, kind=SessionKind.mini)
