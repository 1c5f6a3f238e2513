"""What each kind of alert has: the columns that are its own, and what the watch calls them in JSON. Pure."""

from collections.abc import Iterable, Mapping

MOVE = {"percent": "{kind}_percent", "threshold_percent": "threshold_percent", "window_seconds": "window_seconds"}
BASES = {"rise": "low", "fall": "high"}  # what a move is measured from
LEVEL = {
    "level": "level",
    "base_price": "previous_price",
    "base_timestamp": "previous_timestamp",
    "base_seq": "previous_seq",
}
VOLUME = {
    name: name for name in ("volume", "mean_volume", "threshold_times", "window_seconds", "windows")
}  # whose names are those of their columns


def move(kind: str) -> dict[str, str]:
    """Of a rise its low is the base, of a fall its high."""
    base = BASES[kind]
    own = {"base_price": base, "base_timestamp": f"{base}_timestamp", "base_seq": f"{base}_seq"}
    return own | {column: name.format(kind=kind) for column, name in MOVE.items()}


MEMBERS: Mapping[str, Mapping[str, str]] = {  # by kind, and by column
    "rise": move("rise"),
    "fall": move("fall"),
    "above": LEVEL,
    "below": LEVEL,
    "volume": VOLUME,
}
OWN = tuple(dict.fromkeys(column for members in MEMBERS.values() for column in members))  # of one kind or several
OPTIONAL = frozenset({"base_seq"})  # null where the feed has no numbers
NOUNS = {"rise": "a rise", "fall": "a fall", "above": "a level", "below": "a level", "volume": "a volume"}


def required(kind: str) -> list[str]:
    """The columns that an alert of the kind has to have."""
    return [column for column in MEMBERS[kind] if column not in OPTIONAL]


def kinds_with(member: str) -> str:
    """The kinds that have a member of this name, as an error names them: `a rise or a fall`."""
    return nouns(kind for kind, members in MEMBERS.items() if member in members.values())


def nouns(kinds: Iterable[str]) -> str:
    """`a rise or a fall`, each once."""
    return " or ".join(dict.fromkeys(NOUNS[kind] for kind in kinds))
