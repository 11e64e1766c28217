"""A form that the browser itself posts, for the few addresses that set a cookie or leave the site."""

from typing import Any

import reflex as rx
from reflex.vars.base import Var
from reflex_base.components.component import field
from reflex_components_core.el.elements.base import BaseHTML


class _PlainForm(BaseHTML):
    """`<form>` without Reflex's own submit handling."""

    tag = "form"

    action: Var[str] = field(doc="Where the form is posted to.")
    method: Var[str] = field(doc="get or post.")
    # Reflex drops a prop that the class does not name; without this one a file would be posted as its name alone.
    enc_type: Var[str] = field(doc="How the fields are put into the body; multipart/form-data where one is a file.")


def plain_form(*children: Any, action: str | Var, method: str = "post", **props: Any) -> rx.Component:
    """Post to one of our own addresses as the browser does."""
    return _PlainForm.create(*children, action=action, method=method, **props)
