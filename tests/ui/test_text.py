"""Text of the pages: both languages in one expression, vars spliced in, and the language's own state."""

import re

import reflex as rx

from estate_app.kit import i18n
from estate_app.ui.locale import Locale
from estate_app.ui.text import by_locale, t


def readable(script: object) -> str:
    """A script as text, its escaped characters written out."""
    return re.sub(r"\\+u([0-9a-f]{4})", lambda match: chr(int(match[1], 16)), str(script))


class TestText:
    def test_chooses_between_both_languages_in_the_browser(self) -> None:
        script = readable(t("Submitted"))
        assert script.startswith("(")
        assert script.endswith('=== "en" ? "Submitted" : "已提交")')

    def test_splices_a_var_into_both_sentences(self) -> None:
        script = readable(t("{count} selected", count=rx.Var("chosen").to(int)))
        assert '(chosen+" selected")' in script
        assert '("已选 "+chosen+" 项")' in script

    def test_bakes_a_literal_in(self) -> None:
        assert '"已选 3 项"' in readable(t("{count} selected", count=3))

    def test_a_text_may_hold_another_text(self) -> None:
        script = readable(t("{name}:", name=t("Submitted")))
        assert '"已提交"' in script
        assert '"："' in script

    def test_works_as_a_prop(self) -> None:
        rendered = readable(rx.el.input(placeholder=t("Search"), aria_label=t("Search")).render())
        assert rendered.count("搜索") == 2

    def test_what_reads_the_same_in_both_is_one_literal(self) -> None:
        assert str(by_locale(zh="3-2-1501", en="3-2-1501")) == '"3-2-1501"'

    def test_every_literal_id_of_the_toolkit_has_chinese(self) -> None:
        assert i18n.translate("Smart Estate", "zh") == "智慧物业"


class TestLocale:
    def test_a_stranger_gets_the_language_of_the_browser(self, act) -> None:
        page = act(None, Locale, url="/login", locale="en")
        page._is_chosen = False
        act.run(page.load())
        assert page.code == "en"

    def test_the_cookie_comes_before_the_browser(self, act) -> None:
        page = act(None, Locale, url="/login", locale="en")
        page._is_chosen, page.saved = False, "zh"
        act.run(page.load())
        assert page.code == "zh"

    def test_an_unknown_language_changes_nothing(self, act) -> None:
        page = act(None, Locale, url="/login", locale="en")
        assert act.run(page.switch("xx")) == []
        assert (page.code, page.saved) == ("en", "")
