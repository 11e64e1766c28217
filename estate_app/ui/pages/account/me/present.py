"""One's own page: who one is, and as what. Pure."""

from dataclasses import dataclass

from estate_app.access.actor import Actor, Held
from estate_app.access.permission import Role
from estate_app.access.rules import masked_phone
from estate_app.kit.i18n import msg, translate
from estate_app.ui.words import ROLES, SETS


@dataclass(frozen=True, slots=True)
class MeCard:
    """The head of the page: the name, the masked phone, and what one is."""

    name: str = ""
    phone: str = ""
    titles: str = ""


def present_me(actor: Actor, *, phone: str, rooms: list[str], estates: dict[int, str], locale: str) -> MeCard:
    """Say who somebody is: residents by their rooms, managers by their appointments and where they hold."""
    comma = ", " if locale == "en" else "、"
    titles = [_appointment(held, estates, locale) for held in actor.held] if actor.role is Role.manager else rooms
    fallback = translate(ROLES[actor.role], locale) if actor.role else ""
    return MeCard(actor.name, masked_phone(phone) if phone else "", comma.join(titles) or fallback)


def _appointment(held: Held, estates: dict[int, str], locale: str) -> str:
    is_everywhere = held.estate_id is None and held.building_id is None
    where = translate(msg("All estates"), locale) if is_everywhere else estates.get(held.estate_id or 0, "")
    title = translate(SETS[held.permission_set], locale)
    return f"{title} · {where}" if where else title
