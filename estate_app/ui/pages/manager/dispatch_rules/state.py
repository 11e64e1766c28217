"""The rules of dispatch of the estate in view: typed, tried on the past, saved."""

from collections.abc import AsyncIterator

import reflex as rx

from estate_app.access.actor import Actor
from estate_app.access.permission import Permission
from estate_app.db import UnitOfWork, in_uow
from estate_app.kit.i18n import msg
from estate_app.repair import weights, whatif
from estate_app.repair.categories import CategoryNode, category_tree
from estate_app.repair.dispatch_models import DispatchMode
from estate_app.repair.scoring import Factor
from estate_app.repair.weights import RulesCard
from estate_app.repair.whatif import Replay
from estate_app.ui.components.toast import toast_done
from estate_app.ui.guard import locale_of, me, requires, say
from estate_app.ui.pages.manager.dispatch_rules import present
from estate_app.ui.session import chosen_estate
from estate_app.ui.stage import LOADING, READY
from estate_app.ui.view import Kpi, Option


class DispatchRulesState(rx.State):
    """The form, the modes and the last replay."""

    rules: present.RulesForm = present.RulesForm()
    modes: list[present.ModeRow] = []
    mode_choices: list[Option] = []
    result: present.Result = present.Result()
    kpis: list[Kpi] = []
    changes: list[present.ChangeRow] = []
    stage: str = LOADING
    busy: str = ""
    field_errors: dict[str, str] = {}
    _is_auto: bool = True
    _aim: str = "try"

    @rx.event
    @requires(Permission.repairs_dispatch)
    async def load(self) -> None:
        """Read the rules of the estate."""
        locale = await locale_of(self)
        card, tree = await in_uow(_read, me(), await chosen_estate(self))
        self.rules, self._is_auto = present.rules_form(card.policy), card.policy.is_auto
        self.modes = present.mode_rows(tree, card.modes, locale=locale)
        self.mode_choices = present.mode_options(locale=locale)
        self.result, self.kpis, self.changes = present.Result(), [], []
        self.field_errors, self.stage = {}, READY

    @rx.event
    @requires(Permission.repairs_dispatch)
    async def aim(self, what: str) -> None:
        """Remember which of the form's two buttons was pressed; the form follows at once."""
        self._aim = "save" if what == "save" else "try"

    @rx.event
    @requires(Permission.repairs_dispatch)
    async def send(self, form: dict) -> AsyncIterator[rx.event.EventSpec | None]:
        """Try the weights on the past, or save everything, by the button that was pressed."""
        self.field_errors, self.rules = {}, present.typed(form)
        self.busy = self._aim
        yield None
        try:
            if self.busy == "try":
                await self._try(form)
            else:
                policy = present.policy_of(form, is_auto=self._is_auto)
                await in_uow(weights.save_rules, me(), estate_id=await chosen_estate(self), policy=policy)
                yield toast_done(await say(self, msg("Saved; the next order is dispatched by these rules")))
        finally:
            self.busy = ""

    @rx.event
    @requires(Permission.repairs_dispatch)
    async def choose_mode(self, category_id: str, mode: str) -> rx.event.EventSpec:
        """Change how a category's orders find their technician; in force at once."""
        key = int(category_id) if category_id.isascii() and category_id.isdigit() and len(category_id) < 19 else 0
        chosen = DispatchMode(mode) if mode in set(DispatchMode) else None
        await in_uow(weights.save_mode, me(), estate_id=await chosen_estate(self), category_id=key, mode=chosen)
        card, tree = await in_uow(_read, me(), await chosen_estate(self))
        self.modes = present.mode_rows(tree, card.modes, locale=await locale_of(self))
        return toast_done(await say(self, msg("Saved; it holds for the next order")))

    async def _try(self, form: dict) -> None:
        locale = await locale_of(self)
        found = await in_uow(_replay, me(), await chosen_estate(self), present.weights_of(form))
        self.result = present.result(found, locale=locale)
        self.kpis = present.result_kpis(found, locale=locale) if found.replayed else []
        self.changes = present.change_rows(found, locale=locale)


def _read(uow: UnitOfWork, actor: Actor, estate_id: int) -> tuple[RulesCard, tuple[CategoryNode, ...]]:
    return weights.read_rules(uow.session, actor, estate_id), category_tree(uow.session)


def _replay(uow: UnitOfWork, actor: Actor, estate_id: int, tried: dict[Factor, int]) -> Replay:
    return whatif.replay(uow.session, actor, estate_id=estate_id, weights=tried, now=uow.now)
