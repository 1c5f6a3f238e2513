"""A recording with known spikes."""

from pathlib import Path


def write_recording(folder: Path) -> Path:
    """A recording in which A rises by 3 % and by another 3 %, and B by exactly 2 %."""
    path = folder / "recording.csv"
    rows = ["A,100,0", "B,50,0", "A,103,1", "B,51.00,1", "A,106.09,2", "A,106.1,3"]
    lines = [f"{row.rsplit(',', 1)[0]},2025-06-06T20:00:0{row[-1]}Z" for row in rows]
    path.write_text("\n".join(["ticker,price,timestamp", *lines, ""]))
    return path
