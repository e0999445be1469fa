"""Promises of tools/collect.py: everything is looked at once, twins and broken files are left out with a reason."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

av = pytest.importorskip("av")
cv2 = pytest.importorskip("cv2")

from models.footage import labels, manifest, splits  # noqa: E402
from models.footage.collect import collect  # noqa: E402
from models.footage.flags import ShotMeter, alike, picture_hash  # noqa: E402
from neuroedit_addon.errors import MediaError  # noqa: E402

ROOT = Path(__file__).resolve().parents[1]


def write_film(path: Path, seed: int, count: int = 60) -> None:
    rng = np.random.default_rng(seed)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=25)
        stream.width, stream.height, stream.pix_fmt = 160, 90, "yuv420p"
        picture = cv2.resize(rng.integers(0, 256, (5, 8, 3), np.uint8), (160, 90), interpolation=cv2.INTER_CUBIC)
        for index in range(count):
            frame = av.VideoFrame.from_ndarray(np.roll(picture, index, 1), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


@pytest.fixture
def footage_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "footage"
    folder.mkdir()
    write_film(folder / "beach_1.mp4", 1)
    write_film(folder / "beach_2.mp4", 2)
    (folder / "copy.mp4").write_bytes((folder / "beach_1.mp4").read_bytes())
    (folder / "broken.mp4").write_bytes(b"this is no film")
    (folder / "empty.mov").touch()
    (folder / "notes.txt").write_text("no footage", encoding="utf-8")
    cv2.imwrite(str(folder / "sea.jpg"), np.random.default_rng(0).integers(0, 256, (300, 400, 3), np.uint8))
    (folder / "beach_2.shots.tsv").write_text("# type\tfirst\tlast\tdoubt\ncut\t29\t30\nfade\t40\t49\t?\n")
    (folder / "SOURCES.tsv").write_text("file\tlicence\nbeach_1.mp4\tCC0 1.0\n", encoding="utf-8")
    return folder


def test_a_folder_becomes_a_data_set(footage_folder: Path, tmp_path: Path) -> None:
    dataset = tmp_path / "set"
    tally = collect([footage_folder], dataset, "own work", jobs=1, quiet=True)
    assert (tally.taken, tally.skipped, tally.known) == (3, 3, 0)
    records = manifest.read(dataset)
    film = records["beach_1"]
    assert np.load(dataset / film["small"]).shape == (60, 54, 96, 3)
    assert film["licence"] == "CC0 1.0"
    assert records["beach_2"]["licence"] == "own work"
    assert film["film"] == records["beach_2"]["film"] == "beach"
    assert film["split"] == records["beach_2"]["split"]
    assert len(film["sha256"]) == 64
    told = records["beach_2"]
    assert told["labelled"]
    assert [t["kind"] for t in told["transitions"]] == ["cut", "fade"]
    assert (told["transitions"][0]["start_frame"], told["transitions"][1]["end_frame"]) == (30, 50)
    assert [t["sure"] for t in told["transitions"]] == [True, False]
    assert [(s["start_frame"], s["end_frame"]) for s in told["shots"]] == [(0, 30), (30, 40), (50, 60)]
    assert records["copy"]["kind"] == "skipped"
    assert "beach_1" in records["copy"]["reason"]
    assert all(records[name]["kind"] == "skipped" and records[name]["reason"] for name in ("broken", "empty"))
    page = (dataset / "contact_sheet.html").read_text(encoding="utf-8")
    assert page.count("data:image/jpeg;base64,") >= 4
    assert "duplicate" in page
    assert "http" not in page
    assert not list(dataset.glob(".*"))


def test_collecting_again_reads_only_what_is_new_or_changed(footage_folder: Path, tmp_path: Path) -> None:
    dataset = tmp_path / "set"
    collect([footage_folder], dataset, "", jobs=1, quiet=True)
    assert collect([footage_folder], dataset, "", jobs=1, quiet=True).known == 6
    write_film(footage_folder / "beach_1.mp4", 9, 40)
    write_film(footage_folder / "hill.mp4", 5)
    tally = collect([footage_folder], dataset, "", jobs=1, quiet=True)
    assert (tally.known, tally.taken) == (5, 2)
    assert manifest.read(dataset)["beach_1"]["frames"] == 40


def test_an_interrupted_collection_goes_on(footage_folder: Path, tmp_path: Path) -> None:
    dataset = tmp_path / "set"
    collect([footage_folder], dataset, "", jobs=1, quiet=True)
    path = dataset / manifest.NAME
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(lines[:3]) + "\n" + lines[3][:25], encoding="utf-8")  # killed while it wrote
    half = dataset / ".hill.123.part"
    half.mkdir()
    (half / "junk").write_bytes(b"1")
    tally = collect([footage_folder], dataset, "", jobs=1, quiet=True)
    assert tally.known == 3
    assert len(manifest.read(dataset)) == 6
    assert not half.exists()


def test_the_program_works_in_parallel_without_pytorch(footage_folder: Path, tmp_path: Path) -> None:
    block = tmp_path / "block"
    block.mkdir()
    (block / "torch.py").write_text("raise SystemExit('torch was imported')", encoding="utf-8")
    code = f"import sys; sys.path[:0] = [{str(block)!r}, {str(ROOT)!r}, {str(ROOT / 'tools')!r}]\n"
    code += "if __name__ == '__main__':\n    import collect; raise SystemExit(collect.main(sys.argv[1:]))\n"
    program = tmp_path / "run.py"
    program.write_text(code, encoding="utf-8")
    command = [sys.executable, str(program), str(footage_folder), "-o", str(tmp_path / "set"), "--jobs", "2"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    assert "3 sources collected, 3 skipped" in done.stdout
    assert "broken.mp4" in done.stderr


def test_mistakes_are_told(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="nowhere"):
        collect([tmp_path / "nowhere"], tmp_path / "set", "", jobs=1, quiet=True)
    (tmp_path / "bad.shots.tsv").write_text("cut\tten\t11\n", encoding="utf-8")
    with pytest.raises(MediaError, match="line 1"):
        labels.read(tmp_path / "bad.mp4")


def test_pieces_of_one_film_share_its_split() -> None:
    assert splits.film_of("bbb_3") == splits.film_of("bbb_6")
    assert splits.film_of("My Holiday part 2") == splits.film_of("My Holiday part 11")
    assert splits.split_of("sintel", Path("/x/sintel.mp4")) == "validation"
    assert splits.split_of("anything", Path("/x/test_only/anything.mp4")) == "test"
    shares = [splits.split_of(f"film number {i}", Path("/x/y.mp4")) for i in range(2000)]
    assert 0.8 < shares.count("train") / 2000 < 0.9
    assert shares.count("test") > 100


def test_splits_name_every_film_once() -> None:
    named = [film for split in splits.SPLITS for film in splits.rules()[split]]
    assert len(named) == len(set(named))
    assert json.dumps(splits.rules())


def test_signatures_know_the_same_pictures_and_not_black_ones() -> None:
    rng = np.random.default_rng(2)
    a, b = (cv2.resize(rng.integers(0, 256, (8, 12, 3), np.uint8), (96, 54)) for _ in range(2))
    brighter = np.clip(a.astype(int) + 3, 0, 255).astype(np.uint8)
    assert alike(picture_hash(a), picture_hash(brighter))
    assert not alike(picture_hash(a), picture_hash(b))
    black = picture_hash(np.zeros((54, 96, 3), np.uint8))
    assert not alike(black, black)


def test_flags_see_dark_blurred_shaky_and_silent_shots() -> None:
    rng = np.random.default_rng(3)
    sharp = rng.integers(60, 256, (54, 96, 3), np.uint8)
    loud = (rng.normal(0, 3000, 16000)).astype(np.int16)

    def flags(pictures: list[np.ndarray], sound: np.ndarray | None) -> list[str]:
        meter = ShotMeter()
        for picture in pictures:
            meter.add(picture)
        return meter.flags(sound)

    assert flags([sharp] * 10, loud) == []
    assert flags([sharp // 12] * 10, None) == ["dark"]
    assert flags([cv2.blur(sharp, (31, 31))] * 10, np.zeros(16000, np.int16)) == ["blurred", "silent"]
    shaken = [np.roll(sharp, tuple(rng.integers(-3, 4, 2)), (0, 1)) for _ in range(20)]
    assert flags(shaken, loud) == ["shaky"]
