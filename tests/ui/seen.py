"""Reads what a handler told the browser: `toast(events)`, `goes_to(events)`, and what a component's markup holds."""

import json
from typing import Any

import reflex as rx
from reflex_base.event import EventSpec


def said(event: EventSpec) -> str:
    """Everything in an event as one text, with the escapes of its literals undone."""
    text = " ".join(f"{name!s}={value!s}" for name, value in event.args)
    try:
        return json.loads(f'"{text}"') if "\\u" in text and '"' not in text else text
    except json.JSONDecodeError:
        return text


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
