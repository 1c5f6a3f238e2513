#!/usr/bin/env python3
"""`make bench-page`: how fast the page is. PAGE_SECONDS=20 for a first look."""

import sys

from chromium import why_not

import page
from report import report

if __name__ == "__main__":
    if reason := why_not():
        sys.exit(f"error: {reason}")
    sys.exit(0 if report("bench-page", list(page.rows())) else 1)
