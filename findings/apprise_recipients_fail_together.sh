#!/usr/bin/env bash
# Apprise 2.3.0: of several recipients in one address, one that is refused makes all a FAILURE, although PARTIAL exists.
#
# Guess:       a mail to two recipients, of whom the server refuses one, is PARTIAL, and the result tells who got it.
# Behaviour:   the status is FAILURE, as if nobody had got it, and the result has no recipients. PARTIAL is for several
#              addresses of one call alone. `?retry=` of the address skips who got it already, but within that call only.
# Consequence: who sends again what failed sends it again to those who have it. Give each recipient an address of its own.
# Exits 0 while this is so, 1 when it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check apprise==2.3.0 aiosmtpd==1.4.6
cat >"$folder/send.py" <<'PYTHON'
import asyncio
import sys
import threading

from aiosmtpd.smtp import SMTP
from apprise import Apprise

arrived = []


class Home:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("moved@"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        arrived.extend(envelope.rcpt_tos)
        return "250 OK"


loop = asyncio.new_event_loop()
server = loop.run_until_complete(loop.create_server(lambda: SMTP(Home(), loop=loop), "127.0.0.1", 0))
threading.Thread(target=loop.run_forever, daemon=True).start()
begin, end = f"mailto://127.0.0.1:{server.sockets[0].getsockname()[1]}", "?from=watch@home.example"


def send(*addresses):
    arrived.clear()
    apprise = Apprise()
    apprise.add(list(addresses))
    result = apprise.notify("an alert", title="an alert")
    print(f"{result.status.name:8} {len(addresses)} addresses; arrived at {arrived}")
    return result.status.name, list(arrived)


one = send(f"{begin}/me@home.example/moved@home.example{end}")
again = send(f"{begin}/me@home.example/moved@home.example{end}")
two = send(f"{begin}/me@home.example{end}", f"{begin}/moved@home.example{end}")
sys.exit(0 if (one, again, two) == (("FAILURE", ["me@home.example"]),) * 2 + (("PARTIAL", ["me@home.example"]),) else 1)
PYTHON
"$folder/venv/bin/python" "$folder/send.py"
