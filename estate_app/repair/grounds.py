"""What the points of a factor rest on: a code with its figures, from which the sentence is made when somebody reads it. Pure.

A decision weighs everybody and few of its sentences are ever read: figures cost a tenth of sentences to make and to keep.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from estate_app.kit.i18n import Message, msg
from estate_app.repair.models import Trade
from estate_app.repair.rules import TRADE_NAMES

MANY_VISITS = 20
"""Visits of a place are counted up to here."""
MANY_OF_KIND = 30
"""And repairs of one kind up to here."""


class Ground(StrEnum):
    """What can be said of a factor."""

    skill = "skill"
    main_zone = "main_zone"
    whole_estate = "whole_estate"
    other_zone = "other_zone"
    load = "load"
    walk = "walk"
    somewhere = "somewhere"
    score = "score"
    this_home = "this_home"
    this_building = "this_building"
    never_here = "never_here"


Fact = tuple[Any, ...]
"""A ground and its figures, in the order in which `sentence` takes them."""


def sentence(fact: Fact) -> Message:
    """Say a fact in words."""
    ground, *figures = fact
    return _SENTENCES[Ground(ground)](*figures)


def _skill(trade: str, level: int, done: int) -> Message:
    name = TRADE_NAMES[Trade(trade)]
    if done >= MANY_OF_KIND:
        return msg("{trade} level {level}, {count} of this kind or more in 90 days", trade=name, level=level, count=MANY_OF_KIND)
    return msg("{trade} level {level}, {count} of this kind in 90 days", trade=name, level=level, count=done)


def _home(times: int) -> Message:
    if times >= MANY_VISITS:
        return msg("Has been in this home {count} times or more", count=MANY_VISITS)
    return msg("Has been in this home {count} times", count=times)


def _building(times: int) -> Message:
    if times >= MANY_VISITS:
        return msg("Has been in this building {count} times or more", count=MANY_VISITS)
    return msg("Has been in this building {count} times", count=times)


def _score(milli: int, count: int) -> Message:
    return msg("Adjusted score {score} ({count} ratings)", score=f"{milli / 1000:.2f}", count=count)


_SENTENCES: Mapping[Ground, Callable[..., Message]] = {
    Ground.skill: _skill,
    Ground.main_zone: lambda: msg("Main zone"),
    Ground.whole_estate: lambda: msg("Covers the whole estate"),
    Ground.other_zone: lambda: msg("Outside the main zone"),
    Ground.load: lambda booked, daily: msg("{booked} of {daily} minutes are taken", booked=booked, daily=daily),
    Ground.walk: lambda metres, minutes: msg("{metres} m, {minutes} minutes on foot", metres=metres, minutes=minutes),
    Ground.somewhere: lambda: msg("Where they are is not known"),
    Ground.score: _score,
    Ground.this_home: _home,
    Ground.this_building: _building,
    Ground.never_here: lambda: msg("Has not been here before"),
}
