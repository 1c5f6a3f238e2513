"""How far the changes of trades and alerts were taken for a webhook."""

from alerts import changes as alert_changes
from trades.change_reader import NotBegun
from trades.changes import OtherServer, present_place
from trades.places import Place


def present_places() -> dict[str, str]:
    """The columns of a webhook that is told what is committed from now on. NotBegun in a database put elsewhere."""
    try:
        return {"trades_place": present_place().text(), "alerts_place": alert_changes.present_place().text()}
    except OtherServer:
        raise NotBegun from None


def is_elsewhere(trades_place: str) -> bool:
    """Whether a place is of another ledger than this one."""
    return Place.parse(trades_place).ledger != Place.parse(present_places()["trades_place"]).ledger
