"""What waits on this phone to be uploaded; all of it lives in the browser, so that it is there without a network."""

import reflex as rx

from estate_app.ui.components.offline import upload_queue
from estate_app.ui.components.page_title import page_title
from estate_app.ui.text import t


def queue_page() -> rx.Component:
    """The steps in their order, with the decision on each conflict."""
    return rx.fragment(page_title(t("Waiting uploads"), context=t("Uploaded in order once there is a network")), upload_queue())
