"""Forms: label above, hint below, error under the field that says the remedy. Fields are uncontrolled; a form posts once.

`errors` is a var `dict[str, str]` (field → sentence in the person's language); fields find their own line in it.
"""

from typing import Any

import reflex as rx
from reflex.vars.base import Var

from estate_app.ui.components.icon import icon
from estate_app.ui.components.link import marked
from estate_app.ui.text import Text, t
from estate_app.ui.view import Option

Errors = Var[dict[str, str]] | None


def form(
    *children: Any, on_submit: Any, errors: Errors = None, required_note: bool = False, testid: str = "form", **props: Any
) -> rx.Component:
    """A form; the error that belongs to no field (key "") stands on top."""
    note = [rx.el.p(t("Fields with * are required"), class_name="form-legend")] if required_note else []
    summary = [] if errors is None else [error_summary(errors)]
    return rx.el.form(*summary, *note, *children, on_submit=on_submit, class_name="form", no_validate=True, data_testid=testid, **props)


def error_summary(errors: Var[dict[str, str]]) -> rx.Component:
    """What is wrong with the form as a whole."""
    return rx.cond(
        errors.contains(""),
        rx.el.div(icon("circle-alert"), rx.el.span(errors[""]), class_name="form-summary", role="alert", data_testid="form-error"),
        rx.fragment(),
    )


def error_line(name: str, errors: Errors) -> rx.Component:
    """The sentence under one field."""
    if errors is None:
        return rx.fragment()
    line = rx.el.p(
        icon("circle-alert", size=14),
        rx.el.span(errors[name]),
        id=f"{name}-error",
        class_name="field-error",
        role="alert",
        data_testid=f"{name}-error",
    )
    return rx.cond(errors.contains(name), line, rx.fragment())


def focus_first_error(errors: dict[str, str]) -> rx.event.EventSpec:
    """Move the focus to the first wrong field; return it from the submit handler. Keep the dict in the form's order."""
    return rx.set_focus(_identifier(next(name for name in errors if name)))


def _identifier(name: str) -> str:
    return f"field_{name}"


def field(name: str, label: Text, control: rx.Component, *, errors: Errors = None, hint: Text = "", required: bool = False) -> rx.Component:
    """Label, control, hint and error of one field; for controls that the functions below do not cover."""
    star = [rx.el.span("*", class_name="required", aria_hidden="true")] if required else []
    below = [rx.el.p(hint, id=f"{name}-hint", class_name="field-hint")] if isinstance(hint, Var) or hint else []
    return rx.el.div(
        rx.el.label(label, *star, html_for=_identifier(name), class_name="field-label"),
        control,
        error_line(name, errors),
        *below,
        class_name="field",
    )


def wiring(name: str, *, errors: Errors, hint: Text, required: bool) -> dict[str, Any]:
    """The props that tie a control to its label, hint and error."""
    described = " ".join(
        part for part in (f"{name}-error" if errors is not None else "", f"{name}-hint" if isinstance(hint, Var) or hint else "") if part
    )
    props: dict[str, Any] = {"id": _identifier(name), "name": name, "data_testid": f"{name}-field", "class_name": "input"}
    if described:
        props["aria_describedby"] = described
    if required:
        props["aria_required"] = "true"
    if errors is not None:
        props["aria_invalid"] = rx.cond(errors.contains(name), "true", "false")
    return props


def text_field(
    name: str,
    label: Text,
    *,
    errors: Errors = None,
    hint: Text = "",
    required: bool = False,
    value: Text = "",
    kind: str = "text",
    before: Text = "",
    after: Text = "",
    **props: Any,
) -> rx.Component:
    """One line of text; `kind` is the input's type, `before` and `after` stand inside the field (¥, 元)."""
    control = rx.el.input(type=kind, default_value=value, **wiring(name, errors=errors, hint=hint, required=required), **props)
    return field(name, label, _affixed(control, before, after), errors=errors, hint=hint, required=required)


def _affixed(control: rx.Component, before: Text, after: Text, *, wide: bool = False) -> rx.Component:
    parts, names = [control], ["affix"]
    if isinstance(before, Var) or before:
        parts.insert(0, rx.el.span(before, class_name="before", aria_hidden="true"))
        names.append("affix-wide" if wide else "affix-before")
    if isinstance(after, Var) or after:
        parts.append(rx.el.span(after, class_name="after", aria_hidden="true"))
        names.append("affix-after")
    return control if len(parts) == 1 else rx.el.div(*parts, class_name=" ".join(names))


def number_field(
    name: str,
    label: Text,
    *,
    errors: Errors = None,
    hint: Text = "",
    required: bool = False,
    value: Text = "",
    before: Text = "",
    after: Text = "",
    decimal: bool = True,
    **props: Any,
) -> rx.Component:
    """A number as text with the number keypad; the service parses it."""
    return text_field(
        name,
        label,
        errors=errors,
        hint=hint,
        required=required,
        value=value,
        before=before,
        after=after,
        input_mode="decimal" if decimal else "numeric",
        auto_complete="off",
        **props,
    )


def money_field(
    name: str, label: Text, *, errors: Errors = None, hint: Text = "", required: bool = False, value: Text = "", **props: Any
) -> rx.Component:
    """An amount in yuan as text; parse it with `kit.money.parse_yuan`."""
    return number_field(name, label, errors=errors, hint=hint, required=required, value=value, before="¥", **props)


def phone_field(
    name: str, label: Text, *, errors: Errors = None, hint: Text = "", required: bool = False, value: Text = "", **props: Any
) -> rx.Component:
    """A mainland mobile number behind +86."""
    control = rx.el.input(
        type="tel",
        input_mode="tel",
        auto_complete="tel-national",
        default_value=value,
        **wiring(name, errors=errors, hint=hint, required=required),
        **props,
    )
    return field(name, label, _affixed(control, "+86", "", wide=True), errors=errors, hint=hint, required=required)


def code_field(
    name: str, label: Text, *, errors: Errors = None, hint: Text = "", action: Any = None, longest: int = 6, **props: Any
) -> rx.Component:
    """A one-time code of six digits; where `longest` is more, letters are taken too. `action` is the button beside it that sends one."""
    control = rx.el.input(
        type="text",
        input_mode="numeric" if longest == 6 else "text",
        auto_complete="one-time-code",
        max_length=longest,
        **wiring(name, errors=errors, hint=hint, required=True),
        **props,
    )
    line = control if action is None else rx.el.div(rx.el.div(control, class_name="grow"), action, class_name="row gap-2")
    return field(name, label, line, errors=errors, hint=hint, required=False)


def password_field(name: str, label: Text, *, errors: Errors = None, hint: Text = "", new: bool = False, **props: Any) -> rx.Component:
    """A password, filled by the browser's keeper."""
    control = rx.el.input(
        type="password",
        auto_complete="new-password" if new else "current-password",
        **wiring(name, errors=errors, hint=hint, required=True),
        **props,
    )
    return field(name, label, control, errors=errors, hint=hint, required=False)


def textarea_field(
    name: str, label: Text, *, errors: Errors = None, hint: Text = "", required: bool = False, value: Text = "", rows: int = 4, **props: Any
) -> rx.Component:
    """Several lines of text."""
    control = rx.el.textarea(default_value=value, rows=str(rows), **wiring(name, errors=errors, hint=hint, required=required), **props)
    return field(name, label, control, errors=errors, hint=hint, required=required)


def select_field(
    name: str,
    label: Text,
    options: Var[list[Option]] | list[Option],
    *,
    errors: Errors = None,
    hint: Text = "",
    required: bool = False,
    value: Text = "",
    placeholder: Text = "",
    **props: Any,
) -> rx.Component:
    """A choice from a list, as the system draws it."""
    first = [rx.el.option(placeholder, value="")] if isinstance(placeholder, Var) or placeholder else []
    control = rx.el.select(
        *first, rx.foreach(options, _option), default_value=value, **wiring(name, errors=errors, hint=hint, required=required), **props
    )
    return field(name, label, control, errors=errors, hint=hint, required=required)


def _option(option: Var[Option]) -> rx.Component:
    return rx.el.option(option.label, value=option.value)


def date_field(
    name: str,
    label: Text,
    *,
    errors: Errors = None,
    hint: Text = "",
    required: bool = False,
    value: Text = "",
    kind: str = "date",
    **props: Any,
) -> rx.Component:
    """A business date; `kind` may be time, datetime-local or month."""
    return text_field(name, label, errors=errors, hint=hint, required=required, value=value, kind=kind, **props)


def chips_field(
    name: str,
    label: Text,
    options: Var[list[Option]] | list[Option],
    *,
    errors: Errors = None,
    hint: Text = "",
    required: bool = False,
    value: Text = "",
    multiple: bool = False,
    on_change: Any = None,
) -> rx.Component:
    """A few choices as chips: radio buttons, or check boxes with `multiple` (each posts as `name.value`)."""
    star = [rx.el.span("*", class_name="required", aria_hidden="true")] if required else []
    below = [rx.el.p(hint, class_name="field-hint")] if isinstance(hint, Var) or hint else []
    chips = rx.el.div(
        rx.foreach(options, lambda option: _chip(name, option, value, multiple, on_change)),
        class_name="chips",
        id=_identifier(name),
        tab_index=-1,
    )
    return rx.el.fieldset(rx.el.legend(label, *star, class_name="field-label"), chips, error_line(name, errors), *below, class_name="field")


def _chip(name: str, option: Var[Option], value: Text, multiple: bool, on_change: Any) -> rx.Component:
    events = {} if on_change is None else {"on_change": on_change(option.value)}
    posted = (
        {"type": "checkbox", "name": f"{name}." + option.value}
        if multiple
        else {"type": "radio", "name": name, "value": option.value, "default_checked": option.value == value}
    )
    return rx.el.label(rx.el.input(**posted, **events), rx.el.span(option.label), class_name="chip", data_testid=f"{name}-" + option.value)


def check_field(name: str, label: Any, *, checked: Var[bool] | bool = False, errors: Errors = None, **props: Any) -> rx.Component:
    """One box to tick; posts `name` as true or false."""
    box = rx.el.input(type="checkbox", default_checked=checked, id=_identifier(name), name=name, data_testid=f"{name}-field", **props)
    return rx.el.div(rx.el.label(box, rx.el.span(label), class_name="check"), error_line(name, errors), class_name="field")


def switch(label: Text, *, checked: Var[bool], on_change: Any, testid: str) -> rx.Component:
    """On or off, in force at once; the words stand beside it in the row, `label` is its accessible name."""
    return rx.el.button(
        type="button",
        role="switch",
        aria_label=label,
        aria_checked=rx.cond(checked, "true", "false"),
        on_click=on_change,
        class_name="switch",
        **marked(testid),
    )
