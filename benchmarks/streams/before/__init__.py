"""The watch as it was on 2026-11-28, before it doubted and remembered: the reference of the same run.

Copied unchanged but for imports, so that most of it stands in websocket_simulator too. It is never mended: a reference
that becomes faster or slower is none.
"""
