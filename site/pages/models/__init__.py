"""The page tree's types."""

from .brand import BrandSettings
from .coaching import Coaching, Event
from .home import Home
from .podcast import Episode, Podcast
from .program import Lesson, Module, Program
from .standard import Help, HelpArticle, Standard
from .taxonomy import Category, PageTag

__all__ = [
    "BrandSettings",
    "Category",
    "Coaching",
    "Episode",
    "Event",
    "Help",
    "HelpArticle",
    "Home",
    "Lesson",
    "Module",
    "PageTag",
    "Podcast",
    "Program",
    "Standard",
]
