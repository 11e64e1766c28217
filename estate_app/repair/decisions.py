"""Why an order went where it went: the candidates now, and the decisions as they were stored."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, literal_column
from sqlmodel import Session, col, select

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.errors import NotFoundError
from estate_app.kit.i18n import Message, msg
from estate_app.notification.text import pack, unpack
from estate_app.prepared import Prepared
from estate_app.repair.facts import facts_for
from estate_app.repair.models import DispatchDecision, RepairOrder
from estate_app.repair.reach import managed
from estate_app.repair.scoring import Candidate, Excluded, Exclusion, Factor, Part, Ranking, last_asked_first, rank
from estate_app.repair.terms import terms_of


@dataclass(frozen=True, slots=True)
class DecisionCard:
    """One decision of dispatch, newest first: mode (auto, by_hand, transfer, queue), who, why, and the whole ranking."""

    mode: str
    technician_id: int | None
    reason: str
    at: datetime
    ranking: Ranking


def candidates_for(session: Session, actor: Actor, order_id: int, *, now: datetime) -> Ranking:
    """Weigh every technician for an order as things stand now, for the dispatch screen."""
    actor.require(Permission.repairs_dispatch, Permission.repairs_read)
    statement = select(RepairOrder).where(RepairOrder.id == order_id, managed(actor, Permission.repairs_dispatch, Permission.repairs_read))
    order = session.exec(statement).first()
    if order is None:
        raise NotFoundError
    need = terms_of(session, order, now).need
    return rank(need, facts_for(session, order, need, now))


def decisions_of(session: Session, order_id: int, *, most: int | None = None) -> list[DecisionCard]:
    """The decisions on an order, newest first, all or the newest `most`; the caller has checked the reach."""
    statement = select(DispatchDecision).where(DispatchDecision.order_id == order_id).order_by(col(DispatchDecision.id).desc()).limit(most)
    return [DecisionCard(d.mode, d.technician_id, d.reason, d.at, stored_ranking(d)) for d in session.exec(statement)]


def stored_ranking(decision: DispatchDecision) -> Ranking:
    """Read back what a decision rested on."""
    candidates = [
        Candidate(
            int(str(c["technician_id"])),
            str(c["name"]),
            int(str(c["total"])),
            tuple(_part(p) for p in _list(c["parts"])),
        )
        for c in decision.candidates
    ]
    out = [one for group in decision.exclusions for one in _unpacked_group(group)]
    return Ranking(tuple(candidates), tuple(sorted(out, key=last_asked_first)))


def packed(ranking: Ranking) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """Turn a ranking into what a decision keeps: the candidates with every factor, and the excluded by reason.

    Among a thousand technicians nearly all are excluded for the same few reasons; a reason stands once, before the people it holds for.
    """
    candidates: list[dict[str, object]] = [
        {"technician_id": c.technician_id, "name": c.name, "total": c.total, "parts": [_packed_part(p) for p in c.parts]}
        for c in ranking.candidates
    ]
    people: dict[tuple[Exclusion, Message], list[tuple[int, str]]] = {}
    for e in ranking.exclusions:
        people.setdefault((e.reason, e.fact), []).append((e.technician_id, e.name))
    return candidates, [{"reason": reason, "fact": pack(fact), "people": some} for (reason, fact), some in people.items()]


def _unpacked_group(group: dict[str, object]) -> list[Excluded]:
    reason, fact = Exclusion(str(group["reason"])), unpack(_dict(group["fact"]))
    # Decisions from before reasons were grouped name one person each.
    people = group.get("people", [(group.get("technician_id"), group.get("name"))])
    return [Excluded(int(str(who)), str(name), reason, fact) for who, name in people] if isinstance(people, list) else []


def _packed_part(part: Part) -> Sequence[object]:
    factor, points, maximum, ground, share = part
    return (factor, points, maximum, share, pack(ground)) if isinstance(ground, Message) else (factor, points, maximum, share, *ground)


def _part(stored: Any) -> Part:
    if isinstance(stored, list):
        factor, points, maximum, share, *ground = stored
        return Part(Factor(factor), points, maximum, unpack(ground[0]) if isinstance(ground[0], dict) else tuple(ground), share)
    # Decisions from before grounds were kept hold each part's words.
    points, maximum = int(str(stored["points"])), int(str(stored["maximum"]))
    # Decisions from before shares were kept say it as closely as their points do.
    share = int(str(stored["share"])) if "share" in stored else 1000 * points // max(1, maximum)
    return Part(Factor(str(stored["factor"])), points, maximum, unpack(_dict(stored["fact"])), share)


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _dict(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def sentence_of(session: Session, order_id: int) -> Message | None:
    """Say to the resident, in one sentence, why this technician comes: by the newest decision."""
    found = _CHOSEN.first(session, order_id=order_id)
    if found is None or found[0] is None:
        return None
    return chosen_sentence(str(found[0]["name"]), [_part(part) for part in _list(found[0]["parts"])])


def chosen_sentence(name: str, parts: Iterable[Part]) -> Message:
    """Say of whom an order went to why."""
    facts = {part.factor: part.fact for part in parts}
    return msg("{name} was chosen: {skill}; {travel}", name=name, skill=facts[Factor.skill], travel=facts[Factor.travel])


# Rankings are large; only the chosen candidate's part of one is read.
_CHOSEN = Prepared(
    select(
        func.jsonb_path_query_first(
            DispatchDecision.candidates,
            literal_column("'$[*] ? (@.technician_id == $who)'"),
            func.jsonb_build_object("who", DispatchDecision.technician_id),
        )
    )
    .where(DispatchDecision.order_id == bindparam("order_id"))
    .order_by(col(DispatchDecision.id).desc())
    .limit(1)
)
