"""Pages that play something: what is said in it is found, too."""

from wagtail.search import index

from core.media.transcripts.queries import all_said

PLAYED = ("video", "media", "replay")  # where page types keep what is spoken in


class SpokenText:
    """Gives search the words of what a page plays; the page decides who finds them."""

    spoken_fields = [index.SearchField("spoken_text")]

    def spoken_text(self):
        keys = (getattr(self, f"{name}_id", None) for name in PLAYED)
        asset_id = next(filter(None, keys), None)
        return all_said(asset_id) if asset_id else ""
