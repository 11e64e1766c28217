"""The person (or the machine) on whose behalf something happens, and how far that person's permissions reach."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from estate_app.access.permission import OF_ROLE, OF_SET, Permission, PermissionSet, Role
from estate_app.errors import ForbiddenError, NotSignedInError


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a permission holds: everywhere, or in some estates and some single buildings."""

    is_everywhere: bool = False
    estate_ids: frozenset[int] = frozenset()
    building_ids: frozenset[int] = frozenset()

    def covers(self, *, estate_id: int | None, building_id: int | None = None) -> bool:
        """Whether a thing at this place lies within the scope."""
        return self.is_everywhere or estate_id in self.estate_ids or (building_id is not None and building_id in self.building_ids)


@dataclass(frozen=True, slots=True)
class Held:
    """One appointment: a permission set and where it holds (no ids: everywhere)."""

    permission_set: PermissionSet
    estate_id: int | None = None
    building_id: int | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. Services ask it for permission and scope; they never trust a page to have asked."""

    account_id: int | None
    name: str
    role: Role | None
    held: tuple[Held, ...] = ()
    locale: str = "zh"
    session_id: int | None = None
    address: str = ""
    is_system: bool = False
    _permissions: frozenset[Permission] = field(default=frozenset(), repr=False)

    @classmethod
    def of(
        cls,
        *,
        account_id: int,
        name: str,
        role: Role,
        held: Iterable[Held] = (),
        locale: str = "zh",
        session_id: int | None = None,
        address: str = "",
    ) -> "Actor":
        """Make the actor of an account with its appointments; only managers' appointments count."""
        appointments = tuple(held) if role is Role.manager else ()
        permissions = OF_ROLE[role].union(*(OF_SET[h.permission_set] for h in appointments))
        return cls(account_id, name, role, appointments, locale, session_id, address, False, permissions)

    @property
    def id(self) -> int:
        """The account's id; raises when nobody is signed in."""
        if self.account_id is None:
            raise NotSignedInError
        return self.account_id

    @property
    def permissions(self) -> frozenset[Permission]:
        """Everything that the actor may do somewhere."""
        return frozenset(Permission) if self.is_system else self._permissions

    def can(self, permission: Permission) -> bool:
        """Whether the actor holds a permission anywhere."""
        return permission in self.permissions

    def require(self, *any_of: Permission) -> None:
        """Raise unless the actor holds one of the permissions."""
        if self.account_id is None and not self.is_system:
            raise NotSignedInError
        if not self.permissions.intersection(any_of):
            raise ForbiddenError

    def scope(self, *any_of: Permission) -> Scope:
        """Where any of these permissions holds."""
        if self.is_system:
            return Scope(is_everywhere=True)
        relevant = [h for h in self.held if OF_SET[h.permission_set].intersection(any_of)]
        return Scope(
            is_everywhere=any(h.estate_id is None and h.building_id is None for h in relevant),
            estate_ids=frozenset(h.estate_id for h in relevant if h.estate_id is not None and h.building_id is None),
            building_ids=frozenset(h.building_id for h in relevant if h.building_id is not None),
        )


NOBODY = Actor(None, "", None)
SYSTEM = Actor(None, "system", None, is_system=True)
