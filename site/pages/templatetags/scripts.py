"""The import map in a template."""

from django import template
from django.utils.safestring import SafeString, mark_safe

from ..importmap import import_map as import_map_json

register = template.Library()


@register.simple_tag
def import_map() -> SafeString:
    return mark_safe(import_map_json())  # noqa: S308 - our own JSON, `<` escaped
