"""Makes the pictures of the manual from the real window, with an edit of the demo film in it.

    python3 tools/screenshots.py                       docs/pictures/*.png
    python3 tools/screenshots.py -o FOLDER --sample FOLDER --only dub --language zh_HANS

Every panel, in English and Chinese, at the scales 1 and 2 of the interface, and the whole window. Needs Linux, Xvfb,
xdotool and the Blender application (NEUROEDIT_BLENDER, or `blender` on the path), which gets the extension installed.
"""

import argparse
import os
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import _environment

PANELS = ("main", "cuts", "dub", "sound", "colour", "review", "learn", "overlay", "output", "environment")
LANGUAGES = {"en_US": "", "zh_HANS": ".zh"}
# The window's size in pixels (the longest panel is on it whole), the interface's scale, how its pictures end, which.
_SESSIONS = (("1366x1000", 1.0, "", ("window",)), ("1400x2200", 1.0, "", PANELS), ("1800x4200", 2.0, "@2x", PANELS))
_SHOWN = ("main", "review", "overlay")  # in the picture of the whole window
_MOST = 149_000  # bytes of a picture


def main(arguments: list[str]) -> int:
    """Exit code: 0 when every picture was written."""
    options = _options(arguments)
    _environment.ensure("worker", "bpy")
    from neuroedit_addon.errors import NeuroEditError

    try:
        import demo

        sample = demo.make(options.sample or _environment.ROOT / "neuroedit-demo")
        with _installed() as (command, environ), tempfile.TemporaryDirectory(prefix="neuroedit-shots-") as folder:
            _take(options, command, environ, sample.film, Path(folder))
    except NeuroEditError as problem:
        print(problem, file=sys.stderr)
        return problem.exit_code
    return 0


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    pictures = _environment.ROOT / "docs" / "pictures"
    parser.add_argument("-o", "--output", type=Path, default=pictures, help="folder for the pictures (docs/pictures)")
    parser.add_argument("--sample", type=Path, help="where the demo film lies, or is made (neuroedit-demo)")
    parser.add_argument("--only", action="append", choices=[*PANELS, "window"], help="these pictures (all)")
    parser.add_argument("--language", action="append", choices=list(LANGUAGES), help="in these languages (all)")
    return parser.parse_args(arguments)


@contextmanager
def _installed() -> Iterator[tuple[list[str], dict[str, str]]]:
    """A Blender with the extension, in a home of its own: its command, and variables for it."""
    import _pythons
    import _wheels

    import build
    from neuroedit_addon.errors import EnvironmentProblem

    command = shlex.split(os.environ.get("NEUROEDIT_BLENDER", "")) or [_pythons.find_blender() or ""]
    if not command[0]:
        raise EnvironmentProblem("There is no Blender application.", "Name its command in NEUROEDIT_BLENDER.")
    asked = [*command, "-b", "--factory-startup", "--python-expr", "import sys; print('PYTHON', *sys.version_info[:2])"]
    said = subprocess.run(asked, capture_output=True, text=True).stdout
    words = next(line for line in said.splitlines() if line.startswith("PYTHON")).split()
    with tempfile.TemporaryDirectory(prefix="neuroedit-home-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        zipped = build.build(_wheels.PLATFORMS["linux-x64"], ((int(words[1]), int(words[2])),), home)
        environ = {"BLENDER_USER_RESOURCES": str(home / "resources"), "XDG_CACHE_HOME": str(home / "cache")}
        install = [*command, "-b", "--command", "extension", "install-file", "-r", "user_default", "-e", str(zipped)]
        subprocess.run(install, env={**os.environ, **environ}, check=True, stdout=subprocess.DEVNULL)
        yield command, environ


def _take(options: argparse.Namespace, command: list[str], environ: dict[str, str], film: Path, folder: Path) -> None:
    from real_window import RealWindow

    options.output.mkdir(parents=True, exist_ok=True)
    wanted = options.only or ["window", *PANELS]
    for size, scale, suffix, names in _SESSIONS:
        if not set(names) & set(wanted):
            continue
        with RealWindow(command, folder, environ, size) as window:
            _edit(window, film, folder)
            for language in options.language or LANGUAGES:
                window.ask(f"show({language!r}, {scale})")
                for name in (name for name in names if name in wanted):
                    picture = options.output / f"{name}{LANGUAGES[language]}{suffix}.png"
                    _shoot(window, name, picture)
                    print(picture, picture.stat().st_size, flush=True)


def _edit(window: "RealWindow", film: Path, folder: Path) -> None:  # noqa: F821 - imported where it is used
    """Auto Edit, as a person would have clicked it, of the film, with a line that is spoken."""
    window.until("area() is not None")
    window.ask("bpy.ops.preferences.addon_enable(module='bl_ext.user_default.neuroedit') and 0")
    window.key("Escape")  # the splash screen
    window.ask(f"unfold({', '.join(repr(f'NEUROEDIT_PT_{panel}') for panel in PANELS)})")
    window.ask(f"lay({str(film)!r})")
    lines = folder / "lines.srt"
    lines.write_text("1\n00:00:07,500 --> 00:00:09,400\nAnd now the city.\n", encoding="utf-8")
    window.ask("setattr(scene().neuroedit.settings, 'steps', {'cut', 'dub', 'mix'})")
    window.ask(f"setattr(scene().neuroedit, 'lines', {str(lines)!r})")
    window.ask("setattr(scene().neuroedit, 'film', '//edited.mp4')")
    window.until("open_sidebar()")
    window.click("neuroedit.auto_edit(")
    window.until("said()")
    level, sentence = window.ask("said()")
    assert level != "ERROR", sentence
    window.ask("[setattr(s, 'select', False) for s in scene().sequence_editor.strips] and 0")
    spoken = "next(s for s in scene().sequence_editor.strips if 'neuroedit_dub' in s)"
    window.ask(f"setattr(scene().sequence_editor, 'active_strip', {spoken})")
    window.ask("setattr(scene(), 'frame_current', 60)")
    window.ask("[setattr(scene().render, *size) for size in (('resolution_x', 640), ('resolution_y', 360))] and 0")
    window.ask("setattr(area().spaces.active.timeline_overlay, 'show_strip_source', False)")
    # Nobody's own folders belong in a manual.
    window.ask("setattr(scene().neuroedit, 'lines', '//lines.srt')")
    window.ask("close('FILE_BROWSER')")
    window.ask("fit()")


def _shoot(window: "RealWindow", name: str, picture: Path) -> None:  # noqa: F821
    import numpy as np

    panels = _SHOWN if name == "window" else (name,)
    window.ask(f"only({', '.join(repr(f'NEUROEDIT_PT_{panel}') for panel in panels)})")
    window.until("open_sidebar()")
    window.away()
    # Blender lays a panel out at one redraw and draws it whole at a later one: what stays as it is is finished.
    before, seen = None, window.picture()
    while before is None or not np.array_equal(before, seen):
        for _ in range(4):
            window.ask("area().tag_redraw()")
        time.sleep(1)
        before, seen = seen, window.picture()
    if name != "window":
        seen = _panel(seen, window.ask("place()"))
    _write(picture, seen)


def _panel(seen: "np.ndarray", place: list[int]) -> "np.ndarray":  # noqa: F821
    """The sidebar's panel out of the whole window: what lies below it is of one colour."""
    import numpy as np

    left, top, width, height = place
    sidebar = seen[top : top + height, left : left + width]
    tabs = round(width * 0.09)
    inner = sidebar[:, 4 : width - tabs]
    drawn = np.flatnonzero((inner.max(axis=(1, 2)).astype(int) - inner.min(axis=(1, 2))) > 12)
    after = min(int(drawn[-1]) + 8, height) if len(drawn) else height
    return sidebar[:after, : width - tabs]


def _write(picture: Path, seen: "np.ndarray") -> None:  # noqa: F821
    """A PNG of few colours: a third of the bytes, and hardly anybody sees the difference."""
    for colours in (128, 80, 48, 32):
        picture.write_bytes(_coded(seen, colours))
        if picture.stat().st_size <= _MOST:
            return
    print(f"{picture} is larger than {_MOST // 1000} kB", file=sys.stderr)


def _coded(seen: "np.ndarray", count: int) -> bytes:  # noqa: F821
    import av
    from av.filter import Graph

    graph = Graph()
    frame = av.VideoFrame.from_ndarray(seen, format="bgr24")
    source = graph.add_buffer(width=frame.width, height=frame.height, format=frame.format, time_base="1/25")
    split, use = graph.add("split"), graph.add("paletteuse", "dither=none")
    colours = graph.add("palettegen", f"max_colors={count}")
    sink = graph.add("buffersink")
    source.link_to(split)
    split.link_to(use, 0, 0)
    split.link_to(colours, 1, 0)
    colours.link_to(use, 0, 1)
    use.link_to(sink)
    graph.configure()
    graph.push(frame)
    graph.push(None)
    few = graph.pull()
    coder = av.CodecContext.create("png", "w")
    coder.width, coder.height, coder.pix_fmt, coder.time_base = few.width, few.height, "pal8", few.time_base
    coder.options = {"compression_level": "9"}
    return b"".join(bytes(packet) for part in (few, None) for packet in coder.encode(part))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
