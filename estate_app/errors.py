"""What can go wrong, said to a person: each error has a message, a status and, for input, the field it speaks of."""

from typing import ClassVar

from estate_app.kit.i18n import Message, msg


class EstateError(Exception):
    """The base of every refusal that a person may read."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "refused"

    def __init__(self, message: Message, *, field: str | None = None) -> None:
        super().__init__(message.id)
        self.message = message
        self.field = field


class InvalidError(EstateError):
    """What was typed cannot be taken; the message names the field and the remedy."""

    status = 422
    code = "invalid"


class NotFoundError(EstateError):
    """There is no such thing within the actor's scope; strangers learn no more."""

    status = 404
    code = "not_found"

    def __init__(self, message: Message | None = None) -> None:
        super().__init__(message or msg("This does not exist or is not yours"))


class ConflictError(EstateError):
    """Somebody or something was faster, or the state does not allow it."""

    status = 409
    code = "conflict"


class NotSignedInError(EstateError):
    """Nobody is signed in."""

    status = 401
    code = "not_signed_in"

    def __init__(self, message: Message | None = None) -> None:
        super().__init__(message or msg("Please sign in first"))


class ForbiddenError(EstateError):
    """The actor is known, but the permission is missing."""

    status = 403
    code = "forbidden"

    def __init__(self, message: Message | None = None) -> None:
        super().__init__(message or msg("You do not have the permission for this"))


class SecondFactorError(EstateError):
    """The act asks for the second factor: type its code and act again."""

    status = 403
    code = "second_factor"

    def __init__(self, message: Message | None = None) -> None:
        super().__init__(message or msg("This asks for the code of your authenticator"))


class TooManyError(EstateError):
    """Too many tries; the message says when to come back."""

    status = 429
    code = "too_many"

    def __init__(self, message: Message, *, retry_after: int, field: str | None = None) -> None:
        super().__init__(message, field=field)
        self.retry_after = retry_after


class UnavailableError(EstateError):
    """Something outside does not answer; nothing was lost and it may be tried again."""

    status = 503
    code = "unavailable"
