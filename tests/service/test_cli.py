"""The administrator's commands: what they do, what they print, and how they end."""

import json
import sys
from pathlib import Path

import pytest
from sqlmodel import select

from estate_app import db
from estate_app.access.models import Account, Grant
from estate_app.access.permission import PermissionSet, Role
from estate_app.access.service import sign_in_by_password
from estate_app.cli import main
from estate_app.commands import keep
from estate_app.operation import doctor
from estate_app.operation.doctor import Level
from estate_app.repair.models import RepairCategory
from estate_app.settings import Settings, settings
from tests.fixtures import make


@pytest.fixture
def run(committed, monkeypatch, capsys):
    """Run a command; gives its exit code, stdout and stderr."""

    def call(*args: str, stdin: str | None = None) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["estate_app", *map(str, args)])
        if stdin is not None:
            import io

            monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        with pytest.raises(SystemExit) as end:
            main()
        out = capsys.readouterr()
        code = end.value.code
        return (0 if code is None else int(code)), out.out, out.err

    return call


class TestCreateAdmin:
    ARGS = ("create-admin", "--phone", "139 0000 0000", "--name", "管理员", "--password", "a long password")

    def test_the_first_manager_can_sign_in_and_administers_everything(self, run, committed) -> None:
        code, out, _ = run(*self.ARGS, "--json")
        assert code == 0
        account_id = json.loads(out)["account"]
        grant = committed.run(lambda uow: uow.session.scalars(select(Grant)).one())
        assert (grant.account_id, grant.permission_set, grant.estate_id) == (account_id, PermissionSet.administrator, None)
        found = committed.run(sign_in_by_password, phone="13900000000", password="a long password")
        assert isinstance(found, Account)
        assert found.role is Role.manager

    def test_a_new_installation_gets_the_common_categories_and_materials_once(self, run, committed) -> None:
        assert run(*self.ARGS)[0] == 0
        first = committed.run(lambda uow: sorted(uow.session.scalars(select(RepairCategory.code))))
        assert len(first) == 49
        assert run(*self.ARGS)[0] == 0
        assert committed.run(lambda uow: sorted(uow.session.scalars(select(RepairCategory.code)))) == first

    def test_again_it_sets_a_new_password_and_appoints_nobody_twice(self, run, committed) -> None:
        run(*self.ARGS)
        code, _, _ = run(*self.ARGS[:-1], "another long password")
        assert code == 0
        assert len(committed.run(lambda uow: uow.session.scalars(select(Grant)).all())) == 1
        assert isinstance(committed.run(sign_in_by_password, phone="13900000000", password="another long password"), Account)

    @pytest.mark.parametrize(("phone", "password"), [("123", "a long password"), ("13900000000", "123")])
    def test_bad_input_is_a_sentence_and_exit_code_3(self, run, committed, phone, password) -> None:
        code, out, err = run("create-admin", "--phone", phone, "--name", "管理员", "--password", password)
        assert (code, out) == (3, "")
        assert "Traceback" not in err
        assert committed.run(lambda uow: uow.session.scalars(select(Account)).all()) == []

    def test_a_residents_phone_is_refused(self, run, committed) -> None:
        committed.run(make.account, phone="13900000000")
        assert run(*self.ARGS)[0] == 3
        assert committed.run(lambda uow: uow.session.scalars(select(Account.role)).one()) is Role.resident


class TestBackup:
    def test_backup_drill_and_restore_by_command(self, run, committed, tmp_path, monkeypatch) -> None:
        chosen = settings().model_copy(update={"var_dir": tmp_path})
        monkeypatch.setattr(keep, "settings", lambda: chosen)
        committed.run(make.estate, "A")
        code, out, _ = run("backup", "--json")
        assert code == 0
        assert Path(json.loads(out)["backup"]).parent == tmp_path / "backup"
        code, out, _ = run("verify-backup", "--json")
        assert (code, json.loads(out)["tables"] > 40) == (0, True)
        committed.run(make.estate, "B")
        committed.engine.dispose()
        assert run("restore", "--yes")[0] == 0
        codes = committed.run(lambda uow: uow.session.scalars(select(make.Estate.code)).all())
        assert codes == ["A"]

    @pytest.mark.parametrize("command", ["verify-backup", "restore"])
    def test_without_a_backup_it_fails_with_a_sentence(self, run, tmp_path, monkeypatch, command) -> None:
        chosen = settings().model_copy(update={"var_dir": tmp_path})
        monkeypatch.setattr(keep, "settings", lambda: chosen)
        code, out, err = run(command)
        assert (code, out) == (1, "")
        assert "there is no backup" in err


class TestQuote:
    def test_it_prices_standard_input_and_refuses_what_it_cannot_read(self, run) -> None:
        code, out, _ = run("quote", "--file", "-", "--json", stdin='{"tariffs": [], "cases": [{"id": "x", "kind": "unheard"}]}')
        assert code == 0
        (line,) = out.splitlines()
        assert json.loads(line)["id"] == "x"
        assert "unheard" in json.loads(line)["error"]
        assert run("quote", "--file", "-", stdin="not json")[0] == 3

    def test_a_missing_file_is_a_refusal(self, run, tmp_path) -> None:
        code, _, err = run("quote", "--file", str(tmp_path / "none.json"))
        assert code == 3
        assert "none.json" in err


class TestExport:
    def test_a_list_is_written_with_its_filter(self, run, committed, tmp_path) -> None:
        def build(uow):
            estate = make.estate(uow)
            room = make.room(uow, make.building(uow, estate))
            return make.bill(uow, room, make.fee_item(uow, estate)).number

        number = committed.run(build)
        file = tmp_path / "bills.csv"
        assert run("export", "bills", file, "--where", "period=2026-11", "--locale", "en")[0] == 0
        assert number in file.read_text("utf-8-sig")
        assert run("export", "bills", file, "--where", "period=2020-01")[0] == 0
        assert number not in file.read_text("utf-8-sig")

    @pytest.mark.parametrize(
        ("args", "code"), [(("bills", "x.pdf"), 2), (("nothing", "x.csv"), 3), (("bills", "x.csv", "--where", "period=soon"), 3)]
    )
    def test_what_cannot_be_exported_is_refused(self, run, tmp_path, args, code) -> None:
        name, file, *rest = args
        assert run("export", name, tmp_path / file, *rest)[0] == code
        assert list(tmp_path.iterdir()) == []


class TestBillRun:
    def test_an_unknown_estate_is_refused(self, run) -> None:
        code, _, err = run("bill-run", "NOPE", "2026-11")
        assert code == 3
        assert "NOPE" in err

    def test_a_month_must_be_one(self, run) -> None:
        assert run("bill-run", "A", "November")[0] == 2


class TestJobs:
    def test_they_are_listed_with_their_rhythm(self, run) -> None:
        code, out, _ = run("jobs", "--list", "--json")
        rhythm = {job["job"]: job["rhythm"] for job in json.loads(out)}
        assert code == 0
        assert {"send_outbox", "query_payments", "run_refunds", "expire_offers", "backup", "tidy", "issue_bills"} <= set(rhythm)
        assert rhythm["backup"] == "daily at 03:00"

    def test_one_runs_now(self, run) -> None:
        code, out, _ = run("jobs", "--once", "tidy", "--json")
        assert (code, json.loads(out)[0]["ran"]) == (0, True)
        assert run("jobs", "--once", "nothing")[0] == 2


class TestDoctor:
    def test_a_fresh_demo_has_warnings_and_no_errors_but_a_missing_database_is_one(self, committed, tmp_path) -> None:
        from estate_app.migration import head_revision

        chosen = Settings(_env_file=None, var_dir=tmp_path)
        found = {f.what: f.level for f in doctor.examine(chosen, db.database_url, head_revision())}
        assert found["database"] is found["migrations"] is found["clock"] is found["fonts"] is found["pg_dump"] is Level.ok
        assert found["secret key"] is found["backup"] is Level.warning
        gone = {f.what: f.level for f in doctor.examine(chosen, lambda: "postgresql://nobody@127.0.0.1:1/none", "0001")}
        assert gone["database"] is Level.error

    def test_wrong_keys_are_found_before_the_first_payment(self, committed, tmp_path) -> None:
        secret = "x" * 32
        chosen = Settings(
            _env_file=None, var_dir=tmp_path, demo=False, sandbox=False, secret_key=secret, wechat_mchid="1900000001",
            wechat_private_key="-----BEGIN PRIVATE KEY-----\r\nx", wechat_apiv3_key="short",
        )  # fmt: skip
        details = " ".join(f.detail for f in doctor.examine(chosen, db.database_url, "0001") if f.what == "payment keys")
        for part in ("Windows line ends", "has 5 characters", "ESTATE_WECHAT_PUBLIC_KEY is not set", "ESTATE_WECHAT_CERT_SERIAL"):
            assert part in details
        assert "ESTATE_WECHAT_MCHID" not in details

    def test_missing_migrations_are_an_error(self, committed, tmp_path) -> None:
        found = {f.what: f.level for f in doctor.examine(Settings(_env_file=None, var_dir=tmp_path), db.database_url, "9999")}
        assert found["migrations"] is Level.error


class TestHelp:
    def test_every_command_explains_itself(self, run) -> None:
        code, out, _ = run("--help")
        assert code == 0
        for name in ("run", "migrate", "demo", "import", "export", "quote", "bill-run", "backup", "restore", "verify-backup", "create-admin",
                     "jobs", "sandbox", "api", "doctor"):  # fmt: skip
            assert name in out
