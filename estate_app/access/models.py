"""Accounts, sessions, one-time codes, appointments, the audit trail and what people did."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Column, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from estate_app.access.permission import PermissionSet, Role
from estate_app.tables import instant, key, one_of, ref, word


class SessionKind(StrEnum):
    """Through which door a session came."""

    browser = "browser"
    mini = "mini"


class CodePurpose(StrEnum):
    """What a one-time code proves."""

    register = "register"
    login = "login"
    reset = "reset"
    bind = "bind"
    report = "report"
    erase = "erase"


class ActivityKind(StrEnum):
    """What the behaviour dashboard counts."""

    login = "login"
    bill_opened = "bill_opened"
    bills_seen = "bills_seen"
    repair_reported = "repair_reported"
    repair_rated = "repair_rated"
    paid = "paid"


class Account(SQLModel, table=True):
    """A person who can sign in."""

    __table_args__ = (one_of("role", Role),)
    id: int = key()
    phone: str | None = Field(default=None, max_length=20, unique=True)
    name: str = Field(max_length=40)
    role: Role = word(Role)
    password_hash: str | None = Field(default=None, max_length=200)
    openid: str | None = Field(default=None, max_length=64, unique=True)
    is_active: bool = True
    locale: str | None = Field(default=None, max_length=5)
    is_elder: bool = False
    allows_behaviour: bool = True
    failed_logins: int = 0
    locked_until: datetime | None = instant(null=True)
    created_at: datetime = instant()


class Grant(SQLModel, table=True):
    """An appointment of a manager: a permission set, everywhere or in one estate or building."""

    __table_args__ = (
        one_of("permission_set", PermissionSet),
        UniqueConstraint("account_id", "permission_set", "estate_id", "building_id", postgresql_nulls_not_distinct=True),
    )
    id: int = key()
    account_id: int = ref("account.id")
    permission_set: PermissionSet = word(PermissionSet)
    estate_id: int | None = ref("estate.id", null=True)
    building_id: int | None = ref("building.id", null=True)


class LoginSession(SQLModel, table=True):
    """A signed-in browser or phone; only the token's digest is kept."""

    __tablename__ = "login_session"
    id: int = key()
    account_id: int = ref("account.id")
    kind: SessionKind = word(SessionKind)
    token_sha: str = Field(max_length=64, unique=True)
    created_at: datetime = instant()
    expires_at: datetime = instant()
    last_seen_at: datetime = instant()
    revoked_at: datetime | None = instant(null=True)
    proved_at: datetime | None = instant(null=True)
    address: str = Field(default="", max_length=64)
    agent: str = Field(default="", max_length=200)


class LoginTicket(SQLModel, table=True):
    """A single-use ticket with which a handler sends the browser to fetch its cookie."""

    __tablename__ = "login_ticket"
    id: int = key()
    account_id: int = ref("account.id")
    ticket_sha: str = Field(max_length=64, unique=True)
    expires_at: datetime = instant()
    used_at: datetime | None = instant(null=True)
    asks_factor: bool = False
    proved_at: datetime | None = instant(null=True)


class OneTimeCode(SQLModel, table=True):
    """A code sent to a phone, hashed, good for five minutes and five tries."""

    __tablename__ = "one_time_code"
    id: int = key()
    phone: str = Field(max_length=20, index=True)
    purpose: CodePurpose = word(CodePurpose)
    code_sha: str = Field(max_length=64)
    tries: int = 0
    created_at: datetime = instant(index=True)
    expires_at: datetime = instant()
    used_at: datetime | None = instant(null=True)
    address: str = Field(default="", max_length=64)


class SecondFactor(SQLModel, table=True):
    """A manager's authenticator: the secret sealed, the last time step that was used, and the wrong codes in a row."""

    __tablename__ = "second_factor"
    account_id: int = ref("account.id", primary=True)
    secret: str = Field(max_length=200)
    created_at: datetime = instant()
    confirmed_at: datetime | None = instant(null=True)
    last_step: int = 0
    failures: int = 0
    locked_until: datetime | None = instant(null=True)


class RecoveryCode(SQLModel, table=True):
    """A code that stands in for a lost authenticator, hashed, good once."""

    __tablename__ = "recovery_code"
    id: int = key()
    account_id: int = ref("account.id")
    code_sha: str = Field(max_length=64)
    used_at: datetime | None = instant(null=True)


class AuditEntry(SQLModel, table=True):
    """Who changed what, from what, to what; a trigger refuses change and deletion."""

    __tablename__ = "audit_entry"
    id: int = key()
    at: datetime = instant(index=True)
    actor_id: int | None = ref("account.id", null=True)
    actor_name: str = Field(max_length=40)
    action: str = Field(max_length=60, index=True)
    entity: str = Field(max_length=40)
    entity_id: int = Field(index=True)
    before: dict[str, object] = Field(default_factory=dict, sa_column=Column(JSONB, nullable=False))
    after: dict[str, object] = Field(default_factory=dict, sa_column=Column(JSONB, nullable=False))
    address: str = Field(default="", max_length=64)


class Activity(SQLModel, table=True):
    """One thing a person did, for the behaviour dashboard."""

    id: int = key()
    account_id: int = ref("account.id")
    estate_id: int | None = ref("estate.id", null=True)
    kind: ActivityKind = word(ActivityKind)
    subject_id: int | None = None
    at: datetime = instant(index=True)


class Serial(SQLModel, table=True):
    """A counter without gaps: its row is locked until the number's transaction ends."""

    name: str = Field(primary_key=True, max_length=60)
    value: int = 0
