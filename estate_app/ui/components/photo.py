"""Photos: a grid of squares, one large, and the tiles of an upload."""

from typing import Any

import reflex as rx
from reflex.vars.base import Var

from estate_app.ui.components.icon import icon
from estate_app.ui.text import Text, t
from estate_app.ui.view import Photo


def video_player(video: Var[Photo]) -> rx.Component:
    """A video that plays where it stands."""
    return rx.el.video(src=video.url, controls=True, preload="metadata", aria_label=video.alt, class_name="video", key=video.id)


def photo_grid(photos: Var[list[Photo]]) -> rx.Component:
    """Squares that open large in a dialog."""
    return rx.el.div(rx.foreach(photos, _photo), class_name="photos")


def _photo(photo: Var[Photo]) -> rx.Component:
    return rx.dialog.root(
        rx.dialog.trigger(
            rx.el.button(_picture(photo), _tag(photo), type="button", class_name="photo", aria_label=t("Open photo {name}", name=photo.alt))
        ),
        rx.dialog.content(
            rx.dialog.title(photo.alt, class_name="visually-hidden"),
            rx.dialog.description(photo.tag, class_name="visually-hidden"),
            rx.el.img(src=photo.url, alt=photo.alt),
            rx.dialog.close(rx.el.button(icon("x"), t("Close"), type="button", class_name="btn btn-neutral btn-full", margin_top="12px")),
            class_name="lightbox",
        ),
    )


def _picture(photo: Var[Photo]) -> rx.Component:
    return rx.el.img(src=rx.cond(photo.thumbnail_url != "", photo.thumbnail_url, photo.url), alt=photo.alt, loading="lazy")


def _tag(photo: Var[Photo]) -> rx.Component:
    return rx.cond(photo.tag != "", rx.el.span(photo.tag, class_name="photo-tag"), rx.fragment())


def upload_photo(photo: Var[Photo], *, on_remove: Any, on_retry: Any) -> rx.Component:
    """One picture of a form: its progress, a retry when it failed, a remove with a 44-px target; handlers take its id."""
    veil = rx.match(
        photo.state,
        ("uploading", rx.el.span(photo.progress.to_string() + "%", class_name="photo-veil", role="status")),
        ("failed", rx.el.button(icon("refresh-cw"), t("Try again"), type="button", class_name="photo-veil", on_click=on_retry(photo.id))),
        rx.fragment(),
    )
    remove = rx.el.button(
        icon("x", size=14),
        type="button",
        class_name="photo-remove",
        aria_label=t("Remove photo"),
        on_click=on_remove(photo.id),
        data_testid="photo-remove",
    )
    return rx.el.div(_picture(photo), _tag(photo), veil, remove, class_name="photo")


def upload_tile(
    label: Text,
    *,
    upload_id: str,
    on_drop: Any,
    accept: dict[str, list[str]],
    multiple: bool = True,
    max_size: int = 15 * 1024 * 1024,
    testid: str = "upload",
) -> rx.Component:
    """The dashed tile that takes files by tap or drop; `on_drop` is `State.handler(rx.upload_files(upload_id=…))`."""
    return rx.upload.root(
        rx.el.div(icon("camera", size=20), rx.el.span(label), class_name="upload-tile"),
        id=upload_id,
        accept=accept,
        multiple=multiple,
        max_size=max_size,
        on_drop=on_drop,
        class_name="upload",
        data_testid=testid,
    )


IMAGES: dict[str, list[str]] = {"image/*": [".jpg", ".jpeg", ".png", ".webp", ".heic"]}
"""What an upload tile for photos accepts; the service checks the real type."""
