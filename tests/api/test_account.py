"""Signing in through the API: WeChat, binding, codes, passwords, revocation."""

from datetime import timedelta

import pytest
from sqlmodel import select

from estate_app.access.models import Account, LoginSession
from estate_app.access.service import hash_password
from estate_app.kit.clock import business_date, utc_now
from estate_app.notification.channels.wechat_api import WechatApiError, WechatApiUnavailableError, WechatIdentity, WechatPhone
from miniprogram_api.routers import auth

EN = {"accept-language": "en"}


class FakeWechat:
    """Answers like the vendor; what a code means is chosen by its name."""

    def identify(self, code: str) -> WechatIdentity:
        if code == "used":
            raise WechatApiError(40163, "code been used")
        if code == "busy":
            raise WechatApiError(-1, "system error")
        if code == "down":
            raise WechatApiUnavailableError("no answer")
        return WechatIdentity(f"openid-{code}", "")

    def phone_of(self, code: str) -> WechatPhone:
        if code == "used":
            raise WechatApiError(40029, "invalid code")
        return WechatPhone("86", code)


@pytest.fixture(autouse=True)
def wechat(monkeypatch) -> None:
    monkeypatch.setattr(auth, "wechat_api", FakeWechat)


class TestWechat:
    def test_a_known_phone_is_bound_once_and_then_signs_in_at_once(self, world) -> None:
        first = world.api.post("/auth/wechat", json={"code": "lin"}).json()
        assert first["status"] == "bind"
        bound = world.api.post("/auth/bind", json={"ticket": first["ticket"], "phone_code": "13800000001"})
        assert bound.status_code == 200
        me = world.api.get("/me", headers={"authorization": f"Bearer {bound.json()['token']}"}).json()
        assert (me["id"], me["has_wechat"], me["phone"]) == (world.cast.owner.id, True, "138 **** 0001")
        again = world.api.post("/auth/wechat", json={"code": "lin"}).json()
        assert again["status"] == "signed_in"
        rooms = world.api.get("/rooms", headers={"authorization": f"Bearer {again['token']}"}).json()["items"]
        assert [room["code"] for room in rooms] == ["3-2-1501"]

    def test_a_code_by_sms_binds_too_and_works_once(self, world) -> None:
        ticket = world.api.post("/auth/wechat", json={"code": "new"}).json()["ticket"]
        sent = world.api.post("/auth/codes", json={"phone": "13911112222", "purpose": "bind"})
        assert sent.status_code == 202
        body = {"ticket": ticket, "phone": "13911112222", "code": sent.json()["demo_code"], "name": "新人"}
        wrong = world.api.post("/auth/bind", json=body | {"code": "x"}, headers=EN)
        assert (wrong.status_code, wrong.json()["field"]) == (422, "code")
        assert world.api.post("/auth/bind", json=body).status_code == 200
        assert world.api.post("/auth/bind", json=body).status_code == 422

    @pytest.mark.parametrize(("code", "status"), [("used", 422), ("busy", 503), ("down", 503)])
    def test_what_wechat_refuses_is_said(self, world, code, status) -> None:
        answer = world.api.post("/auth/wechat", json={"code": code}, headers=EN)
        assert answer.status_code == status
        assert "WeChat" in answer.json()["detail"]

    @pytest.mark.parametrize("ticket", ["", "x", "b3Blbg==", "点"])
    def test_a_forged_ticket_binds_nobody(self, world, ticket) -> None:
        answer = world.api.post("/auth/bind", json={"ticket": ticket, "phone_code": "13800000001"}, headers=EN)
        assert (answer.status_code, answer.json()["field"]) == (422, "ticket")
        assert world.do(lambda uow: uow.session.get(Account, world.cast.owner.id).openid) is None

    def test_an_old_ticket_binds_nobody(self, world) -> None:
        ticket = auth.write_ticket("openid-x", utc_now() - timedelta(seconds=1))
        assert world.api.post("/auth/bind", json={"ticket": ticket, "phone_code": "13800000001"}).status_code == 422


class TestPassword:
    @pytest.fixture
    def secret(self, world) -> str:
        world.do(lambda uow: setattr(uow.session.get(Account, world.cast.owner.id), "password_hash", hash_password("right horse")))
        return "right horse"

    def test_right_and_wrong(self, world, secret) -> None:
        wrong = world.api.post("/auth/password", json={"phone": "13800000001", "password": "wrong horse"}, headers=EN)
        assert (wrong.status_code, wrong.json()["field"]) == (422, "password")
        assert world.do(lambda uow: uow.session.get(Account, world.cast.owner.id).failed_logins) == 1
        assert world.api.post("/auth/password", json={"phone": "138 0000 0001", "password": secret}).status_code == 200

    def test_after_too_many_wrong_ones_it_says_when_to_come_back(self, world, secret) -> None:
        answers = [world.api.post("/auth/password", json={"phone": "13800000001", "password": "no"}) for _ in range(5)]
        assert answers[-1].status_code == 429
        assert int(answers[-1].headers["retry-after"]) > 0


class TestCode:
    def test_sign_in_by_code(self, world) -> None:
        code = world.api.post("/auth/codes", json={"phone": "13800000001", "purpose": "login"}).json()["demo_code"]
        assert world.api.post("/auth/code", json={"phone": "13800000001", "code": code}).status_code == 200

    def test_a_second_code_must_wait(self, world) -> None:
        body = {"phone": "13800000001", "purpose": "login"}
        assert world.api.post("/auth/codes", json=body).status_code == 202
        again = world.api.post("/auth/codes", json=body, headers=EN)
        assert (again.status_code, again.json()["code"]) == (429, "too_many")

    def test_outside_the_demo_the_code_is_not_shown(self, world, monkeypatch) -> None:
        real = auth.settings().model_copy(update={"demo": False})
        monkeypatch.setattr(auth, "settings", lambda: real)
        assert world.api.post("/auth/codes", json={"phone": "13800000001", "purpose": "login"}).json()["demo_code"] is None


class TestSignOut:
    def test_one_token_ends_and_the_other_stays(self, world) -> None:
        one, other = world.signed_in("owner"), world.signed_in("owner")
        assert world.api.post("/auth/logout", headers=one).status_code == 204
        assert world.api.get("/me", headers=one).status_code == 401
        assert world.api.get("/me", headers=other).status_code == 200

    def test_everywhere(self, world) -> None:
        one, other = world.signed_in("owner"), world.signed_in("owner")
        assert world.api.post("/auth/logout-everywhere", headers=one).status_code == 204
        assert world.api.get("/me", headers=other).status_code == 401

    def test_only_the_digest_of_a_token_is_kept(self, world) -> None:
        token = world.token("owner")
        assert token not in world.do(lambda uow: list(uow.session.scalars(select(LoginSession.token_sha))))


class TestSessions:
    def test_the_own_devices_are_listed_and_one_of_them_is_signed_out(self, world) -> None:
        here, there = world.signed_in("owner"), world.signed_in("owner")
        found = world.api.get("/me/sessions", headers=here).json()["items"]
        assert [(one["kind"], one["device"]) for one in found] == [("mini", "WeChat mini-program")] * 2
        (other,) = (one["id"] for one in found if not one["is_this"])
        assert world.api.delete(f"/me/sessions/{other}", headers=here).status_code == 204
        assert world.api.get("/me", headers=there).status_code == 401
        assert [one["is_this"] for one in world.api.get("/me/sessions", headers=here).json()["items"]] == [True]
        assert world.api.delete(f"/me/sessions/{other}", headers=here).status_code == 404

    def test_a_new_password_ends_the_other_sessions_and_wants_the_old_one(self, world) -> None:
        here, there = world.signed_in("owner"), world.signed_in("owner")
        assert world.api.get("/me", headers=here).json()["has_password"] is False
        assert world.api.post("/me/password", json={"password": "right horse"}, headers=here).status_code == 204
        assert world.api.get("/me", headers=here).json()["has_password"] is True
        assert (world.api.get("/me", headers=here).status_code, world.api.get("/me", headers=there).status_code) == (200, 401)
        wrong = world.api.post("/me/password", json={"old_password": "no", "password": "other horse"}, headers=here)
        assert (wrong.status_code, wrong.json()["field"]) == (422, "old_password")
        assert world.do(lambda uow: uow.session.get(Account, world.cast.owner.id).failed_logins) == 1
        assert world.api.post("/auth/password", json={"phone": "13800000001", "password": "right horse"}).status_code == 200


class TestPhone:
    def test_a_proved_phone_becomes_the_accounts_own_and_a_wrong_code_changes_nothing(self, world) -> None:
        headers = world.signed_in("owner")
        code = world.api.post("/auth/codes", json={"phone": "13911113333", "purpose": "bind"}).json()["demo_code"]
        wrong = world.api.post("/me/phone", json={"phone": "13911113333", "code": "x"}, headers=headers)
        assert (wrong.status_code, wrong.json()["field"]) == (422, "code")
        assert world.do(lambda uow: uow.session.get(Account, world.cast.owner.id).phone) == "13800000001"
        moved = world.api.post("/me/phone", json={"phone": "13911113333", "code": code}, headers=headers)
        assert (moved.status_code, moved.json()["phone"]) == (200, "139 **** 3333")
        assert [room["code"] for room in world.api.get("/rooms", headers=headers).json()["items"]] == ["3-2-1501"]


class TestHousehold:
    def test_who_lives_there_sees_names_and_masked_phones_a_payer_and_a_stranger_see_nothing(self, world) -> None:
        path = f"/rooms/{world.cast.home.id}/members"
        found = world.api.get(path, headers=world.signed_in("owner")).json()["items"]
        first = found[0]
        assert (first["relation"], first["phone"], first["is_self"]) == ("owner", "138 **** 0001", True)
        assert {one["relation"] for one in found} >= {"owner", "payer"}
        for name in ("payer", "stranger"):
            assert world.api.get(path, headers=world.signed_in(name)).status_code == 404, name

    def test_an_owner_invites_and_ends_and_who_was_invited_sees_the_room_on_registering(self, world) -> None:
        path, owner = f"/rooms/{world.cast.home.id}/members", world.signed_in("owner")
        today = business_date(utc_now()).isoformat()
        wish = {"name": "林小禾", "phone": "13911114444", "relation": "family", "from_on": today}
        bad = world.api.post(path, json=wish | {"relation": "tenant"}, headers=owner)
        assert (bad.status_code, bad.json()["field"]) == (422, "to_on")
        made = world.api.post(path, json=wish, headers=owner)
        (one,) = (person for person in made.json()["items"] if person["name"] == "林小禾")
        assert made.status_code == 201
        assert (one["phone"], one["has_account"], one["can_end"], made.json()["may_invite"]) == ("139 **** 4444", False, True, True)
        assert world.api.post(path, json=wish, headers=owner).status_code == 409
        for name in ("tenant", "payer", "stranger"):
            assert world.api.post(path, json=wish, headers=world.signed_in(name)).status_code == 404, name

        ticket = world.api.post("/auth/wechat", json={"code": "he"}).json()["ticket"]
        bound = world.api.post("/auth/bind", json={"ticket": ticket, "phone_code": "13911114444"}).json()
        signed_in = {"authorization": f"Bearer {bound['token']}"}
        assert [room["code"] for room in world.api.get("/rooms", headers=signed_in).json()["items"]] == ["3-2-1501"]
        assert world.api.get(path, headers=signed_in).json()["may_invite"] is False

        elsewhere = world.api.post(f"/rooms/{world.cast.other_home.id}/members/{one['id']}/end", json={"last_on": today}, headers=owner)
        assert elsewhere.status_code == 404
        ended = world.api.post(f"{path}/{one['id']}/end", json={"last_on": today}, headers=owner).json()
        assert [person["to_on"] for person in ended["items"] if person["id"] == one["id"]] == [today]


class TestPreferences:
    def test_what_is_left_out_stays(self, world) -> None:
        headers = world.signed_in("owner")
        saved = world.api.patch("/me", json={"is_elder": True}, headers=headers).json()
        assert (saved["is_elder"], saved["locale"], saved["allows_behaviour"]) == (True, None, True)
        assert world.api.patch("/me", json={"locale": "en"}, headers=headers).json()["is_elder"] is True
