"""The page tree's types."""

from .arrival import Arrival
from .attendance import Attendance, Edition
from .brand import BrandSettings
from .coaching import Coaching, Event
from .home import Home
from .podcast import Episode, Podcast
from .program import Lesson, Module, Program
from .standard import Help, HelpArticle, Standard
from .taxonomy import Category, PageTag

__all__ = [
    "Arrival",
    "Attendance",
    "BrandSettings",
    "Category",
    "Coaching",
    "Edition",
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
