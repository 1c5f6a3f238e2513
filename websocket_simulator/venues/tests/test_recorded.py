from datetime import timedelta
from pathlib import Path

import pytest

from venues.reading import Lost, Ticks
from venues.recorded import Recording, RecordingError, lines_of, replayed, sources_of

from .toy import START, TOY, UNORDERED, frame


@pytest.fixture(params=["session.ndjson", "session.ndjson.zst"])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return tmp_path / str(request.param)


def recorded(path: Path, *events: tuple[float, bytes | str]) -> Path:
    recording = Recording(path, [("toy", ["A"])])
    for second, event in events:
        at = START + timedelta(seconds=second)
        match event:
            case "open":
                recording.opened("toy", 1, at)
            case "closed":
                recording.closed("toy", 1, at)
            case "interrupted":
                recording.interrupted("toy", at)
            case bytes():
                recording.frames("toy", 1, [event], at)
    recording.close()
    return path


def prices(path: Path, venue: object = TOY) -> list[object]:
    return [
        [str(tick.price) for tick in one.ticks] if isinstance(one, Ticks) else one
        for _, heard in replayed(path, lambda word: venue)  # type: ignore[arg-type, return-value]
        for one in heard
    ]


def test_a_recorded_session_says_the_same_again(path: Path) -> None:
    recorded(path, (0, "open"), (1.5, frame(["A", 1, "1.50", 0])), (2, frame(["A", 3, "3", 1])))
    assert prices(path) == [["1.50"], Lost(), ["3"]]
    assert [(at - START).total_seconds() for at, _ in replayed(path, lambda word: TOY)] == [1.5, 2]


def test_its_header_names_venue_and_tickers(path: Path) -> None:
    assert sources_of(recorded(path)) == {"toy": ["A"]}


def test_a_lost_connection_is_a_loss_in_the_recording_too(path: Path) -> None:
    first, second = frame(["A", "x", "1", 0]), frame(["A", "y", "2", 1])
    recorded(path, (0, "open"), (1, first), (2, "closed"), (2, "interrupted"), (3, "open"), (4, second))
    assert prices(path, UNORDERED) == [["1"], Lost(), ["2"]]


def test_a_renewed_connection_is_none(path: Path) -> None:
    recording = Recording(path, [("toy", ["A"])])
    recording.opened("toy", 1, START)
    recording.opened("toy", 2, START)
    recording.closed("toy", 1, START)
    recording.frames("toy", 2, [frame(["A", "x", "1", 0])], START)
    recording.close()
    assert prices(path, UNORDERED) == [["1"]]


def test_what_was_written_before_a_kill_can_be_read(path: Path) -> None:
    recording = Recording(path, [("toy", ["A"])])
    for i in range(3):
        recording.frames("toy", 1, [frame(["A", i, "1.5", i])], START)
    kept = path.read_bytes()  # of a process that never came to close it
    assert prices(path) == [["1.5"]] * 3
    recording.close()
    path.write_bytes(kept[:-3])
    assert prices(path)[:2] == [["1.5"]] * 2


def test_a_file_that_is_there_is_not_overwritten(path: Path) -> None:
    path.touch()
    with pytest.raises(FileExistsError):
        Recording(path, [("toy", ["A"])])


def test_a_full_disk_ends_the_recording_and_is_said_once(capsys: pytest.CaptureFixture[str]) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full")
    recording = Recording.__new__(Recording)
    recording.path, recording._has_ended = Path("/dev/full"), False
    recording._file = Path("/dev/full").open("wb")  # noqa: SIM115
    for _ in range(3):
        recording.frames("toy", 1, [b"{}"], START)
    assert capsys.readouterr().err.count("No space left on device") == 1
    with pytest.raises(OSError, match="No space"):
        recording._file.close()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "no header"),
        ('{"at": "2026-06-05T14:30:00Z", "frame": "x"}\n', "no header"),
        ('{"recording": 2, "venue": "toy", "tickers": ["A"]}\n', "format 1"),
        ('{"recording": 1, "venue": "toy"}\n', "format 1"),
        ('{"recording": 1, "venue": "toy", "tickers": ["A"]}\n{"at": 3}\n', "line 2"),
        ('{"recording": 1, "venue": "toy", "tickers": ["A"]}\nnonsense\n', "line 2"),
        (
            '{"recording": 1, "venue": "toy", "tickers": ["A"]}\n{"at": "2026-06-05T14:30:00Z", "venue": "b", "frame": ""}\n',
            "b is not in its header",
        ),
    ],
)
def test_what_is_no_recording_is_named(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "a.ndjson"
    path.write_text(text)
    with pytest.raises(RecordingError, match=problem):
        list(replayed(path, lambda word: TOY))


def test_a_file_that_is_not_compressed_is_no_recording(tmp_path: Path) -> None:
    path = tmp_path / "a.ndjson.zst"
    path.write_text("plain")
    with pytest.raises(RecordingError, match="zst"):
        list(lines_of(path))
