"""The report at a scanned label: the place is known, a phone with its code is all that somebody without a login needs."""

import secrets
from dataclasses import dataclass
from typing import Any

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.models import CodePurpose
from estate_app.access.permission import Permission, Role
from estate_app.db import UnitOfWork, in_uow
from estate_app.errors import EstateError, InvalidError, NotFoundError
from estate_app.kit.i18n import msg
from estate_app.repair import arrival, spots
from estate_app.repair.catalogue import CategoryGroup, category_tree
from estate_app.repair.spots import Spot, SpotReport
from estate_app.ui.components.upload import draft_cleared, uploaded_ids
from estate_app.ui.guard import locale_of, me, public, requires
from estate_app.ui.pages.common.code_sender import CodeSender
from estate_app.ui.pages.public.entry import Entered, entered, go_in
from estate_app.ui.pages.public.label import present
from estate_app.ui.query import path_text
from estate_app.ui.stage import LOADING, MISSING, READY

_WORK = Permission.work_orders


@dataclass(frozen=True, slots=True)
class _Sent:
    number: str
    order_id: int
    role: Role
    ticket: Entered | None


@dataclass(frozen=True, slots=True)
class _Seen:
    spot: Spot | None
    groups: tuple[CategoryGroup, ...]
    jobs: list[arrival.JobHere]


class LabelState(CodeSender, rx.State):
    """The label in view; `sent` is the number of the report that was taken."""

    view: present.LabelView = present.LabelView()
    leaf: present.Leaf = present.Leaf()
    danger: str = ""
    sent_number: str = ""
    stage: str = LOADING
    is_saving: bool = False
    field_errors: dict[str, str] = {}
    _code: str = ""
    _key: str = ""

    @rx.event
    @public
    async def load(self) -> None:
        """Read what the label stands for; what was typed stays in the browser."""
        locale, actor = await locale_of(self), me()
        self._forget_code()
        try:
            seen = await in_uow(_read, actor, path_text(self))
        except NotFoundError:
            self.stage = MISSING
            return
        if seen.spot is None:
            self.view = present.door_view(path_text(self), seen.jobs, is_technician=actor.can(_WORK))
            self.stage = READY
            return
        self.view = present.label_view(
            seen.spot, seen.groups, seen.jobs, is_signed_in=actor.account_id is not None, name=actor.name, locale=locale
        )
        self.leaf = self._leaf_of(self.leaf.id or self.view.usual)
        self._key = self._key or secrets.token_hex(16)
        self.field_errors, self.sent_number, self.stage = {}, "", READY

    @rx.event
    @public
    async def choose(self, category_id: str) -> None:
        """Choose the fault; its questions follow."""
        self.leaf, self.danger = self._leaf_of(category_id), ""

    @rx.event
    @public
    async def answer(self, word: str) -> None:
        """Say whether one of the dangers holds."""
        self.danger = "yes" if word == "yes" else "no"

    @rx.event
    @requires(_WORK)
    async def arrive(self, order_id: str) -> rx.event.EventSpec:
        """Say that one stands at this label for a job of one's own, and go to the job."""
        key = int(order_id) if order_id.isascii() and order_id.isdigit() and len(order_id) < 19 else 0
        await in_uow(arrival.arrive, me(), order_id=key, proof=arrival.Proof(label=self.view.code))
        return rx.redirect(f"/tech/jobs/{key}")

    @rx.event
    @public
    async def note_phone(self, phone: str) -> None:
        """Keep the phone as it is typed, for the code."""
        self.phone = phone[:30]

    @rx.event
    @public
    async def note_code(self, code: str) -> None:
        """Keep the code as it is typed, for whoever wants to add photos first."""
        self._code = code[:10]

    @rx.event
    @public
    async def send_code(self) -> Any:
        """Send a code for reporting."""
        self.field_errors, self.is_sending = {}, True
        yield
        try:
            await self._send_code(CodePurpose.report)
        finally:
            self.is_sending = False

    @rx.event
    @public
    async def come_in(self) -> Any:
        """Prove the phone and come back to this very form, where photos can be added."""
        self.field_errors, self.is_saving = {}, True
        yield
        try:
            found = await in_uow(_prove, self.phone, self._code, await locale_of(self))
            if isinstance(found, EstateError):
                raise found
            yield go_in(found.ticket, self.view.path, found.role)
        except EstateError:
            self.is_saving = False
            raise

    @rx.event
    @public
    async def submit(self, form: dict[str, Any]) -> Any:
        """Send the report, proving the phone where nobody is signed in; residents go to their order."""
        self.field_errors, self.is_saving = {}, True
        yield
        try:
            actor, report = me(), _fields(self, form)
            if actor.account_id is not None:
                sent = await in_uow(_report, actor, self.view.code, report)
            else:
                typed = {name: str(form.get(name) or "") for name in ("phone", "code", "name")}
                sent = await in_uow(_report_with_code, self.view.code, report, typed, await locale_of(self))
            if isinstance(sent, EstateError):
                raise sent
            self._key, self.leaf, self.danger = secrets.token_hex(16), present.Leaf(), ""
            yield draft_cleared(self.view.draft)
            if sent.ticket is not None:
                yield go_in(sent.ticket.ticket, f"/repairs/{sent.order_id}", sent.role)
            elif sent.role is Role.resident and actor.account_id is not None:
                yield rx.redirect(f"/repairs/{sent.order_id}")
            else:
                self.sent_number = sent.number
        finally:
            self.is_saving = False

    def _leaf_of(self, category_id: str) -> present.Leaf:
        return next((leaf for leaf in self.view.leaves if leaf.id == category_id), present.Leaf())


def _fields(state: LabelState, form: dict[str, Any]) -> SpotReport:
    if state.leaf.questions and not state.danger:
        raise InvalidError(msg("Answer the question about dangers first"), field="danger")
    photo_ids = uploaded_ids(form, "photo_ids")
    if photo_ids is None:
        raise InvalidError(msg("A photo is still being uploaded. Wait a moment and send again"), field="photo_ids")
    return SpotReport(
        category_id=int(state.leaf.id or 0),
        description=str(form.get("description") or ""),
        is_out_of_service=bool(form.get("is_out_of_service")),
        has_danger=state.danger == "yes",
        photo_ids=tuple(photo_ids),
        client_key=state._key,
    )


def _read(uow: UnitOfWork, actor: Actor, code: str) -> _Seen:
    jobs = arrival.jobs_at_label(uow.session, actor, code) if actor.can(_WORK) else []
    if spots.is_door(uow.session, code):
        return _Seen(None, (), jobs)
    return _Seen(spots.find_spot(uow.session, code), category_tree(uow.session), jobs)


def _report(uow: UnitOfWork, actor: Actor, code: str, report: SpotReport) -> _Sent:
    order = spots.report_at(uow, actor, code=code, form=report)
    return _Sent(order.number, order.id, actor.role or Role.resident, None)


def _prove(uow: UnitOfWork, phone: str, code: str, locale: str) -> Entered | EstateError:
    account = spots.prove_phone(uow, phone=phone, code=code, locale=locale)
    if not isinstance(account, EstateError) and account.role is not Role.resident:
        return InvalidError(msg("This phone belongs to a colleague; sign in as usual to add photos"), field="phone")
    return entered(uow, account)


def _report_with_code(uow: UnitOfWork, label: str, report: SpotReport, typed: dict[str, str], locale: str) -> _Sent | EstateError:
    done = spots.report_with_code(uow, label=label, form=report, locale=locale, **typed)
    if isinstance(done, EstateError):
        return done
    account, order = done
    # Only residents come in by a code from a wall; staff sign in as staff do.
    ticket = entered(uow, account) if account.role is Role.resident else None
    is_open = isinstance(ticket, Entered) and not ticket.asks_factor
    return _Sent(order.number, order.id, account.role, ticket if is_open else None)  # type: ignore[arg-type]
