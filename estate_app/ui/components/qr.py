"""A QR code drawn from a path of squares made by `estate_app.ui.qr`; always dark on white, in both appearances."""

import reflex as rx

from estate_app.ui.text import Text


def qr_code(path: Text, side: rx.Var[int], *, label: Text, testid: str = "qr") -> rx.Component:
    """The code with its accessible name."""
    box = "0 0 " + side.to_string() + " " + side.to_string()
    return rx.el.div(
        rx.el.svg(rx.el.path(d=path), view_box=box, role="img", aria_label=label, shape_rendering="crispEdges"),
        class_name="qr",
        data_testid=testid,
    )
