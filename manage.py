#!/usr/bin/env python
"""Django's command line."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    name = "DJANGO_SETTINGS_MODULE"
    os.environ.setdefault(name, "config.settings.development")  # noqa: TID251 - Django's own way
    if "--strict-plugins" in sys.argv:  # for CI: a plugin in quarantine stops the start
        sys.argv.remove("--strict-plugins")
        os.environ["STRICT_PLUGINS"] = "1"  # noqa: TID251 - read by the settings, below
    execute_from_command_line(sys.argv)
