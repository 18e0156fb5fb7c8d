"""How much of a picture is left, as a viewer would say: VMAF, 0 to 100."""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path

from plugins.ffmpeg import commands

EVERY = 5  # one frame of so many is judged
FROM_ZERO = "settb=AVTB,setpts=PTS-STARTPTS"


def vmaf(made: Path, source: Path) -> float:
    """Return the mean of ``made`` against ``source``, frame by frame."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "vmaf.json"
        judge = f"libvmaf=n_threads=2:n_subsample={EVERY}:log_fmt=json:log_path={log}"
        graph = f"[0:v]{FROM_ZERO}[made];[1:v]{FROM_ZERO}[source];[made][source]{judge}"
        command = [commands.binary(), "-nostdin", "-v", "error", "-i", str(made), "-i", str(source)]
        command += ["-filter_complex", graph, "-f", "null", "-"]
        subprocess.run(command, check=True, timeout=600)
        return float(json.loads(log.read_text())["pooled_metrics"]["vmaf"]["mean"])
