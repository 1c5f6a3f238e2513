"""Profiles: those that ship, one document each in profiles/, and how one is checked. Pure."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, get_args

import msgspec

from .patterns import MAX_PATTERNS, BadPattern, compiled, groups_of
from .profile import Name, Part, Profile, Source, Where
from .zones import is_zone

NUMBERS: tuple[Name, ...] = ("price", "quantity", "fee", "amount")
NUMBER = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,20})?")
FOLDER = Path(__file__).with_name("profiles")


@cache
def shipped() -> dict[str, Profile]:
    """The profiles that ship, by name."""
    return {file.stem: parse(tomllib.loads(file.read_text("utf-8"))) for file in sorted(FOLDER.glob("*.toml"))}


def parse(data: dict[str, Any]) -> Profile:
    """The profile of such data; ValueError says what is wrong with it, and where."""
    if has_nul(data):
        raise ValueError("Has a text with the character NUL.")
    try:
        profile = msgspec.convert(data, Profile)
    except msgspec.ValidationError as error:
        raise ValueError(f"Is no profile: {error}.") from None
    if wrong := next(problems(profile), None):
        raise ValueError(wrong)
    return profile


def problems(profile: Profile) -> Iterator[str]:
    """What is wrong with a profile that has the right form."""
    if not any(profile.all_headers()):
        yield "header: Names the columns by which the layout is known."
    if profile.zone and not is_zone(profile.zone):
        yield f"zone: There is no time zone {profile.zone}."
    parts: list[Profile | Part] = [profile, *profile.trade]
    expressions = {pattern for part in parts for pattern in patterns(part)}
    if len(expressions) > MAX_PATTERNS:
        yield f"pattern: Has {len(expressions)} expressions, of at most {MAX_PATTERNS}."
        return
    for pattern in expressions:
        try:
            if unknown := set(compiled(pattern).groupindex) - set(get_args(Name)):
                yield f"pattern: Unknown fields: {', '.join(sorted(unknown))}."
        except BadPattern as error:
            yield f"pattern: {pattern}: {error}"
            return
    yield from (wrong for part in parts for name, where in part.columns.items() for wrong in misfits(name, where))
    told = {name for part in parts for name in (*part.columns, *groups_of(part.sentence))}
    yield from missing(profile, told)


def misfits(name: Name, where: Where) -> Iterator[str]:
    """What is wrong with where a field comes from: an expression that finds no part of a text, a value that is none."""
    if not isinstance(where, Source):
        return
    if name in NUMBERS and where.value and not NUMBER.fullmatch(where.value):
        yield f"columns: The value of {name} is no number as 1234.56: {where.value[:40]}."
    for pattern in filter(None, (where.pattern, where.above)):
        expression = compiled(pattern)
        if where.pair and not {"ticker", "currency"} <= expression.groupindex.keys():
            yield f"pattern: {pattern}: Of a pair, it needs the groups ticker and currency."
        elif not expression.groups:
            yield f"pattern: {pattern}: Has no group that is the text of {name}."


def missing(profile: Profile, told: set[str]) -> Iterator[str]:
    """What a trade needs that no column tells."""
    needed = [name for name in ("ticker", "quantity", "price") if name not in told]
    if needed:
        yield f"columns: Has no {', '.join(needed)}."
    if not told & {"timestamp", "date"}:
        yield "columns: Has no timestamp."
    fixed = bool(profile.trade) and all(part.side for part in profile.trade)
    if not (profile.side.by or told & {"side", "kind"} or fixed):
        yield "side: Says how a side is known: by a column, or by the sign of a quantity or an amount."


def patterns(part: Profile | Part) -> Iterator[str]:
    """The regular expressions in it."""
    if isinstance(part, Profile):
        yield from (said.pattern for said in (*part.left_out.like.values(), *part.refused.values()))
    if part.sentence:
        yield part.sentence.pattern
    for where in part.columns.values():
        if isinstance(where, Source):
            yield from filter(None, (where.pattern, where.above))


def has_nul(value: Any) -> bool:
    """Whether a text in it has the character NUL, which PostgreSQL does not keep."""
    if isinstance(value, dict):
        return any(has_nul(one) for pair in value.items() for one in pair)
    return any(map(has_nul, value)) if isinstance(value, list) else isinstance(value, str) and "\0" in value
