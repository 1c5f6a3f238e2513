"""Messages of Binance's stream per processor second: ours, ccxt.pro and cryptofeed, each in a process of its own."""

import os
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

from markets.binance import exchange
from report import BUILD, Row

SYMBOLS, ROUNDS = 200, 5
HERE = Path(__file__).parent
CCXT, CRYPTOFEED = "ccxt==4.5.90", "cryptofeed==3.0.1"
NEEDED = "3.13"  # the oldest Python that cryptofeed takes


def rows() -> list[Row]:
    """Ours against each peer that can be had."""
    peers = {
        "ccxt.pro 4.5.90": (environment("ccxt", sys.executable, CCXT), "ccxt_peer.py", "trade", 30_000, 3.0),
        f"cryptofeed 3.0.1 on Python {NEEDED}": (
            environment("cryptofeed", python(NEEDED), CRYPTOFEED), "cryptofeed_peer.py", "aggTrade", 100_000, 1.0,
        ),
    }  # fmt: skip
    rates: dict[str, list[float]] = {name: [] for name in ("ours", *peers)}
    for _ in range(ROUNDS):
        rates["ours"].append(rate(sys.executable, "ours.py", "trade", 200_000))
        for name, (program, script, kind, messages, _) in peers.items():
            if program:
                rates[name].append(rate(program, script, kind, messages))
    ours = statistics.median(rates["ours"])
    return [row(name, ours, rates[name], goal) for name, (*_, goal) in peers.items()]


def row(name: str, ours: float, rates: list[float], goal: float) -> Row:
    """Ours to a peer, or why there is none."""
    title = f"frame of Binance to alert, to {name}"
    if not rates:
        return Row(title, f"not measured: there is no Python {NEEDED}")
    theirs = statistics.median(rates)
    return Row(
        title, f"{ours / 1000:,.0f}k to {theirs / 1000:,.1f}k messages per processor second", ours / theirs, goal
    )


def rate(program: str, script: str, kind: str, messages: int) -> float:
    """Messages per processor second of one run."""
    with exchange(kind, messages, SYMBOLS) as (port, authority):
        words = [program, str(HERE / script), str(port), str(messages), str(SYMBOLS)]
        trusting = os.environ | {"SSL_CERT_FILE": str(authority)}
        done = subprocess.run(
            words, cwd=authority.parent, env=trusting, stdout=subprocess.PIPE, timeout=120, check=True, text=True
        )
    return messages / float(done.stdout.split()[0])


def python(version: str) -> str | None:
    """An interpreter of this version, on the path or among those of pyenv."""
    if found := shutil.which(f"python{version}"):
        works = subprocess.run([found, "-V"], capture_output=True, check=False).returncode == 0
        if works:
            return found
    versions = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python"))
    return str(versions[-1]) if versions else None


def environment(name: str, program: str | None, package: str) -> str | None:
    """The interpreter of an environment that has this package, made if it is not there."""
    if program is None:
        return None
    folder = BUILD / "peers" / name
    if not (folder / "made").exists():
        subprocess.run([program, "-m", "venv", "--clear", folder], check=True)
        subprocess.run([folder / "bin/python", "-m", "pip", "install", "--quiet", package], check=True)
        (folder / "made").touch()
    return str(folder / "bin/python")
