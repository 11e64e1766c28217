"""The marks of payment channels, only as channel icons, on their own ground."""

import reflex as rx

from estate_app.ui.text import Text


def channel_mark(channel: Text) -> rx.Component:
    """The mark of wechat, alipay, unionpay or cash; the channel's name stands beside it."""
    return rx.el.span(rx.el.img(src="/brand/" + channel + ".svg", alt="", width="24", height="24"), class_name="channel")
