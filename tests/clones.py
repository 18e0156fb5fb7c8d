"""Fresh clones and what they may inherit: what a machine needs to reach its package index."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from config.environment import ROOT

PERSON = ("HOME", "LANG", "TMPDIR")
CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "PIP_CERT", "NODE_EXTRA_CA_CERTS")
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy")
INDEXES = ("PIP_INDEX_URL", "PIP_CONFIG_FILE", "UV_INDEX_URL", "NPM_CONFIG_REGISTRY")


def bare_environment(**more: str) -> dict[str, str]:
    """Return what `env -i` would leave, and the way to the package index."""
    names = (*PERSON, *CERTIFICATES, *PROXIES, *INDEXES)
    kept = {name: os.environ[name] for name in names if name in os.environ}
    return {**kept, "PATH": _path_without_ours(), **more}


def _path_without_ours() -> str:
    """A clone finds its own Python, not the one of the environment we run in."""
    places = os.environ.get("PATH", os.defpath).split(os.pathsep)
    return os.pathsep.join(place for place in places if not place.startswith(str(ROOT)))


def fresh_clone(folder: Path) -> Path:
    """Clone what is committed here into a new folder."""
    subprocess.run(["git", "clone", "-q", str(ROOT), str(folder)], check=True)
    return folder
