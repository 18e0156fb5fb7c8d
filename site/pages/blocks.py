"""What a body is made of; each block draws itself with ``pages/blocks/<name>.html``."""

from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.embeds.blocks import EmbedBlock
from wagtail.images.blocks import ImageBlock
from wagtail.models import Site

from core.media.models import Asset
from core.playback.services import download_url

from .admin.widgets import AssetChooserWidget
from .screens.player import clip_of
from .viewer import viewer

PROSE = ["h2", "h3", "h4", "bold", "italic", "ol", "ul", "hr", "link", "blockquote", "code"]
PLAIN_PROSE = ["bold", "italic", "ol", "ul", "link"]


class AssetChooserBlock(blocks.ChooserBlock):
    """An asset of one kind (or of any), stored by its id."""

    target_model = Asset

    def __init__(self, kind: str = "", **kwargs):
        self.kind = kind
        super().__init__(**kwargs)

    @cached_property
    def widget(self):
        return AssetChooserWidget(kind=self.kind)

    def get_prep_value(self, value):
        return None if value is None else str(value.pk)

    def bulk_to_python(self, values):
        wanted = Asset.objects.filter(pk__in=[v for v in values if v]).select_related("original")
        found = {str(asset.pk): asset for asset in wanted}
        return [found.get(value) for value in values]

    def clean(self, value):
        asset = super().clean(value)
        if asset and self.kind and asset.kind != self.kind:
            raise ValidationError(_("This place takes another kind of media."))
        return asset

    class Meta:
        icon = "media"


class PictureBlock(blocks.StructBlock):
    """A picture with its words."""

    image = ImageBlock()
    caption = blocks.CharBlock(required=False, max_length=200)

    class Meta:
        template = "pages/blocks/image.html"
        icon = "image"
        label = _("Image")
        label_format = "{caption}"


class VideoBlock(blocks.StructBlock):
    """A second video in the body."""

    asset = AssetChooserBlock(kind="video", label=_("Video"))
    caption = blocks.CharBlock(required=False, max_length=200)

    def get_context(self, value, parent_context=None):
        context = super().get_context(value, parent_context)
        request = context.get("request")
        if request and value.get("asset"):
            context["player"] = clip_of(request, value["asset"])
            context["outline"] = None  # it ends with itself: no lesson follows a clip
        return context

    class Meta:
        template = "pages/blocks/video.html"
        icon = "media"
        label = _("Video")
        label_format = "{caption}"


class CalloutBlock(blocks.StructBlock):
    """A remark that stands out."""

    tone = blocks.ChoiceBlock(
        choices=[("note", _("Note")), ("tip", _("Tip")), ("warning", _("Warning"))],
        default="note",
    )
    title = blocks.CharBlock(required=False, max_length=120)
    text = blocks.RichTextBlock(features=PLAIN_PROSE)

    class Meta:
        template = "pages/blocks/callout.html"
        icon = "warning"
        label = _("Callout")
        label_format = "{title}"


class QuoteBlock(blocks.StructBlock):
    """Somebody's words."""

    text = blocks.TextBlock()
    by = blocks.CharBlock(required=False, max_length=120, label=_("Said by"))

    class Meta:
        template = "pages/blocks/quote.html"
        icon = "openquote"
        label = _("Quote")
        label_format = "{by}"


class ResourceBlock(blocks.StructBlock):
    """One file to take along."""

    asset = AssetChooserBlock(kind="file", label=_("File"))
    title = blocks.CharBlock(
        required=False, max_length=120, help_text=_("Leave empty to show the file's own title.")
    )
    description = blocks.CharBlock(required=False, max_length=200)

    def get_context(self, value, parent_context=None):
        context = super().get_context(value, parent_context)
        asset, request = value.get("asset"), context.get("request")
        context["address"] = _address(request, context.get("page"), asset) if asset else ""
        return context

    class Meta:
        template = "pages/blocks/worksheet.html"
        icon = "download"
        label_format = "{title}"


class ResourcesBlock(blocks.StructBlock):
    """Files to take along."""

    title = blocks.CharBlock(required=False, max_length=120, default=_("Resources"))
    items = blocks.ListBlock(ResourceBlock(label=_("File")), label=_("Files"))

    def get_context(self, value, parent_context=None):
        context = super().get_context(value, parent_context)
        request, page = context.get("request"), context.get("page")
        files = [item for item in value.get("items", ()) if item.get("asset")]
        context["files"] = [(item, _address(request, page, item["asset"])) for item in files]
        return context

    class Meta:
        template = "pages/blocks/resources.html"
        icon = "download"
        label = _("Resources")
        label_format = "{title}"


def _address(request, page, asset) -> str:
    """Where this visitor downloads a file, through the gate; "" where nobody asks."""
    site = Site.find_for_request(request) if request else None
    if site is None:
        return ""
    return download_url(member=viewer(request), asset=asset, site=site, page=page)


class StepBlock(blocks.StructBlock):
    """One thing to do."""

    title = blocks.CharBlock(max_length=120)
    text = blocks.RichTextBlock(required=False, features=PLAIN_PROSE)

    class Meta:
        icon = "list-ol"
        label_format = "{title}"


class StepsBlock(blocks.StructBlock):
    """Things to do, in order."""

    title = blocks.CharBlock(required=False, max_length=120)
    steps = blocks.ListBlock(StepBlock(label=_("Step")), label=_("Steps"))

    class Meta:
        template = "pages/blocks/steps.html"
        icon = "list-ol"
        label = _("Steps")
        label_format = "{title}"


class QuestionBlock(blocks.StructBlock):
    """A question people ask."""

    question = blocks.CharBlock(max_length=200)
    answer = blocks.RichTextBlock(features=PLAIN_PROSE)

    class Meta:
        icon = "help"
        label_format = "{question}"


class FaqBlock(blocks.StructBlock):
    """Questions people ask, each opening on its answer."""

    title = blocks.CharBlock(required=False, max_length=120)
    items = blocks.ListBlock(QuestionBlock(label=_("Question")), label=_("Questions"))

    class Meta:
        template = "pages/blocks/faq.html"
        icon = "help"
        label = _("Questions and answers")
        label_format = "{title}"


class EmbeddedBlock(blocks.StructBlock):
    """Something that lives elsewhere: a form, a talk, a map."""

    media = EmbedBlock(label=_("Address"), max_width=1280)
    caption = blocks.CharBlock(required=False, max_length=200)

    class Meta:
        template = "pages/blocks/embed.html"
        icon = "link-external"
        label = _("Embed")
        label_format = "{caption}"


class PersonBlock(blocks.StructBlock):
    """Somebody who is heard; roles are those podcast apps know."""

    name = blocks.CharBlock(max_length=120, label=_("Name"))
    role = blocks.ChoiceBlock(
        choices=[
            ("host", _("Host")),
            ("co-host", _("Co-host")),
            ("guest", _("Guest")),
            ("guest host", _("Guest host")),
            ("narrator", _("Narrator")),
            ("editor", _("Editor")),
            ("producer", _("Producer")),
        ],
        default="host",
        label=_("Role"),
    )
    link = blocks.URLBlock(required=False, label=_("Link"))

    class Meta:
        icon = "user"
        label = _("Person")
        label_format = "{name}"


class PersonsBlock(blocks.StreamBlock):
    """Who is heard in a show or an episode."""

    person = PersonBlock()

    class Meta:
        required = False


class BodyBlock(blocks.StreamBlock):
    """A page's body."""

    text = blocks.RichTextBlock(
        features=PROSE, template="pages/blocks/text.html", icon="pilcrow", label=_("Text")
    )
    image = PictureBlock()
    video = VideoBlock()
    callout = CalloutBlock()
    quote = QuoteBlock()
    resources = ResourcesBlock()
    steps = StepsBlock()
    faq = FaqBlock()
    embed = EmbeddedBlock()

    class Meta:
        required = False
        template = "pages/blocks/body.html"
