"""The time that is left, counted in the browser from the server's figure; heard only at the warning steps, not each second."""

from typing import Any

import reflex as rx
from reflex.vars.base import Var
from reflex_base.utils.imports import ImportVar

from estate_app.ui.text import Text, t

_CODE = """
const COUNTDOWN_STEPS = [300, 60];
function Countdown({ left, within, spoken, over, onEnd }) {
  const [seconds, setSeconds] = useState(left);
  const [said, setSaid] = useState("");
  const ended = useRef(onEnd);
  ended.current = onEnd;
  useEffect(() => {
    const end = performance.now() + left * 1000;
    let before = left;
    let timer = 0;
    const tick = () => {
      const now = Math.max(0, Math.ceil((end - performance.now()) / 1000));
      const step = COUNTDOWN_STEPS.find((mark) => before > mark && now <= mark);
      if (step && now > 0) setSaid(spoken.replace("%", String(Math.round(step / 60))));
      before = now;
      setSeconds(now);
      if (now === 0) {
        setSaid(over);
        clearInterval(timer);
        if (ended.current) ended.current();
      }
    };
    timer = setInterval(tick, 500);
    tick();
    return () => clearInterval(timer);
  }, [left]);
  const clock = `${String(Math.floor(seconds / 60)).padStart(2, "0")}:${String(seconds % 60).padStart(2, "0")}`;
  return jsx("span", { className: seconds <= 60 ? "countdown tone-red" : "countdown", "data-testid": "countdown" },
    jsx("span", { role: "timer", className: "nums" }, seconds > 0 ? within.replace("%", clock) : over),
    jsx("span", { role: "status", className: "visually-hidden" }, said));
}
"""


class Countdown(rx.Component):
    """`left` seconds from now; `within` and `spoken` hold a % for the clock and for the minutes; `on_end` fires once."""

    tag = "Countdown"
    left: rx.Var[int]
    within: rx.Var[str]
    spoken: rx.Var[str]
    over: rx.Var[str]
    on_end: rx.EventHandler[rx.event.no_args_event_spec]

    def add_imports(self) -> dict[str, list[ImportVar]]:
        """React's hooks, for the seconds."""
        return {"react": [ImportVar(tag="useEffect"), ImportVar(tag="useRef"), ImportVar(tag="useState")]}

    def add_custom_code(self) -> list[str]:
        """The component itself."""
        return [_CODE]


def countdown(left: Var[int], *, on_end: Any, within: Text, over: Text) -> rx.Component:
    """Count down from `left` seconds; told aloud five minutes and one minute before the end, and at the end."""
    return Countdown.create(left=left, within=within, spoken=t("{count} minutes left", count="%"), over=over, on_end=on_end)
