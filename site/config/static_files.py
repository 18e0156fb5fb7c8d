"""Static files: names that carry a hash of their content."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedFiles(CompressedManifestStaticFilesStorage):
    """Names carry a hash of the content, in stylesheets too; compressed beforehand.

    Inside ES modules nothing is rewritten: they name each other by the import map, which is made
    from these names (Django's patterns also match comments in libraries, and then fail).
    Source maps are not served, so that mentions of them are left alone.
    """

    patterns = tuple(
        (extension, tuple(rule for rule in rules if "sourceMappingURL" not in str(rule)))
        for extension, rules in CompressedManifestStaticFilesStorage.patterns
    )
