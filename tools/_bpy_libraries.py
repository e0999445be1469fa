"""Says which system libraries the bpy wheel misses, and the command that installs them. Standard library only.

The wheel brings Blender's own libraries but takes those of the window system from the machine, which a server or a
container often lacks.
"""

import re
import shutil
import subprocess
from pathlib import Path

# soname -> (Debian and Ubuntu package, Fedora package), from `dpkg -S` and `dnf provides`.
_PACKAGES = {
    "libX11.so.6": ("libx11-6", "libX11"),
    "libXrender.so.1": ("libxrender1", "libXrender"),
    "libXfixes.so.3": ("libxfixes3", "libXfixes"),
    "libXi.so.6": ("libxi6", "libXi"),
    "libXext.so.6": ("libxext6", "libXext"),
    "libXxf86vm.so.1": ("libxxf86vm1", "libXxf86vm"),
    "libxkbcommon.so.0": ("libxkbcommon0", "libxkbcommon"),
    "libxcb.so.1": ("libxcb1", "libxcb"),
    "libSM.so.6": ("libsm6", "libSM"),
    "libICE.so.6": ("libice6", "libICE"),
    "libGL.so.1": ("libgl1", "libglvnd-glx"),
    "libEGL.so.1": ("libegl1", "libglvnd-egl"),
    "libvulkan.so.1": ("libvulkan1", "vulkan-loader"),
    "libgomp.so.1": ("libgomp1", "libgomp"),
    "libuuid.so.1": ("libuuid1", "libuuid"),
}


def problem(python: Path, environ: dict[str, str]) -> str:
    """One sentence about why `import bpy` fails under `python`, or an empty one when it works."""
    tried = subprocess.run([str(python), "-I", "-c", "import bpy"], capture_output=True, text=True, env=environ)
    if tried.returncode == 0:
        return ""
    words = tried.stderr.strip().splitlines() or [f"it ended with code {tried.returncode}"]
    missing = sorted({*re.findall(r"(lib[^\s:]+\.so[.\d]*): cannot open", tried.stderr), *_unresolved(python)})
    if not missing:
        return f"Blender's Python module is installed but does not start: {words[-1]}"
    debian, fedora = (" ".join(sorted({_PACKAGES[name][i] for name in missing if name in _PACKAGES})) for i in (0, 1))
    cure = f" Debian, Ubuntu: sudo apt install {debian}; Fedora: sudo dnf install {fedora}." if debian else ""
    return f"Blender's Python module needs system libraries that are not here: {', '.join(missing)}.{cure}"


def _unresolved(python: Path) -> set[str]:
    """All libraries that the loader cannot find, where `ldd` can tell: the import itself names only the first."""
    if not shutil.which("ldd"):
        return set()
    modules = [str(path) for path in python.parents[1].glob("lib/python3*/site-packages/bpy/__init__*.so")]
    said = subprocess.run(["ldd", *modules], capture_output=True, text=True).stdout if modules else ""
    return set(re.findall(r"(\S+) => not found", said))
