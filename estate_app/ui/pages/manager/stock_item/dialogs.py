"""What a stock-keeper may do with a material."""

import reflex as rx

from estate_app.ui.components.button import action_bar, button
from estate_app.ui.components.confirm import confirm_dialog
from estate_app.ui.components.form import form, number_field, text_field
from estate_app.ui.components.sheet import sheet
from estate_app.ui.pages.manager.stock.fields import material_fields
from estate_app.ui.pages.manager.stock_item.state import StockItemState
from estate_app.ui.text import t

_S = StockItemState


def dialogs() -> rx.Component:
    """The four dialogs, of which one is open at most."""
    return rx.fragment(_receive(), _correct(), _edit(), _active())


def _receive() -> rx.Component:
    errors = _S.field_errors
    return confirm_dialog(
        number_field("quantity", t("Delivered quantity"), errors=errors, required=True, after=_S.view.unit),
        text_field("reference", t("Number of the delivery note"), errors=errors, max_length=60, hint=t("A note is booked once")),
        is_open=_S.dialog == "receive",
        title=t("Book a delivery of {name}", name=_S.view.name),
        body=t("{count} {unit} are on hand", count=_S.view.left, unit=_S.view.unit),
        keep_label=t("Cancel"),
        act_label=t("Book a delivery"),
        on_keep=_S.keep,
        on_act=_S.receive,
        busy=_S.is_saving,
        busy_label=t("Saving"),
        errors=errors,
        testid="receive-dialog",
    )


def _correct() -> rx.Component:
    errors = _S.field_errors
    return confirm_dialog(
        number_field("counted", t("Counted quantity"), errors=errors, required=True, after=_S.view.unit),
        text_field("reason", t("Reason"), errors=errors, required=True, max_length=200, hint=t("Such as broken, lost, miscounted")),
        is_open=_S.dialog == "correct",
        title=t("Correct {name} by count", name=_S.view.name),
        body=t("The books say {count} {unit}; the difference is booked with its reason", count=_S.view.left, unit=_S.view.unit),
        keep_label=t("Cancel"),
        act_label=t("Correct by count"),
        on_keep=_S.keep,
        on_act=_S.correct,
        busy=_S.is_saving,
        busy_label=t("Saving"),
        errors=errors,
        testid="correct-dialog",
    )


def _edit() -> rx.Component:
    save = button(t("Save"), submit=True, busy=_S.is_saving, busy_label=t("Saving"), testid="edit-save")
    return sheet(
        form(material_fields(_S.values, _S.field_errors), action_bar(save), on_submit=_S.edit, errors=_S.field_errors, testid="edit-form"),
        is_open=_S.dialog == "edit",
        title=t("Edit {name}", name=_S.view.name),
        on_close=_S.keep,
        width="560px",
        testid="edit-sheet",
    )


def _active() -> rx.Component:
    head = _S.view
    return confirm_dialog(
        is_open=_S.dialog == "active",
        title=rx.cond(head.is_active, t("Take {name} out of use?", name=head.name), t("Use {name} again?", name=head.name)),
        body=rx.cond(head.is_active, t("Technicians find it no more; its history stays"), t("Technicians find it again")),
        keep_label=t("Cancel"),
        act_label=rx.cond(head.is_active, t("Take out of use"), t("Use again")),
        on_keep=_S.keep,
        on_act=_S.switch_active,
        busy=_S.is_saving,
        busy_label=t("Saving"),
        testid="active-dialog",
    )
