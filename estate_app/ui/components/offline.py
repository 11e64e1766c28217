"""The two elements of assets/js/field.js: the black band that counts what waits to be uploaded, and the queue itself."""

import reflex as rx
from reflex_base.constants.compiler import MemoizationDisposition, MemoizationMode
from reflex_components_core.core.banner import has_connection_errors

from estate_app.kit.i18n import Message
from estate_app.repair.field import STEP_NAMES
from estate_app.ui.shell.label import say
from estate_app.ui.text import t

# Reflex names a memoized component after its tag; a custom element's has a hyphen, which no name may have.
_AS_IT_IS = MemoizationMode(disposition=MemoizationDisposition.NEVER)


class _Band(rx.el.Div):
    tag = "estate-offline"
    _memoization_mode = _AS_IT_IS


class _Queue(rx.el.Div):
    tag = "estate-queue"
    _memoization_mode = _AS_IT_IS


def upload_band() -> rx.Component:
    """The band under the top edge; it carries the words of the queue, so that they are there without a network too."""
    texts = {
        "data-away": t("Offline. {count} actions waiting to upload", count="%"),
        "data-away-idle": t("Offline. What you do is kept on this phone"),
        "data-retrying": t("Trying again by itself"),
        "data-sending": t("{count} actions are being uploaded", count="%"),
        "data-stuck": t("{count} actions need your decision", count="%"),
        "data-sign-in": t("Sign in again; {count} actions wait to be uploaded", count="%"),
        "data-title": t("Waiting uploads"),
        "data-empty": t("Nothing waits to be uploaded"),
        "data-empty-body": t("What you do without a network stands here until it is uploaded"),
        "data-waiting-mark": t("To upload"),
        "data-held-mark": t("After the step before it"),
        "data-conflict-mark": t("Conflict"),
        "data-gone-mark": t("The latest state is used"),
        "data-mine": t("Keep mine"),
        "data-latest": t("Use the latest"),
        "data-undo": t("Undo"),
        "data-photos": t("{count} photos", count="%"),
        "data-signed": t("with a signature"),
        "data-without-photo": t("Keep mine, and the rest is sent without this picture"),
        "data-sign": t("Let the resident sign first"),
        "data-tick": t("Tick the checklist first: {item}", item="%"),
        "data-full": t("This phone could not keep it. Make room and try again; what you typed is still here"),
        "data-jobs": t("Jobs on this phone"),
    }
    names: dict[str, Message] = {f"data-action-{code.replace('_', '-')}": name for code, name in STEP_NAMES.items()}
    band = _Band.create(custom_attrs={**texts, **{attr: say(name) for attr, name in names.items()}}, data_testid="upload-band")
    return rx.fragment(band, rx.cond(has_connection_errors, rx.el.i(class_name="socket-lost", hidden=True), rx.fragment()))


def upload_queue() -> rx.Component:
    """What waits on this phone, in order; a conflict is decided here."""
    return _Queue.create(class_name="stack gap-3", data_testid="upload-queue")
