"""The catalogues are complete, and every message of the code is in both languages."""

from tools import messages


def test_the_catalogues_are_complete_and_hold_nothing_unused(capsys):
    code = messages.main(["--check"])
    assert code in (0, None), capsys.readouterr().out
