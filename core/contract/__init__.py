"""The contract between the house and its plugins."""

from .errors import ContractError, NoProvider
from .fitting import hookimpl
from .loading import registry
from .manifest import CONTRACT, Manifest, Setting
from .queries import settings_of
from .switches import is_on, is_on_elsewhere
from .verbs import answers_of, ask, first, tell

__all__ = [
    "CONTRACT",
    "ContractError",
    "Manifest",
    "NoProvider",
    "Setting",
    "answers_of",
    "ask",
    "first",
    "hookimpl",
    "is_on",
    "is_on_elsewhere",
    "registry",
    "settings_of",
    "tell",
]
