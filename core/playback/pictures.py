"""The gate in front of Wagtail's files: renditions where a page shows them, documents for staff."""

from __future__ import annotations

import re
from importlib import import_module
from typing import TYPE_CHECKING

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.contenttypes.models import ContentType
from django.http import HttpRequest
from django.views.decorators.http import require_safe
from wagtail.contrib.settings.models import BaseSiteSetting
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.models import AbstractImage, AbstractRendition
from wagtail.models import ReferenceIndex, Site
from wagtail.permissions import policy_registry

from core.access.queries import known, pages_using, visible

from .delivery import attachment, deliver, refused
from .files import Files
from .memory import ForSeconds

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from core.members.models import Member

TYPES = {
    "avif": "image/avif",
    "gif": "image/gif",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "png": "image/png",
    "svg": "image/svg+xml",
    "webp": "image/webp",
}
NAME = re.compile(r"images/[\w.-]{1,200}")  # where Wagtail puts renditions, by its own names
PUBLIC = "public, max-age=600"
PRIVATE = "private, max-age=600"
STAFF_WORK = ("add", "change", "delete", "choose")

_renditions: ForSeconds[AbstractRendition | None] = ForSeconds(lambda: 10.0, room=5_000)
_public: ForSeconds[bool] = ForSeconds(lambda: 10.0, room=20_000)


@require_safe
def picture(request: HttpRequest, name: str) -> HttpResponseBase:
    """Answer ``/pictures/<name>``: what a public page shows is public, the rest is asked for."""
    site = Site.find_for_request(request)
    if site is None or not NAME.fullmatch(name):
        return refused()
    rendition = _renditions.get(name, lambda: _rendition(name))
    if rendition is None:
        return refused()
    image: AbstractImage = rendition.image
    if _public.get((site.pk, image.pk), lambda: is_public(image, site)):
        return _sent(request, rendition, PUBLIC)
    if may_look(reader_of(request), image, site):
        return _sent(request, rendition, PRIVATE, {"Vary": "Cookie"})
    return refused()


@require_safe
def document(request: HttpRequest, document_id: int, document_filename: str) -> HttpResponseBase:
    """Answer for a Wagtail document: those who look after it, nobody else; pages offer assets."""
    found = get_document_model().objects.filter(pk=document_id).first()
    person = reader_of(request)
    if found is None or person is None or found.filename != document_filename:
        return refused()
    policy = policy_registry.get_by_type(type(found))
    if not policy.user_has_any_permission_for_instance(person, STAFF_WORK, found):
        return refused()
    return deliver(
        request,
        Files(found.file.storage),
        found.file.name,
        content_type="application/octet-stream",
        cache_control="no-store",
        inside="/_pictures/",
        extra={"Content-Disposition": attachment(found.filename)},
    )


def is_public(image: AbstractImage, site: Site) -> bool:
    """Tell whether a stranger may see a picture: on a public page, or in the site's settings."""
    return may_look(None, image, site) or _is_in_settings(image, site)


def may_look(member: Member | None, image: AbstractImage, site: Site) -> bool:
    """Tell whether a page that ``member`` may see shows a picture, or they look after it."""
    if pages_using(image).filter(visible(member, site)).exists():
        return True
    if member is None:
        return False
    policy = policy_registry.get_by_type(type(image))
    return bool(policy.user_has_any_permission_for_instance(member, STAFF_WORK, image))


def forget() -> None:
    """Forget every answer of this process."""
    _renditions.forget()
    _public.forget()


def _rendition(name: str) -> AbstractRendition | None:
    """Find a rendition by its file: originals, avatars and documents are none."""
    rows = get_image_model().get_rendition_model().objects.select_related("image")
    return rows.filter(file=name).first()


def _is_in_settings(image: AbstractImage, site: Site) -> bool:
    """Tell whether a site's own settings (a logo) refer to a picture."""
    models = [model for model in apps.get_models() if issubclass(model, BaseSiteSetting)]
    rows = ReferenceIndex.get_references_to(image)
    kinds = ContentType.objects.get_for_models(*models)
    return any(
        rows.filter(content_type=kind, object_id__in=_numbers(model, site)).exists()
        for model, kind in kinds.items()
    )


def _numbers(model: type[BaseSiteSetting], site: Site) -> list[str]:
    found = model._default_manager.filter(site=site)  # noqa: SLF001 - Django's public name
    return [str(number) for number in found.values_list("pk", flat=True)]


def reader_of(request: HttpRequest) -> Member | None:
    """Return who is signed in; a thin door has no session until it is needed."""
    if not hasattr(request, "session"):
        engine = import_module(settings.SESSION_ENGINE)
        request.session = engine.SessionStore(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
    return known(get_user(request))


def _sent(
    request: HttpRequest,
    rendition: AbstractRendition,
    cache_control: str,
    extra: dict[str, str] | None = None,
) -> HttpResponseBase:
    content_type = TYPES.get(rendition.file.name.rpartition(".")[2].lower())
    if content_type is None:
        return refused(404)
    return deliver(
        request,
        Files(rendition.file.storage),
        rendition.file.name,
        content_type=content_type,
        cache_control=cache_control,
        inside="/_pictures/",
        extra=extra,
    )
