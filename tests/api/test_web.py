"""The browser's plain HTTP: the cookie, uploads, documents, callbacks, health; and who may."""

import io

import pytest
from PIL import Image
from sqlmodel import select

from estate_app.access.models import Account, SessionKind
from estate_app.access.sessions import issue_ticket
from estate_app.kit.clock import utc_now
from estate_app.media.models import MediaFile
from estate_app.media.service import Variant, signed_path
from estate_app.payment.models import VendorMessage
from estate_app.web import health
from estate_app.web.app import own_routes
from estate_app.web.client import COOKIE, local_path
from tests.fixtures import make

ORIGIN = {"origin": "http://localhost:3000"}


@pytest.fixture(scope="module")
def world(shared_world):
    return shared_world


@pytest.fixture(autouse=True)
def no_cookies(world):
    world.web.cookies.clear()


def cookie(world, name: str) -> dict[str, str]:
    return {"cookie": f"{COOKIE}={world.token(name, SessionKind.browser)}"}


def ticket(world, name: str = "owner") -> str:
    return world.do(lambda uow: issue_ticket(uow, uow.session.get(Account, getattr(world.cast, name).id)))


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(out, "JPEG")
    return out.getvalue()


class TestSession:
    def test_a_ticket_becomes_a_cookie_that_scripts_cannot_read(self, world) -> None:
        answer = world.web.get(f"/session/{ticket(world)}?next=/bills")
        assert (answer.status_code, answer.headers["location"]) == (303, "/bills")
        morsel = answer.headers["set-cookie"].lower()
        assert all(part in morsel for part in (f"{COOKIE}=", "httponly", "samesite=lax", "path=/"))
        assert answer.headers["cache-control"] == "no-store"

    def test_a_ticket_works_once(self, world) -> None:
        one = ticket(world)
        assert world.web.get(f"/session/{one}").headers["location"] == "/"
        again = world.web.get(f"/session/{one}")
        assert again.headers["location"] == "/login"
        assert "set-cookie" not in again.headers

    def test_another_site_cannot_sign_a_visitor_in(self, world) -> None:
        one = ticket(world)
        assert world.web.get(f"/session/{one}", headers={"sec-fetch-site": "cross-site"}).status_code == 403
        assert world.web.get(f"/session/{one}").headers["location"] == "/"

    @pytest.mark.parametrize(
        "wish", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "", "/a\nb", None]
    )
    def test_it_never_leads_away(self, wish) -> None:
        assert local_path(wish) == "/"

    def test_it_leads_to_a_page_with_its_query(self) -> None:
        assert local_path("/bills?state=open&page=2") == "/bills?state=open&page=2"

    def test_signing_out_ends_the_session_behind_the_cookie(self, world) -> None:
        own = cookie(world, "owner")
        assert world.web.get("/export/bills.csv", headers=own).status_code == 200
        out = world.web.post("/session/end", headers=own | ORIGIN)
        assert (out.status_code, out.headers["location"]) == (303, "/login")
        assert world.web.get("/export/bills.csv", headers=own).status_code == 401

    @pytest.mark.parametrize(
        "origin", [{}, {"origin": "https://evil.example"}, {"origin": "null"}, {"origin": "http://localhost:3000.evil.example"}]
    )
    def test_another_site_cannot_sign_somebody_out(self, world, origin) -> None:
        own = cookie(world, "owner")
        assert world.web.post("/session/end", headers=own | origin).status_code == 403
        assert world.web.get("/export/bills.csv", headers=own).status_code == 200


class TestMedia:
    def test_a_photo_goes_in_and_comes_out_by_its_signed_link(self, world) -> None:
        answer = world.web.post(
            "/media/upload", files={"file": ("a.jpg", picture(), "image/jpeg")}, headers=cookie(world, "owner") | ORIGIN
        )
        assert answer.status_code == 201
        got = world.web.get(answer.json()["thumbnail_url"])
        assert (got.status_code, got.headers["content-type"], got.headers["x-content-type-options"]) == (200, "image/webp", "nosniff")
        assert "sandbox" in got.headers["content-security-policy"]
        assert (
            world.web.get(answer.json()["url"], headers={"if-none-match": world.web.get(answer.json()["url"]).headers["etag"]}).status_code
            == 304
        )

    @pytest.mark.parametrize(
        ("headers", "status"),
        [({}, 403), (ORIGIN, 401), ({"origin": "https://evil.example"}, 403)],
    )
    def test_strangers_and_other_sites_upload_nothing(self, world, headers, status) -> None:
        before = world.do(lambda uow: len(uow.session.scalars(select(MediaFile.id)).all()))
        assert world.web.post("/media/upload", files={"file": ("a.jpg", picture(), "image/jpeg")}, headers=headers).status_code == status
        assert world.do(lambda uow: len(uow.session.scalars(select(MediaFile.id)).all())) == before

    @pytest.mark.parametrize(
        "request_",
        [
            {"content": b"raw", "headers": {"content-type": "image/jpeg"}},
            {"files": {"file": ("a.jpg", b"<script>alert(1)</script>", "image/jpeg")}},
            {"content": b"--x\r\nbroken", "headers": {"content-type": "multipart/form-data; boundary=x"}},
            {"content": b"", "headers": {"content-type": "multipart/form-data"}},
            {"data": {"a": "b"}, "files": {}},
        ],
    )
    def test_what_is_no_photo_is_refused_with_a_sentence(self, world, request_) -> None:
        headers = cookie(world, "owner") | ORIGIN | request_.get("headers", {})
        answer = world.web.post("/media/upload", **(request_ | {"headers": headers}))
        assert answer.status_code == 422, answer.text
        assert answer.json()["title"]

    def test_a_forged_or_changed_link_leads_nowhere(self, world) -> None:
        link = signed_path("0" * 32, Variant.full, utc_now())
        for path in (link, link.replace("/full", "/small"), link[:-4] + "AAAA", "/media/x/full", "/media/x/full?e=x&s=y"):
            assert world.web.get(path).status_code == 404


class TestExport:
    @pytest.mark.parametrize("name", ["orders", "bills", "payments"])
    @pytest.mark.parametrize("kind", ["csv", "xlsx"])
    def test_a_manager_takes_a_list_away(self, world, name, kind) -> None:
        answer = world.web.get(f"/export/{name}.{kind}", headers=cookie(world, "supervisor") | {"accept-language": "en"})
        assert answer.status_code == 200
        assert answer.headers["content-disposition"].startswith("attachment")
        assert answer.content.startswith(b"\xef\xbb\xbfNumber" if kind == "csv" else b"PK")

    @pytest.mark.parametrize("name", ["notices", "audit"])
    def test_an_auditor_takes_the_trails_away_and_others_do_not(self, world, name) -> None:
        assert world.web.get(f"/export/{name}.csv", headers=cookie(world, "auditor")).status_code == 200
        for person in ("owner", "worker", "cashier"):
            assert world.web.get(f"/export/{name}.csv", headers=cookie(world, person)).status_code == 403

    def test_a_resident_takes_only_the_own_bills(self, world) -> None:
        def build(uow):
            item = make.fee_item(uow, world.cast.estate, code=f"i{uow.now:%f}")
            return make.bill(uow, world.cast.home, item).number

        number = world.do(build)
        assert number in world.web.get("/export/bills.csv", headers=cookie(world, "owner")).text
        assert number not in world.web.get("/export/bills.csv", headers=cookie(world, "stranger")).text
        narrowed = world.web.get("/export/bills.csv?period=2020-01", headers=cookie(world, "owner"))
        assert number not in narrowed.text

    @pytest.mark.parametrize("query", ["estate_id=x", "period=never", "state=odd", f"estate_id={2**70}", "text=%00"])
    def test_a_filter_that_cannot_be_read_names_its_field(self, world, query) -> None:
        answer = world.web.get(f"/export/bills.csv?{query}", headers=cookie(world, "supervisor"))
        assert (answer.status_code, answer.json()["field"]) == (422, query.split("=")[0])

    @pytest.mark.parametrize(("path", "status"), [("/export/nothing.csv", 404), ("/export/bills.pdf", 404), ("/export/bills.csv", 401)])
    def test_a_stranger_gets_nothing(self, world, path, status) -> None:
        assert world.web.get(path).status_code == status


class TestReceipt:
    @pytest.mark.parametrize("id_", ["1", "999999", "x", str(2**80)])
    def test_without_a_cookie_401_and_for_others_404(self, world, id_) -> None:
        assert world.web.get(f"/receipts/{id_}.pdf").status_code == 401
        assert world.web.get(f"/receipts/{id_}.pdf", headers=cookie(world, "stranger")).status_code == 404


class TestOwnData:
    @pytest.mark.parametrize("query", ["", "?e=1&s=x", "?e=9999999999&s=" + "0" * 43, "?e=x&s=x", f"?e={10**30}&s="])
    @pytest.mark.parametrize("id_", ["1", "999999", "x", str(2**80)])
    def test_without_a_signature_of_ours_there_is_no_file(self, world, id_, query) -> None:
        assert world.web.get(f"/personal/{id_}.zip{query}").status_code == 404


class TestDocuments:
    @pytest.mark.parametrize("path", ["/invoices/{}.pdf", "/day-reports/{}.pdf", "/arrears/letters/{}.pdf", "/imports/{}.xlsx"])
    @pytest.mark.parametrize("id_", ["1", "999999", "x", str(2**80)])
    def test_without_a_cookie_401_and_a_stranger_learns_nothing(self, world, path, id_) -> None:
        assert world.web.get(path.format(id_)).status_code in ({401} if id_.isdigit() and len(id_) < 19 else {401, 404})
        assert world.web.get(path.format(id_), headers=cookie(world, "stranger")).status_code in {403, 404}

    def test_labels_are_for_who_keeps_the_facilities(self, world) -> None:
        assert world.web.get("/labels.pdf?facilities=1").status_code == 401
        assert world.web.get("/labels.pdf?facilities=1", headers=cookie(world, "stranger")).status_code in {403, 404}

    @pytest.mark.parametrize(("headers", "status"), [({}, 403), (ORIGIN, 401), ({"origin": "https://evil.example"}, 403)])
    def test_strangers_and_other_sites_import_nothing(self, world, headers, status) -> None:
        answer = world.web.post("/imports/upload", files={"file": ("a.csv", b"code\n1", "text/csv")}, headers=headers)
        assert answer.status_code == status


class TestCallbacks:
    @pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"\xff\xfe", b'{"id":1}', b"x" * 1000])
    def test_garbage_is_refused_and_leaves_no_trace(self, world, body) -> None:
        answer = world.web.post("/callbacks/wechat", content=body, headers={"Wechatpay-Timestamp": "0", "Wechatpay-Nonce": "x"})
        assert 400 <= answer.status_code < 500
        assert answer.json()["code"] == "FAIL"
        assert world.do(lambda uow: uow.session.scalars(select(VendorMessage.id)).all()) == []

    @pytest.mark.parametrize("source", ["counter", "balance", "paypal", "%00"])
    def test_unknown_sources_do_not_exist(self, world, source) -> None:
        assert world.web.post(f"/callbacks/{source}", content=b"{}").status_code == 404

    def test_a_flood_is_cut_off(self, world) -> None:
        assert world.web.post("/callbacks/wechat", content=b"x" * (64 * 1024 + 1)).status_code == 413


class TestHealth:
    def test_alive_and_ready(self, world) -> None:
        assert world.web.get("/healthz").json() == {"status": "ok"}
        assert (world.web.get("/readyz").status_code, world.web.get("/readyz").json()) == (200, {"status": "ok"})

    def test_not_ready_while_migrations_are_missing(self, world, monkeypatch) -> None:
        monkeypatch.setattr(health, "head_revision", lambda: "9999")
        assert (world.web.get("/readyz").status_code, world.web.get("/readyz").json()) == (503, {"status": "migrations"})

    def test_metrics_are_for_this_machine_or_the_token(self, world, monkeypatch) -> None:
        assert world.web.get("/metrics").status_code == 404
        chosen = health.settings().model_copy(update={"metrics_token": health.settings().secret_key})
        monkeypatch.setattr(health, "settings", lambda: chosen)
        token = chosen.metrics_token.get_secret_value()
        answer = world.web.get("/metrics", headers={"authorization": f"Bearer {token}"})
        assert answer.status_code == 200
        assert "estate_outbox_waiting" in answer.text
        assert world.web.get("/metrics", headers={"authorization": "Bearer wrong"}).status_code == 404


class TestHeaders:
    def test_every_answer_is_protected_and_has_an_id(self, world) -> None:
        for path in ("/healthz", "/export/bills.csv", "/session/x"):
            headers = world.web.get(path).headers
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["x-frame-options"] == "DENY"
            assert len(headers["x-request-id"]) == 32

    def test_a_refusal_is_a_page_for_who_navigates_and_speaks_the_language(self, world) -> None:
        page = world.web.get("/export/bills.csv", headers={"accept": "text/html", "accept-language": "en"})
        assert page.headers["content-type"].startswith("text/html")
        assert "script-src" in page.headers["content-security-policy"]
        assert "sign in" in page.text


def test_every_route_of_the_browser_is_tried_as_a_stranger() -> None:
    """The paths that the classes above, or a file of their own, ask for without a cookie; a new route must be added here and there."""
    assert {route.path for route in own_routes()} == {
        "/session/end", "/session/{ticket}", "/media/upload", "/media/{id}/{variant}", "/receipts/{id}.pdf", "/export/{name}.{kind}",
        "/callbacks/{source}", "/healthz", "/readyz", "/metrics",
        "/invoices/{id}.pdf", "/day-reports/{id}.pdf", "/arrears/letters/{id}.pdf", "/labels.pdf", "/imports/upload", "/imports/{id}.xlsx",
        # test_statements.py, test_field.py and test_cashier.py
        "/personal/{id}.zip", "/reconciliation/statement", "/reconciliation/arrivals", "/field/steps", "/go/pay/{id}", "/return/{id}",
    }  # fmt: skip
