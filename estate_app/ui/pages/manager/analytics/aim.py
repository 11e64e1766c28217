"""What a dashboard's address asks for, and what stands around it: the estates, buildings and categories to choose from."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.kit.clock import business_date
from estate_app.property.queries import visible_buildings, visible_estates
from estate_app.repair.catalogue import CategoryGroup, category_tree
from estate_app.ui.pages.manager.analytics import present
from estate_app.ui.pages.manager.analytics.period import Period, read_period
from estate_app.ui.query import read_query
from estate_app.ui.session import chosen_estate
from estate_app.ui.view import Option

ALL = "all"


@dataclass(frozen=True, slots=True)
class Around:
    """What there is to choose from, and the clock."""

    estates: tuple[tuple[int, str], ...]
    buildings: tuple[tuple[int, int, str], ...]
    groups: tuple[CategoryGroup, ...]
    now: datetime


@dataclass(frozen=True, slots=True)
class Aim:
    """What is asked for: an estate (None: all within the scope), a period, a category; `can_drill` when the lists show the same estate."""

    around: Around
    estate_id: int | None
    period: Period
    category_id: int | None
    can_drill: bool

    @property
    def today(self) -> date:
        """The business date."""
        return business_date(self.around.now)

    @property
    def estates(self) -> list[Option]:
        """The estates to choose from, none when there is only one."""
        found = [Option(str(key), name) for key, name in self.around.estates]
        return found if len(found) > 1 else []

    @property
    def buildings(self) -> dict[str, int]:
        """The ids of the estate's buildings by their names."""
        return {name: key for key, estate_id, name in self.around.buildings if estate_id == self.estate_id}

    def head(self, extracted_at: datetime | None, *, locale: str, is_hidden: bool = False) -> present.Head:
        """What the page says of itself."""
        estate = next((name for key, name in self.around.estates if key == self.estate_id), "")
        wanted = {"estate_id": self.estate_id, "category_id": self.category_id, "since": self.period.since, "until": self.period.until}
        return present.Head(
            context=present.context(self.period, estate, today=self.today, locale=locale),
            extracted=present.extracted_text(extracted_at, now=self.around.now, locale=locale),
            days=self.period.key,
            since=self.period.since.isoformat(),
            until=self.period.until.isoformat(),
            latest=(self.today - timedelta(days=1)).isoformat(),
            estate=str(self.estate_id or ""),
            category=str(self.category_id or ""),
            export=urlencode({name: value for name, value in wanted.items() if value}),
            is_hidden=is_hidden,
        )


async def take_aim(state: rx.State, actor: Actor, permission: Permission, choices: tuple[str, ...]) -> Aim:
    """Read the address; without an estate in it, the one in view counts as far as the permission reaches there."""
    query, shell = read_query(state), await chosen_estate(state)
    around = await in_uow(_around, actor, permission)
    named = query.get("estate", "")
    if named.isascii() and named.isdigit() and len(named) < 19:
        estate_id: int | None = int(named)
    else:
        estate_id = shell if named != ALL and any(key == shell for key, _ in around.estates) else None
    category = query.get("category", "")
    period = read_period(query, today=business_date(around.now), choices=choices)
    category_id = int(category) if category.isascii() and category.isdigit() and len(category) < 19 else None
    return Aim(around, estate_id, period, category_id, estate_id is not None and estate_id == shell)


def _around(uow: UnitOfWork, actor: Actor, permission: Permission) -> Around:
    estates = visible_estates(uow.session, actor, permission)
    buildings = visible_buildings(uow.session, actor, permission)
    return Around(
        tuple((estate.id or 0, estate.name) for estate in estates),
        tuple((building.id or 0, building.estate_id, building.name) for building in buildings),
        category_tree(uow.session),
        uow.now,
    )
