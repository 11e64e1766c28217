"""The choices of a report on behalf of a caller. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from estate_app.kit.i18n import Message
from estate_app.repair.catalogue import CategoryGroup
from estate_app.repair.models import Source
from estate_app.ui.pages.common.repair import named
from estate_app.ui.pages.resident.report.present import days, hours, window
from estate_app.ui.view import Option

__all__ = ["SOURCES", "days", "hours", "leaf_options", "window"]


@dataclass(frozen=True, slots=True)
class Danger:
    """What is said and asked of a kind of fault before the form goes on."""

    first: Message | None = None
    questions: list[str] = field(default_factory=list)


# Through which doors somebody may report to the office.
SOURCES = (Source.phone, Source.counter, Source.patrol)


def leaf_options(groups: Iterable[CategoryGroup], *, locale: str) -> list[Option]:
    """Every kind of fault behind the name of its group."""
    return [Option(str(leaf.id), _name(group, named(leaf.name, leaf.name_en, locale), locale)) for group in groups for leaf in group.leaves]


def questions_of(groups: Iterable[CategoryGroup]) -> dict[str, Danger]:
    """What is asked of each kind of fault that can be dangerous."""
    leaves = (leaf for group in groups for leaf in group.leaves if leaf.danger or leaf.questions)
    return {str(leaf.id): Danger(leaf.danger, list(leaf.questions)) for leaf in leaves}


def _name(group: CategoryGroup, leaf: str, locale: str) -> str:
    name = named(group.name, group.name_en, locale)
    return leaf if name == leaf else f"{name} · {leaf}"
