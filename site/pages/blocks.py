"""What a body is made of."""

from wagtail import blocks
from wagtail.embeds.blocks import EmbedBlock
from wagtail.images.blocks import ImageBlock

BODY_BLOCKS = [
    ("text", blocks.RichTextBlock()),
    ("image", ImageBlock()),
    (
        "quote",
        blocks.StructBlock(
            [("text", blocks.TextBlock()), ("by", blocks.CharBlock(required=False))]
        ),
    ),
    ("embed", EmbedBlock()),
]
