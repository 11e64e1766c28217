"""Sends one-time codes for the pages that ask for one, and draws the field; the demo shows the code on the screen."""

from typing import Any

import reflex as rx

from estate_app.access.codes import send_code
from estate_app.access.models import CodePurpose
from estate_app.access.rules import CODE_GAP
from estate_app.db import in_uow
from estate_app.errors import TooManyError
from estate_app.settings import settings
from estate_app.ui.components.card import callout
from estate_app.ui.components.form import code_field
from estate_app.ui.components.resend import resend_button
from estate_app.ui.guard import locale_of
from estate_app.ui.text import t


class CodeSender(rx.State, mixin=True):
    """What a page with a code knows of it: the phone as typed, how often one was sent, and how long the next must wait."""

    phone: str = ""
    sent: int = 0
    wait_seconds: int = 0
    shown_code: str = ""
    is_sending: bool = False

    async def _send_code(self, purpose: CodePurpose) -> None:
        try:
            code = await in_uow(
                send_code, phone=self.phone, purpose=purpose, address=self.router.session.client_ip, locale=await locale_of(self)
            )
        except TooManyError as error:
            self._rest(error.retry_after)
            raise
        self.shown_code = code if settings().demo else ""
        self._rest(int(CODE_GAP.total_seconds()))

    def _rest(self, seconds: int) -> None:
        self.wait_seconds = seconds
        self.sent += 1

    def _forget_code(self) -> None:
        self.sent, self.wait_seconds, self.shown_code, self.is_sending = 0, 0, "", False


def code_line(state: type[Any], *, errors: Any, **props: Any) -> rx.Component:
    """The code's field with its button, and the demo's code below; `state` is a CodeSender with a handler `send_code`."""
    return rx.fragment(
        code_field(
            "code",
            t("Code by SMS"),
            errors=errors,
            action=resend_button(on_send=state.send_code, serial=state.sent, wait=state.wait_seconds, busy=state.is_sending),
            **props,
        ),
        rx.cond(
            state.shown_code != "",
            callout(
                t("Demo: your code is {code}", code=state.shown_code),
                tone="indigo",
                icon_name="message-square",
                data_testid="demo-code",
                role="status",
            ),
            rx.fragment(),
        ),
    )
