"""The look: names in Python, values in the stylesheets; badges and shells as the design says."""

import re
from pathlib import Path

import pytest
import reflex as rx

from estate_app.access.permission import Permission
from estate_app.ui import nav, states
from estate_app.ui.components import badge, icon
from estate_app.ui.shell.manager import _sidebar, manager_shell
from estate_app.ui.shell.public import public_shell
from estate_app.ui.shell.resident import resident_shell
from estate_app.ui.shell.tabs import current_entry
from estate_app.ui.shell.technician import technician_shell
from estate_app.ui.view import Badge, make_pager, page_numbers, spark_points
from tests.ui.seen import markup

UI = Path("estate_app/ui")
CSS = Path("assets/css")
SPRITE = Path("assets/icons.svg")
BADGES = [
    look
    for table in (states.REPAIR, states.REPAIR_FOR_RESIDENTS, states.BILL, states.DIFFERENCE, states.PRIORITY)
    for look in table.values()
]


class TestTokens:
    def test_no_colour_literal_outside_the_token_files(self) -> None:
        offenders = [
            f"{path}:{number}"
            for path in UI.rglob("*.py")
            if path.name != "theme.py"
            for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
            if re.search(r"[\"'(]#[0-9a-fA-F]{3,8}\b", line)
        ]
        assert offenders == []

    def test_stylesheets_other_than_the_tokens_hold_no_colour(self) -> None:
        offenders = [
            path.name
            for path in CSS.glob("*.css")
            if path.name != "tokens.css" and re.search(r"#[0-9a-fA-F]{3,8}\b|rgba?\(", path.read_text("utf-8"))
        ]
        assert offenders == []

    def test_every_variable_that_is_used_is_defined(self) -> None:
        text = "".join(path.read_text("utf-8") for path in CSS.glob("*.css"))
        own = set(re.findall(r"(--[\w-]+):", text))
        radix = re.compile(r"--(gray|slate|indigo|green|orange|red|amber)-a?\d+$|--shadow-\d|--color-overlay$")
        unknown = {name for name in re.findall(r"var\((--[\w-]+)", text) if name not in own and not radix.match(name)}
        assert unknown == set()

    def test_nothing_is_fetched_from_elsewhere(self) -> None:
        for path in (*CSS.glob("*.css"), *Path("assets").rglob("*.webmanifest")):
            assert not re.search(r"https?://", path.read_text("utf-8")), path

    def test_the_font_is_small_and_latin_only(self) -> None:
        assert Path("assets/fonts/inter-latin.woff2").stat().st_size <= 50 * 1024
        assert "unicode-range" in (CSS / "tokens.css").read_text("utf-8")


class TestIcons:
    def test_the_sprite_holds_exactly_the_listed_names(self) -> None:
        assert set(re.findall(r'<symbol id="([\w-]+)"', SPRITE.read_text("utf-8"))) == icon.SPRITE

    def test_every_badge_icon_is_in_the_sprite(self) -> None:
        assert {look[3] for look in BADGES if look[3]} <= icon.SPRITE

    def test_an_icon_beside_words_is_silent_and_one_alone_has_a_name(self) -> None:
        assert '"aria-hidden":"true"' in markup(icon.icon("wrench"))
        assert '"aria-label":"Call"' in markup(icon.icon("phone", label="Call"))
        assert "aria-hidden" not in markup(icon.icon("phone", label="Call"))


class TestBadges:
    @pytest.mark.parametrize(
        ("status", "staff", "resident"),
        [
            ("accepted", "已接单", "维修中"),
            ("paused", "已暂停", "维修中"),
            ("declined", "已拒单", "待受理"),
            ("reopened", "返工", "返工中"),
            ("completed", "已完成", "已完成"),
        ],
    )
    def test_residents_read_five_words(self, status: str, staff: str, resident: str) -> None:
        assert states.repair_badge(status, locale="zh").label == staff
        assert states.repair_badge(status, locale="zh", for_resident=True).label == resident

    def test_a_badge_says_its_state_by_word_colour_and_icon(self) -> None:
        rendered = markup(badge.state_badge(Badge("Overdue", "red", "soft", "alarm-clock")))
        assert "badge badge-soft badge-red" in rendered
        assert "Overdue" in rendered
        assert "LucideAlarmClock" in rendered


class TestFigures:
    def test_a_pager_says_where_the_list_stands(self) -> None:
        pager = make_pager(page=1, page_size=12, total=1086, locale="zh")
        assert pager.summary == "第 1–12 条，共 1,086 条"
        assert pager.pages == 91
        assert pager.numbers == [1, 2, 0, 91]

    def test_the_last_page_ends_at_the_total(self) -> None:
        assert make_pager(page=3, page_size=20, total=41, locale="en").summary == "41–41 of 41"

    def test_an_empty_list_says_so(self) -> None:
        assert make_pager(page=1, page_size=20, total=0, locale="zh").summary == "没有内容"

    @pytest.mark.parametrize(
        ("page", "pages", "numbers"), [(1, 1, [1]), (2, 3, [1, 2, 3]), (4, 7, [1, 2, 3, 4, 5, 6, 7]), (5, 9, [1, 0, 4, 5, 6, 0, 9])]
    )
    def test_the_pages_on_offer(self, page: int, pages: int, numbers: list[int]) -> None:
        assert page_numbers(page, pages) == numbers

    def test_a_small_line_needs_six_points(self) -> None:
        assert spark_points([1, 2, 3, 4, 5]) == ""
        assert spark_points([0, 1, 2, 3, 4, 5]).split(" ")[0] == "0,26"


class TestShells:
    @pytest.mark.parametrize("shell", [resident_shell, technician_shell, manager_shell, public_shell])
    def test_holds_one_main_landmark_with_the_content(self, shell) -> None:
        rendered = markup(shell(rx.el.p("CONTENT"), route="/", title="Title"))
        assert rendered.count('"main"') == 1
        assert "CONTENT" in rendered

    def test_the_tab_of_the_page_is_the_current_one(self) -> None:
        assert current_entry("/repairs/[order_id]", nav.RESIDENT) == "/repairs"
        assert current_entry("/", nav.RESIDENT) == "/"
        assert current_entry("/inbox", nav.RESIDENT) == ""
        assert current_entry("/tech/jobs/[order_id]", nav.TECHNICIAN) == ""

    def test_an_entry_without_permission_is_absent(self) -> None:
        rendered = markup(_sidebar(rx.Var.create("/manage")))
        for permission in (Permission.audit_read, Permission.system, Permission.refunds_request):
            assert f'includes("{permission.value}")' in rendered
