"""Makes the films that benchmarks measure on, with the ffmpeg program of the imageio-ffmpeg wheel."""

from __future__ import annotations

import subprocess
from pathlib import Path

from neuroedit_addon.errors import EnvironmentProblem, NeuroEditError

# A cut every 4 s between a detailed still pattern, a moving fractal and moving colours; grain gives it a camera's bit
# rate, noise bursts stand for speech.
_PICTURES = ("mandelbrot=s={w}x{h}:r=25", "testsrc2=s={w}x{h}:r=25", "gradients=s={w}x{h}:r=25:speed=0.03:n=6")
_SOUND = "anoisesrc=color=pink:r=48000:a=0.3,volume='if(lt(mod(t,3),2),1,0.001)':eval=frame"
SHOT = 4
LARGEST = 4_000_000_000  # bytes: a wrong filter must not fill the disk


def ffmpeg() -> str:
    """The path of the ffmpeg program.

    Raises:
        EnvironmentProblem: the wheel that brings it is missing.
    """
    try:
        import imageio_ffmpeg

        return imageio_ffmpeg.get_ffmpeg_exe()
    except (ImportError, RuntimeError) as problem:
        raise EnvironmentProblem(f"The benchmark needs an ffmpeg program: {problem}.") from problem


def make(file: Path, size: tuple[int, int], seconds: int, bitrate: str) -> Path:
    """A film of H.264 at 25 fps and AAC at 48 kHz stereo, cut every SHOT seconds."""
    width, height = size
    inputs, cuts = [], []
    for number, picture in enumerate(_PICTURES):
        inputs += ["-f", "lavfi", "-t", str(SHOT), "-i", picture.format(w=width, h=height)]
        cuts.append(f"[{number}:v]format=yuv420p,setsar=1[v{number}]")
    joined = "".join(f"[v{number}]" for number in range(len(_PICTURES)))
    looped = SHOT * 25 * len(_PICTURES)
    graph = ";".join(
        [*cuts, f"{joined}concat=n={len(_PICTURES)}:v=1,loop=-1:{looped},setpts=N/25/TB,noise=alls=10:allf=t[v]",
         f"{_SOUND}[a]"]
    )  # fmt: skip
    encode = ["-c:v", "libx264", "-preset", "veryfast", "-b:v", bitrate, "-g", "50", "-pix_fmt", "yuv420p"]
    run([*inputs, "-filter_complex", graph, "-map", "[v]", "-map", "[a]", *encode,
         "-c:a", "aac", "-b:a", "128k", "-ac", "2", "-t", str(seconds), str(file)])  # fmt: skip
    return file


def lengthened(file: Path, seconds: int, times: int, out: Path) -> Path:
    """The film, `seconds` long, `times` times in a row; the picture is not encoded again.

    The sound is, in one piece: its packets do not end where the picture does, and would pull the copies apart.
    """
    picture, sound = out.with_suffix(".picture.mp4"), out.with_suffix(".wav")
    run(["-i", str(file), "-map", "0:v", "-c", "copy", str(picture)])
    # Padding has no end of its own: the length must be said.
    run(["-i", str(file), "-map", "0:a", "-af", f"apad=whole_dur={seconds}", "-t", str(seconds), str(sound)])
    again = ["-stream_loop", str(times - 1)]
    run([*again, "-i", str(picture), *again, "-i", str(sound), "-map", "0:v", "-map", "1:a", "-c:v", "copy",
         "-c:a", "aac", "-b:a", "64k", "-t", str(seconds * times), str(out)])  # fmt: skip
    picture.unlink()
    sound.unlink()
    return out


def run(arguments: list[str]) -> None:
    """ffmpeg with these arguments; the file that it writes, named last, may not grow beyond LARGEST.

    Raises:
        NeuroEditError: with the last line it said.
    """
    bounded = [*arguments[:-1], "-fs", str(LARGEST), arguments[-1]]
    done = subprocess.run([ffmpeg(), "-v", "error", "-nostdin", "-y", *bounded], capture_output=True, text=True)
    if done.returncode:
        raise NeuroEditError(f"ffmpeg failed: {(done.stderr.strip().splitlines() or ['no reason given'])[-1]}")
