"""The demo's accounts as the sign-in page offers them. Pure."""

from dataclasses import dataclass

from estate_app.demo.accounts import DemoAccount
from estate_app.kit.i18n import translate


@dataclass(frozen=True, slots=True)
class DemoRow:
    """Somebody as whom a visitor may sign in with one tap."""

    key: str
    name: str
    caption: str
    phone: str


def present_demo(account: DemoAccount, *, locale: str) -> DemoRow:
    """Say who somebody is and what there is to see."""
    return DemoRow(account.key, account.name, translate(account.caption, locale), account.phone)
