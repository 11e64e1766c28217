"""The mini-program's folder: small, without a run-time dependency, complete in both languages, and ready for DevTools as it lies there."""

import json
import re
from pathlib import Path

from estate_app.repair.seed import TREE

ROOT = Path(__file__).parents[2]
CLIENT = ROOT / "miniprogram"
SOURCE = CLIENT / "src"
CHECKS = ROOT / "tests" / "miniprogram"
MOST_BYTES = 500 * 1024
CHINESE = re.compile(r"[\u4e00-\u9fff]")
# A language's own name, WeChat's name for a plain answer, and the parts of a Chinese date.
WORDS_OF_CODE = ("'中文'", "'其他'", "年", "月", "、")


def app() -> dict:
    return json.loads((SOURCE / "app.json").read_text("utf-8"))


def test_what_is_uploaded_stays_under_500_kb() -> None:
    assert sum(path.stat().st_size for path in SOURCE.rglob("*") if path.is_file()) < MOST_BYTES


def test_nothing_is_needed_at_run_time_but_the_folder_itself() -> None:
    assert not (CLIENT / "package.json").exists()
    imports = {
        name for path in SOURCE.rglob("*.ts") for name in re.findall(r"from '([^']+)'", path.read_text("utf-8")) if not name.startswith(".")
    }
    assert imports == set()


def test_every_page_and_icon_that_the_app_names_is_there() -> None:
    named = [*app()["pages"], *(path.removeprefix("/") for path in app()["usingComponents"].values())]
    assert [path for path in named if not all((SOURCE / f"{path}{kind}").exists() for kind in (".ts", ".wxml", ".json"))] == []
    tabs = app()["tabBar"]["list"]
    assert [tab["text"] for tab in tabs] == ["首页", "报修", "账单", "我的"]
    assert all((SOURCE / tab[key]).stat().st_size < 40 * 1024 for tab in tabs for key in ("iconPath", "selectedIconPath"))
    assert {path.parent.name for path in (SOURCE / "pages").glob("*/*.wxml")} == {path.split("/")[1] for path in app()["pages"]}


def test_pages_hold_no_words_of_their_own() -> None:
    """Every visible word comes from the catalogues, so that the other language never shows through."""
    found = [path.name for path in SOURCE.rglob("*.wxml") if CHINESE.search(path.read_text("utf-8"))]
    found += [
        f"{path.name}: {line.strip()}"
        for folder in ("pages", "components", "core")
        for path in (SOURCE / folder).rglob("*.ts")
        for line in path.read_text("utf-8").splitlines()
        if CHINESE.search(line) and not re.match(r"\s*(//|/?\*)", line) and not any(word in line for word in WORDS_OF_CODE)
    ]
    assert found == []
    english = sorted((SOURCE / "text").glob("en*.ts"))
    assert len(english) > 1
    assert [path.name for path in english if CHINESE.search(path.read_text("utf-8"))] == []


def test_no_any_outside_the_generated_types() -> None:
    kinds = re.compile(r"(?<![\w'])any(?![\w'])(?=\s*[;,)>\]\[|=]|$)", re.MULTILINE)
    assert [path.name for path in SOURCE.rglob("*.ts") if kinds.search(path.read_text("utf-8"))] == []


def test_icons_that_pages_name_are_drawn() -> None:
    drawn = set(re.findall(r"\.icon-([\w-]+) \{", (SOURCE / "icons.wxss").read_text("utf-8")))
    used = {
        name
        for path in SOURCE.rglob("*.wxml")
        for name in re.findall(r"icon-([a-z][\w-]*)(?=[\"' ])", path.read_text("utf-8"))
        if not name.endswith("-")
    }
    assert used - drawn == set()
    # And those that the server names: of the kinds of fault, and of tips.
    assert {part.icon for group in TREE for part in (group, *group.leaves)} - drawn == set()
    tips = set(re.findall(r'"([a-z-]+)", msg\(', (ROOT / "estate_app/advice/rules.py").read_text("utf-8")))
    assert len(tips) > 5
    assert tips - drawn == set()


def test_pages_that_use_what_is_private_can_ask_for_consent() -> None:
    """WeChat answers a private call only when the page in view has the consent sheet; without it the call never ends."""
    private = re.compile(r"new Shots\(|whereAmI\(|chooseMedia\(|setClipboardData\(|getLocation\(|getPhoneNumber")
    without = [
        page.parent.name
        for page in (SOURCE / "pages").glob("*/*.wxml")
        if private.search(page.with_suffix(".ts").read_text("utf-8") + page.read_text("utf-8"))
        and "<consent" not in page.read_text("utf-8")
    ]
    assert without == []


def test_buttons_of_dialogs_hold_what_wechat_allows() -> None:
    """Four Chinese characters or eight letters; WeChat refuses the whole dialog otherwise."""
    for language in ("zh", "en"):
        (asks,) = re.findall(r"\n  asks: \{(.+)\},\n", (SOURCE / "text" / f"{language}.ts").read_text("utf-8"))
        labels = re.findall(r"\w+: '([^']+)'", asks)
        assert len(labels) > 5
        assert [one for one in labels if sum(2 if CHINESE.match(letter) else 1 for letter in one) > 8] == []


def test_the_lock_of_the_checks_names_no_registry() -> None:
    text = (CHECKS / "package-lock.json").read_text("utf-8")
    assert '"resolved"' not in text
    assert '"integrity"' in text
