"""What a run is to be judged by: rows, machine and versions."""

import os
import platform
from importlib.metadata import version
from pathlib import Path

import django

from ledger.book import Book


def describe(book: Book) -> str:
    cursor = book.connect().cursor()
    cursor.execute("SELECT current_setting('server_version'), pg_size_pretty(pg_database_size(current_database()))")
    postgres, size = cursor.fetchone()
    packages = ("gunicorn", "fastapi", "sqlalchemy", "asyncpg", "uvicorn", "duckdb", "chdb")
    return (
        f"{book.rows:,} trades of 500 tickers in a database of {size}; {processor()}, {os.cpu_count()} cores; "
        f"Python {platform.python_version()}, Django {django.__version__}, PostgreSQL {postgres}; "
        + ", ".join(f"{package} {version(package)}" for package in packages)
        + "\n"
    )


def processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    names = [line.partition(":")[2].strip() for line in cpuinfo.read_text().splitlines() if "model name" in line]
    return names[0] if names else platform.processor()
