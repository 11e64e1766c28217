"""Reads what a handler told the browser: `toast(events)`, `goes_to(events)`, and what a component's markup holds."""

import json
import re
from typing import Any

import reflex as rx
from reflex_base.event import EventSpec

_ESCAPED = re.compile(r"(?:\\u[0-9a-f]{4})+")


def said(event: EventSpec) -> str:
    """Everything in an event as one text, Chinese readable."""
    text = " ".join(f"{name!s}={value!s}" for name, value in event.args)
    return _ESCAPED.sub(lambda match: json.loads(f'"{match[0]}"'), text)


def toast(events: list[Any]) -> str:
    """What the toasts among the events say; empty when there are none."""
    return " ".join(said(event) for event in events if isinstance(event, EventSpec) and "toast" in said(event))


def goes_to(events: list[Any]) -> str:
    """Where the last redirect among the events leads; empty when there is none."""
    for event in reversed(events):
        if isinstance(event, EventSpec) and event.handler.fn.__qualname__ == "_redirect":
            return next(str(value).strip('"') for name, value in event.args if str(name) == "path")
    return ""


def markup(component: rx.Component) -> str:
    """The code of a component, in which texts, test ids and addresses can be looked for."""
    return str(component.render())
