"""The button beside a one-time code: it sends one, then counts the seconds down in the browser until the next may be asked for."""

from typing import Any

import reflex as rx
from reflex.vars.base import Var
from reflex_base.utils.imports import ImportVar

from estate_app.ui.text import t

_CODE = """
function ResendButton({ wait, serial, label, waiting, busy, onSend }) {
  const [left, setLeft] = useState(0);
  useEffect(() => {
    if (!serial || !wait) { setLeft(0); return undefined; }
    const end = Date.now() + wait * 1000;
    const tick = () => setLeft(Math.max(0, Math.ceil((end - Date.now()) / 1000)));
    tick();
    const timer = setInterval(tick, 500);
    return () => clearInterval(timer);
  }, [serial, wait]);
  return jsx("button", {
    type: "button", className: "btn btn-neutral resend", disabled: busy || left > 0, onClick: onSend, "data-testid": "send-code",
  }, left > 0 ? waiting.replace("%", String(left)) : label);
}
"""


class ResendButton(rx.Component):
    """A button that rests for `wait` seconds whenever `serial` changes; `waiting` holds a % for the seconds."""

    tag = "ResendButton"
    wait: rx.Var[int]
    serial: rx.Var[int]
    label: rx.Var[str]
    waiting: rx.Var[str]
    busy: rx.Var[bool]
    on_send: rx.EventHandler[rx.event.no_args_event_spec]

    def add_imports(self) -> dict[str, list[ImportVar]]:
        """React's hooks, for the seconds."""
        return {"react": [ImportVar(tag="useEffect"), ImportVar(tag="useState")]}

    def add_custom_code(self) -> list[str]:
        """The component itself."""
        return [_CODE]


def resend_button(*, on_send: Any, serial: Var[int], wait: Var[int], busy: Var[bool]) -> rx.Component:
    """Send a code; a new `serial` starts the wait."""
    return ResendButton.create(
        wait=wait, serial=serial, label=t("Send the code"), waiting=t("Again in {seconds} s", seconds="%"), busy=busy, on_send=on_send
    )
