#!/usr/bin/env bash
# Apprise 2.3.0: a mail's header of one's own (`+Name=value`) replaces none of Apprise's, and is never folded.
#
# Guess:       `+Message-ID=` in an address of mail replaces the random one, so that a mail that is sent again can be known;
#              a long header is folded into lines, as Python's email package does it.
# Behaviour:   the mail has two Message-IDs, of which RFC 5322 allows one. A header of 1,019 characters is one line; a server
#              that holds to the 998 of RFC 5322 refuses the mail: "500 Line too long".
# Consequence: a mail that is sent again can be known by a header of another name only, and whoever puts a list into it has
#              to fold it: `service.headers["X-Name"] = "first part\n second part"`.
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
from email import message_from_bytes

from aiosmtpd.smtp import SMTP
from apprise import Apprise

arrived = []


class Home:
    async def handle_DATA(self, server, session, envelope):
        arrived.append(message_from_bytes(envelope.content))
        return "250 OK"


loop = asyncio.new_event_loop()
server = loop.run_until_complete(loop.create_server(lambda: SMTP(Home(), loop=loop), "127.0.0.1", 0))
threading.Thread(target=loop.run_forever, daemon=True).start()
begin = f"mailto://127.0.0.1:{server.sockets[0].getsockname()[1]}?from=watch@home.example&to=me@home.example"
ids = [f"{number:016x}" for number in range(60)]


def send(what, headers, begin=begin, fold=None):
    arrived.clear()
    service = Apprise.instantiate(begin + headers)
    if fold:
        service.headers["X-Ids"] = fold
    sent = service.notify(title="an alert", body="an alert", body_format="text")
    print(f"{what:24} sent: {sent!s:5}", *(f"Message-IDs: {len(mail.get_all('Message-ID'))}" for mail in arrived))
    return sent, [len(mail.get_all("Message-ID")) for mail in arrived]


found = [
    send("without headers", ""),
    send("with a Message-ID", "&+Message-ID=<alert-1@home.example>"),
    send("with 60 ids in a header", "&+X-Ids=" + "%20".join(ids)),
    send("folded by ourselves", "", fold="\n ".join(ids)),
]
sys.exit(0 if found == [(True, [1]), (True, [2]), (False, []), (True, [1])] else 1)
PYTHON
"$folder/venv/bin/python" "$folder/send.py"
