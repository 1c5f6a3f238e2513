#!/usr/bin/env bash
# requests 2.34.2: an Authorization header in headers= is replaced by what ~/.netrc has for the host.
#
# Guess:       what a call gives is sent; a file of the user's fills in what the call leaves out.
# Behaviour:   without auth=, the host's entry of ~/.netrc becomes Basic authorization, which is set after the headers and
#              over them, without a warning. The entry is by host alone, whatever the port.
# Consequence: a program that sends a token works everywhere but for the one user who once noted a login for that host: a
#              401 there, and the token looks wrong. Session.trust_env = False keeps the header, and so does an object
#              for auth= that sets it.
# Exits 0 while this is so, 1 when it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check requests==2.34.2
mkdir "$folder/home"
echo "machine 127.0.0.1 login somebody password something" >"$folder/home/.netrc"
chmod 600 "$folder/home/.netrc"
cat >"$folder/ask.py" <<'PYTHON'
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import requests


class Echo(BaseHTTPRequestHandler):
    """Answers with the Authorization that it was sent."""

    def do_GET(self) -> None:
        body = self.headers["Authorization"].encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


server = HTTPServer(("127.0.0.1", 0), Echo)
threading.Thread(target=server.serve_forever, daemon=True).start()


def sent(trust_env: bool) -> str:
    with requests.Session() as session:
        session.trust_env = trust_env
        url = f"http://127.0.0.1:{server.server_port}/"
        return session.get(url, headers={"Authorization": "Token 123"}, timeout=10).text


trusting, alone = sent(True), sent(False)
print("given:                  Token 123")
print("sent:                  ", trusting)
print("sent, trust_env = False:", alone)
sys.exit(0 if trusting.startswith("Basic ") and alone == "Token 123" else 1)
PYTHON
unset NETRC http_proxy HTTP_PROXY all_proxy ALL_PROXY
HOME="$folder/home" "$folder/venv/bin/python" "$folder/ask.py"
