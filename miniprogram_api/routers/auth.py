"""Signing in with WeChat, a code or a password; binding a phone; signing out; who one is."""

import base64
import binascii
from datetime import datetime, timedelta

from fastapi import APIRouter, status

from estate_app.access import codes, second_factor, service, sessions
from estate_app.access.actor import Actor
from estate_app.access.models import Account, CodePurpose, SessionKind
from estate_app.access.rules import CODE_GAP, CODE_LIFE, SESSION_LIFE, masked_phone, normal_phone
from estate_app.db import UnitOfWork, run_in_uow
from estate_app.errors import EstateError, ForbiddenError, InvalidError, UnavailableError
from estate_app.kit.clock import utc_now
from estate_app.kit.crypto import is_signed, sign
from estate_app.kit.i18n import msg
from estate_app.notification.channels.wechat_api import WechatApiError, WechatApiUnavailableError
from estate_app.notification.queries import count_unread
from estate_app.notification.subscribe import agree
from estate_app.property.registration import bind_openid, change_phone
from estate_app.settings import settings
from estate_app.vendors import wechat_api
from miniprogram_api.deps import Caller, SignedIn, Visitor
from miniprogram_api.errors import problems
from miniprogram_api.schemas.auth import (
    Bind,
    BindNeeded,
    CodeLogin,
    CodeRequest,
    CodeSent,
    Me,
    PasswordLogin,
    PhoneChange,
    Preferences,
    Subscriptions,
    Token,
    WechatLogin,
)

router = APIRouter(tags=["account"])
_TICKET_LIFE = timedelta(minutes=10)


@router.post("/auth/wechat", responses=problems(503))
def sign_in_with_wechat(body: WechatLogin, caller: Visitor) -> Token | BindNeeded:
    """Exchange the code of `wx.login` for a token, or for a ticket when no phone is bound yet."""
    openid = _identify(body.code)
    token = run_in_uow(_open_for_openid, caller, openid)
    return _token(token) if token else BindNeeded(ticket=write_ticket(openid, utc_now() + _TICKET_LIFE))


@router.post("/auth/bind", responses=problems(409, 503))
def bind_phone(body: Bind, caller: Visitor) -> Token:
    """Tie the WeChat identity of a ticket to a phone that is proved, and sign in; rooms that list the phone are there at once."""
    openid = read_ticket(body.ticket, utc_now())
    if body.phone_code:
        phone = _phone_of(body.phone_code)
    elif body.phone and body.code:
        phone = normal_phone(body.phone)
        if not run_in_uow(codes.use_code, phone=phone, purpose=CodePurpose.bind, code=body.code):
            raise codes.wrong_code()
    else:
        raise InvalidError(msg("Send the phone code of WeChat, or a phone with its one-time code"), field="phone_code")
    return _token(run_in_uow(_bind, caller, openid, phone, body.name))


@router.post("/auth/codes", status_code=status.HTTP_202_ACCEPTED, responses=problems())
def send_code(body: CodeRequest, caller: Visitor) -> CodeSent:
    """Send a one-time code by SMS; limited by phone and by address."""
    code = run_in_uow(codes.send_code, phone=body.phone, purpose=CodePurpose(body.purpose), address=caller.address, locale=caller.locale)
    shown = code if settings().demo else None
    return CodeSent(valid_seconds=int(CODE_LIFE.total_seconds()), again_seconds=int(CODE_GAP.total_seconds()), demo_code=shown)


@router.post("/auth/code", responses=problems())
def sign_in_with_code(body: CodeLogin, caller: Visitor) -> Token:
    """Sign in with a one-time code."""
    return _token(_accept(run_in_uow(_with_code, caller, body)))


@router.post("/auth/password", responses=problems())
def sign_in_with_password(body: PasswordLogin, caller: Visitor) -> Token:
    """Sign in with a password; each wrong one costs time, then the account rests."""
    return _token(_accept(run_in_uow(_with_password, caller, body)))


@router.post("/auth/logout", status_code=status.HTTP_204_NO_CONTENT, responses=problems(401))
def sign_out(caller: SignedIn) -> None:
    """Revoke the token of this request."""
    caller.run(_end)


@router.post("/auth/logout-everywhere", status_code=status.HTTP_204_NO_CONTENT, responses=problems(401))
def sign_out_everywhere(caller: SignedIn) -> None:
    """Revoke every token and every browser session of the account."""
    caller.run(_end_all)


@router.get("/me", responses=problems(401))
def read_me(caller: SignedIn) -> Me:
    """Who is signed in."""
    return caller.run(_me)


@router.patch("/me", responses=problems(401))
def save_me(body: Preferences, caller: SignedIn) -> Me:
    """Change the own preferences."""
    caller.run(service.save_preferences, locale=body.locale, is_elder=body.is_elder, allows_behaviour=body.allows_behaviour)
    return caller.run(_me)


@router.post("/me/subscriptions", status_code=status.HTTP_204_NO_CONTENT, responses=problems(401))
def agree_to_messages(body: Subscriptions, caller: SignedIn) -> None:
    """Note to which subscribe messages the person has agreed; each agreement carries one."""
    caller.run(agree, topics=body.topics)


@router.post("/me/phone", responses=problems(401, 409))
def move_to_phone(body: PhoneChange, caller: SignedIn) -> Me:
    """Move the account to another phone: its rooms follow, and rooms that already name the new phone join them."""
    moved = caller.run(change_phone, phone=body.phone, code=body.code)
    if isinstance(moved, EstateError):
        raise moved
    return caller.run(_me)


def write_ticket(openid: str, expires_at: datetime) -> str:
    """Make the signed ticket that holds a WeChat identity until a phone is bound."""
    expires = int(expires_at.timestamp())
    text = f"{openid}.{expires}.{sign(settings().secret, 'bind', openid, expires)}"
    return base64.urlsafe_b64encode(text.encode()).decode()


def read_ticket(ticket: str, now: datetime) -> str:
    """Read the WeChat identity of a ticket; raises InvalidError on a forged or old one."""
    refused = InvalidError(msg("The sign-in took too long. Start again"), field="ticket")
    try:
        openid, expires, signature = base64.b64decode(ticket, altchars=b"-_", validate=True).decode("ascii").rsplit(".", 2)
    except (ValueError, binascii.Error) as error:
        raise refused from error
    is_genuine = expires.isdigit() and len(expires) <= 12 and is_signed(settings().secret, signature, "bind", openid, int(expires))
    if not is_genuine or int(expires) < now.timestamp():
        raise refused
    return openid


def _identify(code: str) -> str:
    try:
        return wechat_api().identify(code).openid
    except WechatApiError as error:
        if error.is_login_refused:
            raise InvalidError(msg("WeChat did not accept the sign-in. Open the mini-program again"), field="code") from error
        raise UnavailableError(msg("WeChat does not answer just now. Please try again")) from error
    except WechatApiUnavailableError as error:
        raise UnavailableError(msg("WeChat does not answer just now. Please try again")) from error


def _phone_of(code: str) -> str:
    try:
        return normal_phone(wechat_api().phone_of(code).number)
    except WechatApiError as error:
        raise InvalidError(msg("WeChat did not give the phone number. Try again or use a code by SMS"), field="phone_code") from error
    except WechatApiUnavailableError as error:
        raise UnavailableError(msg("WeChat does not answer just now. Please try again")) from error


def _open(uow: UnitOfWork, caller: Caller, account: Account) -> str:
    if second_factor.has_factor(uow.session, account.id):
        raise ForbiddenError(msg("An account with a second factor signs in with the browser"))
    return sessions.open_session(uow, account, kind=SessionKind.mini, address=caller.address, agent=caller.agent)


def _open_for_openid(uow: UnitOfWork, caller: Caller, openid: str) -> str | None:
    account = service.account_of_openid(uow, openid=openid)
    return _open(uow, caller, account) if account else None


def _bind(uow: UnitOfWork, caller: Caller, openid: str, phone: str, name: str) -> str:
    account = bind_openid(uow, phone=phone, openid=openid, name=name)
    if not account.is_active:
        raise InvalidError(msg("This account is switched off. Please call us"), field="phone")
    return _open(uow, caller, account)


def _with_code(uow: UnitOfWork, caller: Caller, body: CodeLogin) -> str | EstateError:
    found = service.sign_in_by_code(uow, phone=body.phone, code=body.code)
    return _open(uow, caller, found) if isinstance(found, Account) else found


def _with_password(uow: UnitOfWork, caller: Caller, body: PasswordLogin) -> str | EstateError:
    found = service.sign_in_by_password(uow, phone=body.phone, password=body.password, address=caller.address)
    return _open(uow, caller, found) if isinstance(found, Account) else found


def _accept(result: str | EstateError) -> str:
    """Raise a refusal only now, when the try that it cost is committed."""
    if isinstance(result, EstateError):
        raise result
    return result


def _token(token: str) -> Token:
    return Token(token=token, expires_in=int(SESSION_LIFE.total_seconds()))


def _end(uow: UnitOfWork, actor: Actor) -> None:
    if actor.session_id is not None:
        sessions.end_session(uow, actor, session_id=actor.session_id)


def _end_all(uow: UnitOfWork, actor: Actor) -> None:
    sessions.end_all_sessions(uow, actor)


def _me(uow: UnitOfWork, actor: Actor) -> Me:
    account = service.own_account(uow, actor)
    return Me(
        id=actor.id,
        name=account.name,
        phone=masked_phone(account.phone or ""),
        role=account.role.value,
        locale=account.locale,
        is_elder=account.is_elder,
        allows_behaviour=account.allows_behaviour,
        has_password=account.password_hash is not None,
        has_wechat=account.openid is not None,
        unread_count=count_unread(uow.session, actor),
    )
