"""What all schemas share: text that the database can hold, ids, problems, pages."""

from typing import Annotated, Generic, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

T = TypeVar("T")


def _storable(text: str) -> str:
    if "\x00" in text:
        raise ValueError("a NUL character")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError("half a character") from error
    return text


Text = Annotated[str, AfterValidator(_storable)]
Id = Annotated[int, Field(ge=1, le=2**63 - 1)]


class Sent(BaseModel):
    """What a client sends: unknown fields are refused, so that a misspelt one is not lost silently."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Given(BaseModel):
    """What the server gives."""

    model_config = ConfigDict(frozen=True)


class FieldProblem(Given):
    """One field that cannot be taken."""

    field: str = Field(description="The field, with dots into what it holds.", examples=["photo_ids.3"])
    detail: str = Field(description="What is wrong and what to do, in the caller's language.", examples=["This is too long"])


class Problem(Given):
    """A refusal as RFC 9457 says it, in the language of Accept-Language (zh or en)."""

    type: str = Field(description="A name of the kind of problem that never changes.", examples=["urn:estate:problem:invalid"])
    title: str = Field(description="The kind of problem in words.", examples=["Something that was sent cannot be taken"])
    status: int = Field(description="The HTTP status.", examples=[422])
    detail: str = Field(description="What is wrong and what to do.", examples=["Write at least 10 characters"])
    code: str = Field(description="A short code for the program.", examples=["invalid"])
    field: str | None = Field(description="The field that it speaks of.", examples=["description"])
    errors: list[FieldProblem] = Field(description="Every field that cannot be taken, when there are several.", examples=[[]])


class Listing(Given, Generic[T]):
    """A part of a list, and how to get the next one."""

    items: list[T] = Field(description="The entries, newest first.")
    next_cursor: str | None = Field(description="Send this as `cursor` for the next part; null at the end.", examples=["cDoy"])


class Done(Given):
    """It was done."""

    ok: bool = Field(default=True, description="Always true; a refusal is a problem instead.", examples=[True])
