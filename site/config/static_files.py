"""Static files: names that carry a hash of their content, inside ES modules too."""

from __future__ import annotations

import re

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage

HASHED = re.compile(r"\.[0-9a-f]{12}\.[^/]+$")


def is_immutable(_path: str, url: str) -> bool:
    """Say whether a file's name changes with its content, so that it may be kept for ever."""
    return bool(HASHED.search(url))


class HashedFiles(ManifestStaticFilesStorage):
    """Names carry a hash of the content, inside ES modules too; source maps are left alone."""

    support_js_module_import_aggregation = True
    max_post_process_passes = 8

    # The libraries' source maps are not served, so mentions of them are left as they are.
    patterns = tuple(
        (extension, tuple(rule for rule in rules if "sourceMappingURL" not in str(rule)))
        for extension, rules in ManifestStaticFilesStorage.patterns
    )
