"""The public check of a receipt: it is genuine and says this, or nobody knows its code."""

import reflex as rx

from estate_app.settings import settings
from estate_app.ui.components.card import callout
from estate_app.ui.components.empty import panel_state
from estate_app.ui.components.layout import stack, words
from estate_app.ui.components.skeleton import skeleton_cards
from estate_app.ui.pages.public.receipt.state import ReceiptCheckState
from estate_app.ui.pages.resident.receipt.page import paper_card
from estate_app.ui.text import t

_S = ReceiptCheckState


def receipt_check_page() -> rx.Component:
    """What the paper must say, with the payer's name masked."""
    genuine = callout(t("This receipt is genuine. Compare it with your paper"), tone="green", icon_name="shield-check")
    gone = t("This receipt was reversed: the money went back, and it proves no payment any more")
    void = callout(gone, tone="red", icon_name="ban", data_testid="reversed")
    partly = callout(
        t("This receipt is genuine, but {amount} of it was reversed", amount=_S.paper.taken_back), tone="orange", icon_name="undo-2",
        data_testid="partly-reversed",
    )  # fmt: skip
    known = stack(
        rx.cond(_S.paper.is_void, void, rx.cond(_S.paper.taken_back != "", partly, genuine)),
        paper_card(
            _S.paper, _S.lines, foot=words(t("The payer's name is masked; nothing else about the payer is shown here"), size="1", soft=True)
        ),
        gap="3",
        custom_attrs={"data-testid": "genuine"},
    )
    unknown = rx.el.div(
        rx.el.h1(t("Receipt"), class_name="visually-hidden", tab_index=-1),
        panel_state(
            t("No receipt has this code"),
            body=t("Check the code on the paper, or call {phone}", phone=settings().support_phone),
            icon_name="file-x",
        ),
        data_testid="unknown-receipt",
    )
    return rx.cond(_S.is_loading, skeleton_cards(), rx.cond(_S.is_known, known, unknown))
