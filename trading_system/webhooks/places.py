"""How far the changes of trades and alerts were taken for a webhook."""

from alerts.changes import present_place


def present_places() -> dict[str, str]:
    """Of a webhook that is told what is committed from now on."""
    return {"trades_place": "", "alerts_place": present_place().text()}
