"""The language of the person in front: from the cookie, else the browser; the switch keeps page, filters and input."""

import reflex as rx

from estate_app.kit.i18n import DEFAULT_LOCALE, LOCALES, choose_locale
from estate_app.ui.guard import public

_YEAR_SECONDS = 365 * 24 * 3600


class Locale(rx.State):
    """Which language the pages speak."""

    code: str = DEFAULT_LOCALE
    saved: str = rx.Cookie("", name="locale", path="/", max_age=_YEAR_SECONDS, same_site="lax")
    _is_chosen: bool = False

    @rx.event
    @public
    async def load(self) -> None:
        """Take the language of the cookie or the browser, unless the person chose one in this tab."""
        if not self._is_chosen:
            self.code = choose_locale(self.saved, self.router.headers.accept_language)

    @rx.event
    @public
    async def switch(self, code: str) -> list[rx.event.EventSpec] | None:
        """Speak another language, keep it for next time, and let the page say its data again."""
        if code not in LOCALES or code == self.code:
            return None
        self.code = code
        self.saved = code
        self._is_chosen = True
        return reload_page_data(self)


def reload_page_data(state: rx.State) -> list[rx.event.EventSpec]:
    """The load events of the page in view, so that server-made text follows a switch without a reload."""
    from reflex_base.registry import RegistrationContext

    app = RegistrationContext.get().app
    return list(app.get_load_events(state.router.url.path))
