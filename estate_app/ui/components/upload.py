"""Photos and videos of a form, by the hand-written element of assets/js/upload.js: progress and retry for each file."""

import reflex as rx
from reflex_base.constants.compiler import MemoizationDisposition, MemoizationMode

from estate_app.ui.components.icon import icon
from estate_app.ui.components.link import marked
from estate_app.ui.text import Text, t

SCRIPTS = (
    "/js/upload.js",
    "/js/draft.js",
    "/js/file.js",
    "/js/locate.js",
    "/js/scan.js",
    "/js/signature.js",
    "/js/cells.js",
    "/js/board.js",
    "/js/chart.js",
    "/js/field.js",
)
"""What the app's head loads: the two elements, the keeper of drafts, and where-am-I (`data-draft` on a form, see `draft_key`)."""


# Reflex names a memoized component after its tag; a custom element's has a hyphen, which no name may have.
_AS_IT_IS = MemoizationMode(disposition=MemoizationDisposition.NEVER)


class _Upload(rx.el.Div):
    tag = "estate-upload"
    _memoization_mode = _AS_IT_IS


def upload_field(name: str, label: Text, *, most: int = 9, videos: int = 0, draft: Text = "", accept: str = "") -> rx.Component:
    """Let a person add up to `most` photos and `videos` videos; the form's dict gets their ids, comma-separated, under `name`.

    Parse with `uploaded_ids`. With a draft, files that are not up yet survive a reload and a lost network.
    """
    few = t("At most {count} files", count=most)
    words = {
        "data-add": label,
        "data-photo": t("Photo"),
        "data-remove": t("Remove photo"),
        "data-retry": t("Try again"),
        "data-failed": t("The upload failed. Check the network and try again; your text is kept"),
        "data-too-many": t("At most {photos} photos and {videos} videos", photos=most, videos=videos) if videos else few,
        "data-accept": accept or ("image/*,video/mp4,video/quicktime" if videos else "image/*"),
        "data-photos": str(most),
        "data-videos": str(videos),
        "data-draft": draft,
        "name": name,
    }
    return _Upload.create(custom_attrs=words, data_testid=f"{name}-upload")


class _Signature(rx.el.Div):
    tag = "estate-signature"
    _memoization_mode = _AS_IT_IS


def signature_field(name: str, label: Text, *, is_sent_later: bool = False) -> rx.Component:
    """Let a person sign with a finger; the form's dict gets the picture's id under `name`. Sent later: the form keeps the picture."""
    words = ({"data-later": ""} if is_sent_later else {}) | {
        "data-label": label,
        "data-hint": t("Sign here with a finger"),
        "data-clear": t("Clear"),
        "data-kept": t("Signature kept"),
        "data-failed": t("The signature was not sent. Check the network and sign again"),
        "name": name,
    }
    return _Signature.create(custom_attrs=words, data_testid=f"{name}-signature")


def uploaded_ids(form: dict[str, object], name: str) -> list[str] | None:
    """The ids of the uploaded files of a form; None while one is still on its way."""
    ids = [part for part in str(form.get(name, "") or "").split(",") if part]
    return None if "uploading" in ids else ids


def draft_cleared(key: str) -> rx.event.EventSpec:
    """Forget a draft once its form is sent; `key` is our own word, never typed."""
    return rx.call_script(f"window.estateDraft && estateDraft.clear({key!r})")


def file_choice(label: Text, *, accept: str, name: str = "file", testid: str = "file-field") -> rx.Component:
    """A file of a plain form, behind a button of our own."""
    none = t("No file chosen yet")
    native = rx.el.input(
        type="file", name=name, accept=accept, required=True, aria_label=label, class_name="visually-hidden", **marked(testid)
    )
    button = rx.el.span(icon("paperclip"), t("Choose a file"), class_name="btn btn-secondary", aria_hidden="true")
    chosen = rx.el.span(none, class_name="file-name soft-text break", custom_attrs={"data-none": none}, aria_live="polite")
    return rx.el.label(native, button, chosen, class_name="file-choice")
