#!/usr/bin/env bash
# urllib3 2.8.0 over http.client of Python 3.11: an answer that ends within its headers is a complete one.
#
# Guess:       a connection that closes before the empty line that ends the headers is an error, as is one that closes
#              before as many bytes as Content-Length says (IncompleteRead).
# Behaviour:   the end of the stream counts as the end of the headers. What had come of them is kept, a header that was cut
#              off among it; with no Content-Length left, the body is whatever comes until the end: nothing. Status 200.
# Consequence: a server, or a proxy, that dies while it answers has said 200 with an empty body: what it was sent counts as
#              delivered. Whoever needs to know looks for a header that the server always sends, or for the body.
# Exits 0 while this is so, 1 when it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check urllib3==2.8.0
cat >"$folder/ask.py" <<'PYTHON'
import socket
import sys
import threading

import urllib3

WHOLE = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n{"done":true}'


def answer_of(sent: bytes) -> str:
    """What a client makes of a server that sends so much, and closes."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(sent)

        thread = threading.Thread(target=serve)
        thread.start()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        try:
            answer = urllib3.PoolManager(retries=False, timeout=10).request("GET", url)
        except urllib3.exceptions.HTTPError as error:
            return type(error).__name__
        finally:
            thread.join()
        return f"{answer.status} {answer.data!r}"


in_body, in_head = answer_of(WHOLE[:-5]), answer_of(WHOLE[: WHOLE.index(b"Length")])
print("whole:                 ", answer_of(WHOLE))
print("cut within the body:   ", in_body)
print("cut within the headers:", in_head)
sys.exit(0 if in_body == "ProtocolError" and in_head == "200 b''" else 1)
PYTHON
"$folder/venv/bin/python" "$folder/ask.py"
