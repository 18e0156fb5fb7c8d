"""Settings for `make run`."""

from .base import *

DEBUG = True
