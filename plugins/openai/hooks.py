"""What the plugin answers to the contract."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from core.contract import hookimpl, settings_of
from core.contract.errors import Busy, TranscriberError
from core.contract.pieces import Health

from .server import Server
from .transcriber import OpenAI


@hookimpl
def transcribers() -> Sequence[OpenAI]:
    values = settings_of("openai")
    return [OpenAI(Server.of(values), values)] if values["key"] else []


@hookimpl
def test_connection(values: Mapping[str, Any]) -> Health:
    server = Server.of(values)
    remedy = _("Check the key and the address.")
    try:
        models = server.models()
    except (TranscriberError, Busy) as error:
        return Health(ok=False, message=str(error), remedy=remedy)
    if values["model"] not in models:
        words = _("The server answers, but does not offer “%(model)s”.") % values
        return Health(ok=False, message=words, remedy=_("Choose a model it offers."))
    return Health(ok=True, message=_("The server answers and offers “%(model)s”.") % values)
