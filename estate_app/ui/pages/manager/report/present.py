"""The choices of a report on behalf of a caller. Pure."""

from collections.abc import Iterable

from estate_app.repair.catalogue import CategoryGroup
from estate_app.repair.models import Source
from estate_app.ui.pages.common.repair import named
from estate_app.ui.pages.resident.report.present import days, hours, window
from estate_app.ui.view import Option

__all__ = ["SOURCES", "days", "hours", "leaf_options", "window"]
# Through which doors somebody may report to the office.
SOURCES = (Source.phone, Source.counter, Source.patrol)


def leaf_options(groups: Iterable[CategoryGroup], *, locale: str) -> list[Option]:
    """Every kind of fault behind the name of its group."""
    return [Option(str(leaf.id), _name(group, named(leaf.name, leaf.name_en, locale), locale)) for group in groups for leaf in group.leaves]


def _name(group: CategoryGroup, leaf: str, locale: str) -> str:
    name = named(group.name, group.name_en, locale)
    return leaf if name == leaf else f"{name} · {leaf}"
