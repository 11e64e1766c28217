"""Every event handler is guarded, and no var can carry a row, a secret or a Decimal to the browser."""

import dataclasses
import typing
from enum import Enum

import pytest
import reflex as rx
from reflex_base.registry import RegistrationContext
from sqlmodel import SQLModel

import estate_app.estate_app  # noqa: F401 -- registers every page and State
from estate_app.ui.guard import GUARD


def own_states() -> list[type[rx.State]]:
    found, queue = [], [rx.State]
    while queue:
        for cls in queue.pop().__subclasses__():
            queue.append(cls)
            if cls.__module__.startswith("estate_app."):
                found.append(cls)
    return sorted(set(found), key=lambda c: f"{c.__module__}.{c.__name__}")


def own_handlers() -> dict[str, object]:
    registered = RegistrationContext.get().event_handlers
    return {
        f"{state.__module__}.{state.__name__}.{name.rsplit('.', 1)[-1]}": entry.handler
        for name, entry in registered.items()
        for state in entry.states
        if state.__module__.startswith("estate_app.")
    }


# What Reflex itself puts on every State, and which touches no server state of ours.
BUILT_IN = {"setvar"}


def test_there_are_handlers_to_look_at():
    assert len(own_handlers()) > 20


@pytest.mark.parametrize("name", sorted(own_handlers()))
def test_a_handler_is_guarded(name):
    handler = own_handlers()[name]
    if name.rsplit(".", 1)[-1] in BUILT_IN:
        return
    assert hasattr(handler.fn, GUARD), "put @requires(…) or @public below @rx.event"
    assert not name.rsplit(".", 1)[-1].startswith("set"), "a handler named set… could be called through setvar"


@pytest.mark.parametrize("state", own_states(), ids=lambda s: f"{s.__module__}.{s.__name__}")
def test_a_state_stands_alone_and_its_vars_are_plain(state):
    parents = [b for b in state.__mro__[1:] if isinstance(b, type) and issubclass(b, rx.State) and b.__module__.startswith("estate_app.")]
    assert all(getattr(b, "_mixin", False) for b in parents)
    for name, annotation in typing.get_type_hints(state).items():
        if name in state.base_vars and name in state.__annotations__:
            assert_plain(annotation)


def assert_plain(annotation: object) -> None:
    origin = typing.get_origin(annotation)
    if origin is not None:
        for part in typing.get_args(annotation):
            if part is not Ellipsis and not isinstance(part, str):
                assert_plain(part)
        return
    if annotation in (int, str, bool, float, type(None), dict, list, typing.Any) or not isinstance(annotation, type):
        return
    assert not issubclass(annotation, SQLModel), f"{annotation.__name__} is a row"
    if dataclasses.is_dataclass(annotation):
        assert annotation.__dataclass_params__.frozen
        for hint in typing.get_type_hints(annotation).values():
            assert_plain(hint)
    else:
        assert issubclass(annotation, Enum) or annotation.__module__.startswith("plotly"), f"{annotation.__name__} is not plain"
