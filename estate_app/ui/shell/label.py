"""Says a message of the navigation table in the page's language."""

from reflex.vars.base import Var

from estate_app.kit.i18n import Message, translate
from estate_app.ui.text import by_locale


def say(message: Message) -> Var[str]:
    """Both languages of a message, chosen in the browser."""
    return by_locale(zh=translate(message, "zh"), en=translate(message, "en"))
