"""What 0001 to 0004 come to, made at once: altering fields one by one costs a first start seconds."""

import django.core.validators
import django.db.models.deletion
import modelcluster.contrib.taggit
import modelcluster.fields
import wagtail.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('pages', '0001_pages'), ('pages', '0002_what_editors_fill_in'), ('pages', '0003_brand_of_a_site'), ('pages', '0004_downloads')]

    initial = True

    dependencies = [
        ('core', '0002_house'),
        ('taggit', '0006_rename_taggeditem_content_type_object_id_taggit_tagg_content_8fc721_idx'),
        ('wagtailcore', '0098_apitoken'),
        ('wagtailimages', '0027_image_description'),
        migrations.swappable_dependency(settings.WAGTAIL_PAGE_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='BrandSettings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(blank=True, help_text='Shown beside the mark.', max_length=60, verbose_name='name')),
                ('colour', models.CharField(blank=True, help_text='Like #1d5a45. It is made lighter or darker where reading needs it.', max_length=7, validators=[django.core.validators.RegexValidator('^#[0-9a-fA-F]{6}$', 'Write the colour as # and six digits.')], verbose_name='colour')),
                ('logo', models.ForeignKey(blank=True, help_text='In place of the mark; it must hold on light and on dark.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailimages.image', verbose_name='logo')),
                ('site', models.OneToOneField(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='brand', to='wagtailcore.site')),
            ],
            options={
                'verbose_name': 'brand',
            },
        ),
        migrations.CreateModel(
            name='Category',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('slug', models.SlugField(max_length=80)),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='categories', to='wagtailcore.site')),
            ],
            options={
                'verbose_name_plural': 'categories',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='PageTag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('content_object', modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='page_tags', to=settings.WAGTAIL_PAGE_MODEL)),
                ('tag', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(app_label)s_%(class)s_items', to='taggit.tag')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Module',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('summary', models.CharField(blank=True, help_text='One or two sentences, shown on cards and in search results.', max_length=300, verbose_name='summary')),
                ('body', wagtail.fields.StreamField([('text', 0), ('image', 3), ('video', 5), ('callout', 9), ('quote', 12), ('resources', 18), ('steps', 23), ('faq', 27), ('embed', 29)], blank=True, block_lookup={0: ('wagtail.blocks.RichTextBlock', (), {'features': ['h2', 'h3', 'h4', 'bold', 'italic', 'ol', 'ul', 'hr', 'link', 'blockquote', 'code'], 'icon': 'pilcrow', 'label': 'Text', 'template': 'pages/blocks/text.html'}), 1: ('wagtail.images.blocks.ImageBlock', [], {}), 2: ('wagtail.blocks.CharBlock', (), {'max_length': 200, 'required': False}), 3: ('wagtail.blocks.StructBlock', [[('image', 1), ('caption', 2)]], {}), 4: ('pages.blocks.AssetChooserBlock', (), {'kind': 'video', 'label': 'Video'}), 5: ('wagtail.blocks.StructBlock', [[('asset', 4), ('caption', 2)]], {}), 6: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('note', 'Note'), ('tip', 'Tip'), ('warning', 'Warning')]}), 7: ('wagtail.blocks.CharBlock', (), {'max_length': 120, 'required': False}), 8: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'ol', 'ul', 'link']}), 9: ('wagtail.blocks.StructBlock', [[('tone', 6), ('title', 7), ('text', 8)]], {}), 10: ('wagtail.blocks.TextBlock', (), {}), 11: ('wagtail.blocks.CharBlock', (), {'label': 'Said by', 'max_length': 120, 'required': False}), 12: ('wagtail.blocks.StructBlock', [[('text', 10), ('by', 11)]], {}), 13: ('wagtail.blocks.CharBlock', (), {'default': 'Resources', 'max_length': 120, 'required': False}), 14: ('pages.blocks.AssetChooserBlock', (), {'kind': 'file', 'label': 'File'}), 15: ('wagtail.blocks.CharBlock', (), {'help_text': "Leave empty to show the file's own title.", 'max_length': 120, 'required': False}), 16: ('wagtail.blocks.StructBlock', [[('asset', 14), ('title', 15), ('description', 2)]], {'label': 'File'}), 17: ('wagtail.blocks.ListBlock', (16,), {'label': 'Files'}), 18: ('wagtail.blocks.StructBlock', [[('title', 13), ('items', 17)]], {}), 19: ('wagtail.blocks.CharBlock', (), {'max_length': 120}), 20: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'ol', 'ul', 'link'], 'required': False}), 21: ('wagtail.blocks.StructBlock', [[('title', 19), ('text', 20)]], {'label': 'Step'}), 22: ('wagtail.blocks.ListBlock', (21,), {'label': 'Steps'}), 23: ('wagtail.blocks.StructBlock', [[('title', 7), ('steps', 22)]], {}), 24: ('wagtail.blocks.CharBlock', (), {'max_length': 200}), 25: ('wagtail.blocks.StructBlock', [[('question', 24), ('answer', 8)]], {'label': 'Question'}), 26: ('wagtail.blocks.ListBlock', (25,), {'label': 'Questions'}), 27: ('wagtail.blocks.StructBlock', [[('title', 7), ('items', 26)]], {}), 28: ('wagtail.embeds.blocks.EmbedBlock', (), {'label': 'Address', 'max_width': 1280}), 29: ('wagtail.blocks.StructBlock', [[('media', 28), ('caption', 2)]], {})}, verbose_name='body')),
                ('categories', modelcluster.fields.ParentalManyToManyField(blank=True, related_name='+', to='pages.category', verbose_name='categories')),
                ('cover', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailimages.image', verbose_name='cover')),
                ('social_image', models.ForeignKey(blank=True, help_text='Shown when the page is shared; 1200 × 630 pixels fit everywhere.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailimages.image', verbose_name='social image')),
                ('tags', modelcluster.contrib.taggit.ClusterTaggableManager(blank=True, help_text='A comma-separated list of tags.', through='pages.PageTag', to='taggit.Tag', verbose_name='Tags')),
            ],
            options={
                'abstract': False,
                'verbose_name': 'module',
                'verbose_name_plural': 'modules',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='Lesson',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('summary', models.CharField(blank=True, help_text='One or two sentences, shown on cards and in search results.', max_length=300, verbose_name='summary')),
                ('body', wagtail.fields.StreamField([('text', 0), ('image', 3), ('video', 5), ('callout', 9), ('quote', 12), ('resources', 18), ('steps', 23), ('faq', 27), ('embed', 29)], blank=True, block_lookup={0: ('wagtail.blocks.RichTextBlock', (), {'features': ['h2', 'h3', 'h4', 'bold', 'italic', 'ol', 'ul', 'hr', 'link', 'blockquote', 'code'], 'icon': 'pilcrow', 'label': 'Text', 'template': 'pages/blocks/text.html'}), 1: ('wagtail.images.blocks.ImageBlock', [], {}), 2: ('wagtail.blocks.CharBlock', (), {'max_length': 200, 'required': False}), 3: ('wagtail.blocks.StructBlock', [[('image', 1), ('caption', 2)]], {}), 4: ('pages.blocks.AssetChooserBlock', (), {'kind': 'video', 'label': 'Video'}), 5: ('wagtail.blocks.StructBlock', [[('asset', 4), ('caption', 2)]], {}), 6: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('note', 'Note'), ('tip', 'Tip'), ('warning', 'Warning')]}), 7: ('wagtail.blocks.CharBlock', (), {'max_length': 120, 'required': False}), 8: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'ol', 'ul', 'link']}), 9: ('wagtail.blocks.StructBlock', [[('tone', 6), ('title', 7), ('text', 8)]], {}), 10: ('wagtail.blocks.TextBlock', (), {}), 11: ('wagtail.blocks.CharBlock', (), {'label': 'Said by', 'max_length': 120, 'required': False}), 12: ('wagtail.blocks.StructBlock', [[('text', 10), ('by', 11)]], {}), 13: ('wagtail.blocks.CharBlock', (), {'default': 'Resources', 'max_length': 120, 'required': False}), 14: ('pages.blocks.AssetChooserBlock', (), {'kind': 'file', 'label': 'File'}), 15: ('wagtail.blocks.CharBlock', (), {'help_text': "Leave empty to show the file's own title.", 'max_length': 120, 'required': False}), 16: ('wagtail.blocks.StructBlock', [[('asset', 14), ('title', 15), ('description', 2)]], {'label': 'File'}), 17: ('wagtail.blocks.ListBlock', (16,), {'label': 'Files'}), 18: ('wagtail.blocks.StructBlock', [[('title', 13), ('items', 17)]], {}), 19: ('wagtail.blocks.CharBlock', (), {'max_length': 120}), 20: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'ol', 'ul', 'link'], 'required': False}), 21: ('wagtail.blocks.StructBlock', [[('title', 19), ('text', 20)]], {'label': 'Step'}), 22: ('wagtail.blocks.ListBlock', (21,), {'label': 'Steps'}), 23: ('wagtail.blocks.StructBlock', [[('title', 7), ('steps', 22)]], {}), 24: ('wagtail.blocks.CharBlock', (), {'max_length': 200}), 25: ('wagtail.blocks.StructBlock', [[('question', 24), ('answer', 8)]], {'label': 'Question'}), 26: ('wagtail.blocks.ListBlock', (25,), {'label': 'Questions'}), 27: ('wagtail.blocks.StructBlock', [[('title', 7), ('items', 26)]], {}), 28: ('wagtail.embeds.blocks.EmbedBlock', (), {'label': 'Address', 'max_width': 1280}), 29: ('wagtail.blocks.StructBlock', [[('media', 28), ('caption', 2)]], {})}, verbose_name='body')),
                ('completes_at', models.PositiveSmallIntegerField(default=90, help_text='Per cent of the video really watched; seeking does not count.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100)], verbose_name='completes at')),
                ('minutes', models.PositiveSmallIntegerField(blank=True, help_text='How long it takes, where there is no video to tell.', null=True, verbose_name='minutes')),
                ('allows_download', models.BooleanField(default=False, help_text='Members get a button that saves the original file.', verbose_name='the video may be downloaded')),
                ('categories', modelcluster.fields.ParentalManyToManyField(blank=True, related_name='+', to='pages.category', verbose_name='categories')),
                ('social_image', models.ForeignKey(blank=True, help_text='Shown when the page is shared; 1200 × 630 pixels fit everywhere.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailimages.image', verbose_name='social image')),
                ('video', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='core.asset', verbose_name='video')),
                ('tags', modelcluster.contrib.taggit.ClusterTaggableManager(blank=True, help_text='A comma-separated list of tags.', through='pages.PageTag', to='taggit.Tag', verbose_name='Tags')),
            ],
            options={
                'abstract': False,
                'verbose_name': 'lesson',
                'verbose_name_plural': 'lessons',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='Home',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('summary', models.CharField(blank=True, help_text='One or two sentences, shown on cards and in search results.', max_length=300, verbose_name='summary')),
                ('headline', models.CharField(blank=True, max_length=160, verbose_name='headline')),
                ('promise', models.CharField(blank=True, help_text='What changes for who joins.', max_length=300, verbose_name='promise')),
                ('body', wagtail.fields.StreamField([('text', 0), ('image', 3), ('video', 5), ('callout', 9), ('quote', 12), ('resources', 18), ('steps', 23), ('faq', 27), ('embed', 29)], blank=True, block_lookup={0: ('wagtail.blocks.RichTextBlock', (), {'features': ['h2', 'h3', 'h4', 'bold', 'italic', 'ol', 'ul', 'hr', 'link', 'blockquote', 'code'], 'icon': 'pilcrow', 'label': 'Text', 'template': 'pages/blocks/text.html'}), 1: ('wagtail.images.blocks.ImageBlock', [], {}), 2: ('wagtail.blocks.CharBlock', (), {'max_length': 200, 'required': False}), 3: ('wagtail.blocks.StructBlock', [[('image', 1), ('caption', 2)]], {}), 4: ('pages.blocks.AssetChooserBlock', (), {'kind': 'video', 'label': 'Video'}), 5: ('wagtail.blocks.StructBlock', [[('asset', 4), ('caption', 2)]], {}), 6: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('note', 'Note'), ('tip', 'Tip'), ('warning', 'Warning')]}), 7: ('wagtail.blocks.CharBlock', (), {'max_length': 120, 'required': False}), 8: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'ol', 'ul', 'link']}), 9: ('wagtail.blocks.StructBlock', [[('tone', 6), ('title', 7), ('text', 8)]], {}), 10: ('wagtail.blocks.TextBlock', (), {}), 11: ('wagtail.blocks.CharBlock', (), {'label': 'Said by', 'max_length': 120, 'required': False}), 12: ('wagtail.blocks.StructBlock', [[('text', 10), ('by', 11)]], {}), 13: ('wagtail.blocks.CharBlock', (), {'default': 'Resources', 'max_length': 120, 'required': False}), 14: ('pages.blocks.AssetChooserBlock', (), {'kind': 'file', 'label': 'File'}), 15: ('wagtail.blocks.CharBlock', (), {'help_text': "Leave empty to show the file's own title.", 'max_length': 120, 'required': False}), 16: ('wagtail.blocks.StructBlock', [[('asset', 14), ('title', 15), ('description', 2)]], {'label': 'File'}), 17: ('wagtail.blocks.ListBlock', (16,), {'label': 'Files'}), 18: ('wagtail.blocks.StructBlock', [[('title', 13), ('items', 17)]], {}), 19: ('wagtail.blocks.CharBlock', (), {'max_length': 120}), 20: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'ol', 'ul', 'link'], 'required': False}), 21: ('wagtail.blocks.StructBlock', [[('title', 19), ('text', 20)]], {'label': 'Step'}), 22: ('wagtail.blocks.ListBlock', (21,), {'label': 'Steps'}), 23: ('wagtail.blocks.StructBlock', [[('title', 7), ('steps', 22)]], {}), 24: ('wagtail.blocks.CharBlock', (), {'max_length': 200}), 25: ('wagtail.blocks.StructBlock', [[('question', 24), ('answer', 8)]], {'label': 'Question'}), 26: ('wagtail.blocks.ListBlock', (25,), {'label': 'Questions'}), 27: ('wagtail.blocks.StructBlock', [[('title', 7), ('items', 26)]], {}), 28: ('wagtail.embeds.blocks.EmbedBlock', (), {'label': 'Address', 'max_width': 1280}), 29: ('wagtail.blocks.StructBlock', [[('media', 28), ('caption', 2)]], {})}, verbose_name='body')),
                ('categories', modelcluster.fields.ParentalManyToManyField(blank=True, related_name='+', to='pages.category', verbose_name='categories')),
                ('cover', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailimages.image', verbose_name='cover')),
                ('social_image', models.ForeignKey(blank=True, help_text='Shown when the page is shared; 1200 × 630 pixels fit everywhere.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailimages.image', verbose_name='social image')),
                ('trailer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='core.asset', verbose_name='trailer')),
                ('tags', modelcluster.contrib.taggit.ClusterTaggableManager(blank=True, help_text='A comma-separated list of tags.', through='pages.PageTag', to='taggit.Tag', verbose_name='Tags')),
            ],
            options={
                'abstract': False,
                'verbose_name': 'home',
                'verbose_name_plural': 'homes',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='HelpArticle',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('summary', models.CharField(blank=True, help_text='One or two sentences, shown on cards and in search results.', max_length=300, verbose_name='summary')),
                ('body', wagtail.fields.StreamField([('text', 0), ('image', 3), ('video', 5), ('callout', 9), ('quote', 12), ('resources', 18), ('steps', 23), ('faq', 27), ('embed', 29)], blank=True, block_lookup={0: ('wagtail.blocks.RichTextBlock', (), {'features': ['h2', 'h3', 'h4', 'bold', 'italic', 'ol', 'ul', 'hr', 'link', 'blockquote', 'code'], 'icon': 'pilcrow', 'label': 'Text', 'template': 'pages/blocks/text.html'}), 1: ('wagtail.images.blocks.ImageBlock', [], {}), 2: ('wagtail.blocks.CharBlock', (), {'max_length': 200, 'required': False}), 3: ('wagtail.blocks.StructBlock', [[('image', 1), ('caption', 2)]], {}), 4: ('pages.blocks.AssetChooserBlock', (), {'kind': 'video', 'label': 'Video'}), 5: ('wagtail.blocks.StructBlock', [[('asset', 4), ('caption', 2)]], {}), 6: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('note', 'Note'), ('tip', 'Tip'), ('warning', 'Warning')]}), 7: ('wagtail.blocks.CharBlock', (), {'max_length': 120, 'required': False}), 8: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'ol', 'ul', 'link']}), 9: ('wagtail.blocks.StructBlock', [[('tone', 6), ('title', 7), ('text', 8)]], {}), 10: ('wagtail.blocks.TextBlock', (), {}), 11: ('wagtail.blocks.CharBlock', (), {'label': 'Said by', 'max_length': 120, 'required': False}), 12: ('wagtail.blocks.StructBlock', [[('text', 10), ('by', 11)]], {}), 13: ('wagtail.blocks.CharBlock', (), {'default': 'Resources', 'max_length': 120, 'required': False}), 14: ('pages.blocks.AssetChooserBlock', (), {'kind': 'file', 'label': 'File'}), 15: ('wagtail.blocks.CharBlock', (), {'help_text': "Leave empty to show the file's own title.", 'max_length': 120, 'required': False}), 16: ('wagtail.blocks.StructBlock', [[('asset', 14), ('title', 15), ('description', 2)]], {'label': 'File'}), 17: ('wagtail.blocks.ListBlock', (16,), {'label': 'Files'}), 18: ('wagtail.blocks.StructBlock', [[('title', 13), ('items', 17)]], {}), 19: ('wagtail.blocks.CharBlock', (), {'max_length': 120}), 20: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'ol', 'ul', 'link'], 'required': False}), 21: ('wagtail.blocks.StructBlock', [[('title', 19), ('text', 20)]], {'label': 'Step'}), 22: ('wagtail.blocks.ListBlock', (21,), {'label': 'Steps'}), 23: ('wagtail.blocks.StructBlock', [[('title', 7), ('steps', 22)]], {}), 24: ('wagtail.blocks.CharBlock', (), {'max_length': 200}), 25: ('wagtail.blocks.StructBlock', [[('question', 24), ('answer', 8)]], {'label': 'Question'}), 26: ('wagtail.blocks.ListBlock', (25,), {'label': 'Questions'}), 27: ('wagtail.blocks.StructBlock', [[('title', 7), ('items', 26)]], {}), 28: ('wagtail.embeds.blocks.EmbedBlock', (), {'label': 'Address', 'max_width': 1280}), 29: ('wagtail.blocks.StructBlock', [[('media', 28), ('caption', 2)]], {})}, verbose_name='body')),
                ('categories', modelcluster.fields.ParentalManyToManyField(blank=True, related_name='+', to='pages.category', verbose_name='categories')),
                ('social_image', models.ForeignKey(blank=True, help_text='Shown when the page is shared; 1200 × 630 pixels fit everywhere.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailimages.image', verbose_name='social image')),
                ('tags', modelcluster.contrib.taggit.ClusterTaggableManager(blank=True, help_text='A comma-separated list of tags.', through='pages.PageTag', to='taggit.Tag', verbose_name='Tags')),
            ],
            options={
                'abstract': False,
                'verbose_name': 'help article',
                'verbose_name_plural': 'help articles',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='Help',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('summary', models.CharField(blank=True, help_text='One or two sentences, shown on cards and in search results.', max_length=300, verbose_name='summary')),
                ('body', wagtail.fields.StreamField([('text', 0), ('image', 3), ('video', 5), ('callout', 9), ('quote', 12), ('resources', 18), ('steps', 23), ('faq', 27), ('embed', 29)], blank=True, block_lookup={0: ('wagtail.blocks.RichTextBlock', (), {'features': ['h2', 'h3', 'h4', 'bold', 'italic', 'ol', 'ul', 'hr', 'link', 'blockquote', 'code'], 'icon': 'pilcrow', 'label': 'Text', 'template': 'pages/blocks/text.html'}), 1: ('wagtail.images.blocks.ImageBlock', [], {}), 2: ('wagtail.blocks.CharBlock', (), {'max_length': 200, 'required': False}), 3: ('wagtail.blocks.StructBlock', [[('image', 1), ('caption', 2)]], {}), 4: ('pages.blocks.AssetChooserBlock', (), {'kind': 'video', 'label': 'Video'}), 5: ('wagtail.blocks.StructBlock', [[('asset', 4), ('caption', 2)]], {}), 6: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('note', 'Note'), ('tip', 'Tip'), ('warning', 'Warning')]}), 7: ('wagtail.blocks.CharBlock', (), {'max_length': 120, 'required': False}), 8: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'ol', 'ul', 'link']}), 9: ('wagtail.blocks.StructBlock', [[('tone', 6), ('title', 7), ('text', 8)]], {}), 10: ('wagtail.blocks.TextBlock', (), {}), 11: ('wagtail.blocks.CharBlock', (), {'label': 'Said by', 'max_length': 120, 'required': False}), 12: ('wagtail.blocks.StructBlock', [[('text', 10), ('by', 11)]], {}), 13: ('wagtail.blocks.CharBlock', (), {'default': 'Resources', 'max_length': 120, 'required': False}), 14: ('pages.blocks.AssetChooserBlock', (), {'kind': 'file', 'label': 'File'}), 15: ('wagtail.blocks.CharBlock', (), {'help_text': "Leave empty to show the file's own title.", 'max_length': 120, 'required': False}), 16: ('wagtail.blocks.StructBlock', [[('asset', 14), ('title', 15), ('description', 2)]], {'label': 'File'}), 17: ('wagtail.blocks.ListBlock', (16,), {'label': 'Files'}), 18: ('wagtail.blocks.StructBlock', [[('title', 13), ('items', 17)]], {}), 19: ('wagtail.blocks.CharBlock', (), {'max_length': 120}), 20: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'ol', 'ul', 'link'], 'required': False}), 21: ('wagtail.blocks.StructBlock', [[('title', 19), ('text', 20)]], {'label': 'Step'}), 22: ('wagtail.blocks.ListBlock', (21,), {'label': 'Steps'}), 23: ('wagtail.blocks.StructBlock', [[('title', 7), ('steps', 22)]], {}), 24: ('wagtail.blocks.CharBlock', (), {'max_length': 200}), 25: ('wagtail.blocks.StructBlock', [[('question', 24), ('answer', 8)]], {'label': 'Question'}), 26: ('wagtail.blocks.ListBlock', (25,), {'label': 'Questions'}), 27: ('wagtail.blocks.StructBlock', [[('title', 7), ('items', 26)]], {}), 28: ('wagtail.embeds.blocks.EmbedBlock', (), {'label': 'Address', 'max_width': 1280}), 29: ('wagtail.blocks.StructBlock', [[('media', 28), ('caption', 2)]], {})}, verbose_name='body')),
                ('categories', modelcluster.fields.ParentalManyToManyField(blank=True, related_name='+', to='pages.category', verbose_name='categories')),
                ('social_image', models.ForeignKey(blank=True, help_text='Shown when the page is shared; 1200 × 630 pixels fit everywhere.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailimages.image', verbose_name='social image')),
                ('tags', modelcluster.contrib.taggit.ClusterTaggableManager(blank=True, help_text='A comma-separated list of tags.', through='pages.PageTag', to='taggit.Tag', verbose_name='Tags')),
            ],
            options={
                'abstract': False,
                'verbose_name': 'help',
                'verbose_name_plural': 'help',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('summary', models.CharField(blank=True, help_text='One or two sentences, shown on cards and in search results.', max_length=300, verbose_name='summary')),
                ('starts_at', models.DateTimeField(verbose_name='starts at')),
                ('ends_at', models.DateTimeField(verbose_name='ends at')),
                ('timezone', models.CharField(default='UTC', help_text='Where it is announced; every member also sees their own time.', max_length=64, verbose_name='time zone')),
                ('host', models.CharField(blank=True, max_length=120, verbose_name='host')),
                ('join_url', models.URLField(blank=True, help_text='Shown near the start, to members who may come.', verbose_name='join address')),
                ('body', wagtail.fields.StreamField([('text', 0), ('image', 3), ('video', 5), ('callout', 9), ('quote', 12), ('resources', 18), ('steps', 23), ('faq', 27), ('embed', 29)], blank=True, block_lookup={0: ('wagtail.blocks.RichTextBlock', (), {'features': ['h2', 'h3', 'h4', 'bold', 'italic', 'ol', 'ul', 'hr', 'link', 'blockquote', 'code'], 'icon': 'pilcrow', 'label': 'Text', 'template': 'pages/blocks/text.html'}), 1: ('wagtail.images.blocks.ImageBlock', [], {}), 2: ('wagtail.blocks.CharBlock', (), {'max_length': 200, 'required': False}), 3: ('wagtail.blocks.StructBlock', [[('image', 1), ('caption', 2)]], {}), 4: ('pages.blocks.AssetChooserBlock', (), {'kind': 'video', 'label': 'Video'}), 5: ('wagtail.blocks.StructBlock', [[('asset', 4), ('caption', 2)]], {}), 6: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('note', 'Note'), ('tip', 'Tip'), ('warning', 'Warning')]}), 7: ('wagtail.blocks.CharBlock', (), {'max_length': 120, 'required': False}), 8: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'ol', 'ul', 'link']}), 9: ('wagtail.blocks.StructBlock', [[('tone', 6), ('title', 7), ('text', 8)]], {}), 10: ('wagtail.blocks.TextBlock', (), {}), 11: ('wagtail.blocks.CharBlock', (), {'label': 'Said by', 'max_length': 120, 'required': False}), 12: ('wagtail.blocks.StructBlock', [[('text', 10), ('by', 11)]], {}), 13: ('wagtail.blocks.CharBlock', (), {'default': 'Resources', 'max_length': 120, 'required': False}), 14: ('pages.blocks.AssetChooserBlock', (), {'kind': 'file', 'label': 'File'}), 15: ('wagtail.blocks.CharBlock', (), {'help_text': "Leave empty to show the file's own title.", 'max_length': 120, 'required': False}), 16: ('wagtail.blocks.StructBlock', [[('asset', 14), ('title', 15), ('description', 2)]], {'label': 'File'}), 17: ('wagtail.blocks.ListBlock', (16,), {'label': 'Files'}), 18: ('wagtail.blocks.StructBlock', [[('title', 13), ('items', 17)]], {}), 19: ('wagtail.blocks.CharBlock', (), {'max_length': 120}), 20: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'ol', 'ul', 'link'], 'required': False}), 21: ('wagtail.blocks.StructBlock', [[('title', 19), ('text', 20)]], {'label': 'Step'}), 22: ('wagtail.blocks.ListBlock', (21,), {'label': 'Steps'}), 23: ('wagtail.blocks.StructBlock', [[('title', 7), ('steps', 22)]], {}), 24: ('wagtail.blocks.CharBlock', (), {'max_length': 200}), 25: ('wagtail.blocks.StructBlock', [[('question', 24), ('answer', 8)]], {'label': 'Question'}), 26: ('wagtail.blocks.ListBlock', (25,), {'label': 'Questions'}), 27: ('wagtail.blocks.StructBlock', [[('title', 7), ('items', 26)]], {}), 28: ('wagtail.embeds.blocks.EmbedBlock', (), {'label': 'Address', 'max_width': 1280}), 29: ('wagtail.blocks.StructBlock', [[('media', 28), ('caption', 2)]], {})}, verbose_name='body')),
                ('categories', modelcluster.fields.ParentalManyToManyField(blank=True, related_name='+', to='pages.category', verbose_name='categories')),
                ('replay', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='core.asset', verbose_name='replay')),
                ('social_image', models.ForeignKey(blank=True, help_text='Shown when the page is shared; 1200 × 630 pixels fit everywhere.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailimages.image', verbose_name='social image')),
                ('tags', modelcluster.contrib.taggit.ClusterTaggableManager(blank=True, help_text='A comma-separated list of tags.', through='pages.PageTag', to='taggit.Tag', verbose_name='Tags')),
            ],
            options={
                'verbose_name': 'event',
                'verbose_name_plural': 'events',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='Episode',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('summary', models.CharField(blank=True, help_text='One or two sentences, shown on cards and in search results.', max_length=300, verbose_name='summary')),
                ('season', models.PositiveSmallIntegerField(default=1, validators=[django.core.validators.MinValueValidator(1)], verbose_name='season')),
                ('number', models.PositiveSmallIntegerField(default=1, validators=[django.core.validators.MinValueValidator(1)], verbose_name='number')),
                ('body', wagtail.fields.StreamField([('text', 0), ('image', 3), ('video', 5), ('callout', 9), ('quote', 12), ('resources', 18), ('steps', 23), ('faq', 27), ('embed', 29)], blank=True, block_lookup={0: ('wagtail.blocks.RichTextBlock', (), {'features': ['h2', 'h3', 'h4', 'bold', 'italic', 'ol', 'ul', 'hr', 'link', 'blockquote', 'code'], 'icon': 'pilcrow', 'label': 'Text', 'template': 'pages/blocks/text.html'}), 1: ('wagtail.images.blocks.ImageBlock', [], {}), 2: ('wagtail.blocks.CharBlock', (), {'max_length': 200, 'required': False}), 3: ('wagtail.blocks.StructBlock', [[('image', 1), ('caption', 2)]], {}), 4: ('pages.blocks.AssetChooserBlock', (), {'kind': 'video', 'label': 'Video'}), 5: ('wagtail.blocks.StructBlock', [[('asset', 4), ('caption', 2)]], {}), 6: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('note', 'Note'), ('tip', 'Tip'), ('warning', 'Warning')]}), 7: ('wagtail.blocks.CharBlock', (), {'max_length': 120, 'required': False}), 8: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'ol', 'ul', 'link']}), 9: ('wagtail.blocks.StructBlock', [[('tone', 6), ('title', 7), ('text', 8)]], {}), 10: ('wagtail.blocks.TextBlock', (), {}), 11: ('wagtail.blocks.CharBlock', (), {'label': 'Said by', 'max_length': 120, 'required': False}), 12: ('wagtail.blocks.StructBlock', [[('text', 10), ('by', 11)]], {}), 13: ('wagtail.blocks.CharBlock', (), {'default': 'Resources', 'max_length': 120, 'required': False}), 14: ('pages.blocks.AssetChooserBlock', (), {'kind': 'file', 'label': 'File'}), 15: ('wagtail.blocks.CharBlock', (), {'help_text': "Leave empty to show the file's own title.", 'max_length': 120, 'required': False}), 16: ('wagtail.blocks.StructBlock', [[('asset', 14), ('title', 15), ('description', 2)]], {'label': 'File'}), 17: ('wagtail.blocks.ListBlock', (16,), {'label': 'Files'}), 18: ('wagtail.blocks.StructBlock', [[('title', 13), ('items', 17)]], {}), 19: ('wagtail.blocks.CharBlock', (), {'max_length': 120}), 20: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'ol', 'ul', 'link'], 'required': False}), 21: ('wagtail.blocks.StructBlock', [[('title', 19), ('text', 20)]], {'label': 'Step'}), 22: ('wagtail.blocks.ListBlock', (21,), {'label': 'Steps'}), 23: ('wagtail.blocks.StructBlock', [[('title', 7), ('steps', 22)]], {}), 24: ('wagtail.blocks.CharBlock', (), {'max_length': 200}), 25: ('wagtail.blocks.StructBlock', [[('question', 24), ('answer', 8)]], {'label': 'Question'}), 26: ('wagtail.blocks.ListBlock', (25,), {'label': 'Questions'}), 27: ('wagtail.blocks.StructBlock', [[('title', 7), ('items', 26)]], {}), 28: ('wagtail.embeds.blocks.EmbedBlock', (), {'label': 'Address', 'max_width': 1280}), 29: ('wagtail.blocks.StructBlock', [[('media', 28), ('caption', 2)]], {})}, verbose_name='show notes')),
                ('allows_download', models.BooleanField(default=False, help_text='Members get a button that saves the original file.', verbose_name='the episode may be downloaded')),
                ('categories', modelcluster.fields.ParentalManyToManyField(blank=True, related_name='+', to='pages.category', verbose_name='categories')),
                ('media', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='core.asset', verbose_name='media')),
                ('social_image', models.ForeignKey(blank=True, help_text='Shown when the page is shared; 1200 × 630 pixels fit everywhere.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailimages.image', verbose_name='social image')),
                ('tags', modelcluster.contrib.taggit.ClusterTaggableManager(blank=True, help_text='A comma-separated list of tags.', through='pages.PageTag', to='taggit.Tag', verbose_name='Tags')),
            ],
            options={
                'abstract': False,
                'verbose_name': 'episode',
                'verbose_name_plural': 'episodes',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='Coaching',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('summary', models.CharField(blank=True, help_text='One or two sentences, shown on cards and in search results.', max_length=300, verbose_name='summary')),
                ('body', wagtail.fields.StreamField([('text', 0), ('image', 3), ('video', 5), ('callout', 9), ('quote', 12), ('resources', 18), ('steps', 23), ('faq', 27), ('embed', 29)], blank=True, block_lookup={0: ('wagtail.blocks.RichTextBlock', (), {'features': ['h2', 'h3', 'h4', 'bold', 'italic', 'ol', 'ul', 'hr', 'link', 'blockquote', 'code'], 'icon': 'pilcrow', 'label': 'Text', 'template': 'pages/blocks/text.html'}), 1: ('wagtail.images.blocks.ImageBlock', [], {}), 2: ('wagtail.blocks.CharBlock', (), {'max_length': 200, 'required': False}), 3: ('wagtail.blocks.StructBlock', [[('image', 1), ('caption', 2)]], {}), 4: ('pages.blocks.AssetChooserBlock', (), {'kind': 'video', 'label': 'Video'}), 5: ('wagtail.blocks.StructBlock', [[('asset', 4), ('caption', 2)]], {}), 6: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('note', 'Note'), ('tip', 'Tip'), ('warning', 'Warning')]}), 7: ('wagtail.blocks.CharBlock', (), {'max_length': 120, 'required': False}), 8: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'ol', 'ul', 'link']}), 9: ('wagtail.blocks.StructBlock', [[('tone', 6), ('title', 7), ('text', 8)]], {}), 10: ('wagtail.blocks.TextBlock', (), {}), 11: ('wagtail.blocks.CharBlock', (), {'label': 'Said by', 'max_length': 120, 'required': False}), 12: ('wagtail.blocks.StructBlock', [[('text', 10), ('by', 11)]], {}), 13: ('wagtail.blocks.CharBlock', (), {'default': 'Resources', 'max_length': 120, 'required': False}), 14: ('pages.blocks.AssetChooserBlock', (), {'kind': 'file', 'label': 'File'}), 15: ('wagtail.blocks.CharBlock', (), {'help_text': "Leave empty to show the file's own title.", 'max_length': 120, 'required': False}), 16: ('wagtail.blocks.StructBlock', [[('asset', 14), ('title', 15), ('description', 2)]], {'label': 'File'}), 17: ('wagtail.blocks.ListBlock', (16,), {'label': 'Files'}), 18: ('wagtail.blocks.StructBlock', [[('title', 13), ('items', 17)]], {}), 19: ('wagtail.blocks.CharBlock', (), {'max_length': 120}), 20: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'ol', 'ul', 'link'], 'required': False}), 21: ('wagtail.blocks.StructBlock', [[('title', 19), ('text', 20)]], {'label': 'Step'}), 22: ('wagtail.blocks.ListBlock', (21,), {'label': 'Steps'}), 23: ('wagtail.blocks.StructBlock', [[('title', 7), ('steps', 22)]], {}), 24: ('wagtail.blocks.CharBlock', (), {'max_length': 200}), 25: ('wagtail.blocks.StructBlock', [[('question', 24), ('answer', 8)]], {'label': 'Question'}), 26: ('wagtail.blocks.ListBlock', (25,), {'label': 'Questions'}), 27: ('wagtail.blocks.StructBlock', [[('title', 7), ('items', 26)]], {}), 28: ('wagtail.embeds.blocks.EmbedBlock', (), {'label': 'Address', 'max_width': 1280}), 29: ('wagtail.blocks.StructBlock', [[('media', 28), ('caption', 2)]], {})}, verbose_name='body')),
                ('categories', modelcluster.fields.ParentalManyToManyField(blank=True, related_name='+', to='pages.category', verbose_name='categories')),
                ('social_image', models.ForeignKey(blank=True, help_text='Shown when the page is shared; 1200 × 630 pixels fit everywhere.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailimages.image', verbose_name='social image')),
                ('tags', modelcluster.contrib.taggit.ClusterTaggableManager(blank=True, help_text='A comma-separated list of tags.', through='pages.PageTag', to='taggit.Tag', verbose_name='Tags')),
            ],
            options={
                'abstract': False,
                'verbose_name': 'coaching',
                'verbose_name_plural': 'coaching',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='Podcast',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('summary', models.CharField(blank=True, help_text='One or two sentences, shown on cards and in search results.', max_length=300, verbose_name='summary')),
                ('author', models.CharField(blank=True, max_length=120, verbose_name='author')),
                ('body', wagtail.fields.StreamField([('text', 0), ('image', 3), ('video', 5), ('callout', 9), ('quote', 12), ('resources', 18), ('steps', 23), ('faq', 27), ('embed', 29)], blank=True, block_lookup={0: ('wagtail.blocks.RichTextBlock', (), {'features': ['h2', 'h3', 'h4', 'bold', 'italic', 'ol', 'ul', 'hr', 'link', 'blockquote', 'code'], 'icon': 'pilcrow', 'label': 'Text', 'template': 'pages/blocks/text.html'}), 1: ('wagtail.images.blocks.ImageBlock', [], {}), 2: ('wagtail.blocks.CharBlock', (), {'max_length': 200, 'required': False}), 3: ('wagtail.blocks.StructBlock', [[('image', 1), ('caption', 2)]], {}), 4: ('pages.blocks.AssetChooserBlock', (), {'kind': 'video', 'label': 'Video'}), 5: ('wagtail.blocks.StructBlock', [[('asset', 4), ('caption', 2)]], {}), 6: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('note', 'Note'), ('tip', 'Tip'), ('warning', 'Warning')]}), 7: ('wagtail.blocks.CharBlock', (), {'max_length': 120, 'required': False}), 8: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'ol', 'ul', 'link']}), 9: ('wagtail.blocks.StructBlock', [[('tone', 6), ('title', 7), ('text', 8)]], {}), 10: ('wagtail.blocks.TextBlock', (), {}), 11: ('wagtail.blocks.CharBlock', (), {'label': 'Said by', 'max_length': 120, 'required': False}), 12: ('wagtail.blocks.StructBlock', [[('text', 10), ('by', 11)]], {}), 13: ('wagtail.blocks.CharBlock', (), {'default': 'Resources', 'max_length': 120, 'required': False}), 14: ('pages.blocks.AssetChooserBlock', (), {'kind': 'file', 'label': 'File'}), 15: ('wagtail.blocks.CharBlock', (), {'help_text': "Leave empty to show the file's own title.", 'max_length': 120, 'required': False}), 16: ('wagtail.blocks.StructBlock', [[('asset', 14), ('title', 15), ('description', 2)]], {'label': 'File'}), 17: ('wagtail.blocks.ListBlock', (16,), {'label': 'Files'}), 18: ('wagtail.blocks.StructBlock', [[('title', 13), ('items', 17)]], {}), 19: ('wagtail.blocks.CharBlock', (), {'max_length': 120}), 20: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'ol', 'ul', 'link'], 'required': False}), 21: ('wagtail.blocks.StructBlock', [[('title', 19), ('text', 20)]], {'label': 'Step'}), 22: ('wagtail.blocks.ListBlock', (21,), {'label': 'Steps'}), 23: ('wagtail.blocks.StructBlock', [[('title', 7), ('steps', 22)]], {}), 24: ('wagtail.blocks.CharBlock', (), {'max_length': 200}), 25: ('wagtail.blocks.StructBlock', [[('question', 24), ('answer', 8)]], {'label': 'Question'}), 26: ('wagtail.blocks.ListBlock', (25,), {'label': 'Questions'}), 27: ('wagtail.blocks.StructBlock', [[('title', 7), ('items', 26)]], {}), 28: ('wagtail.embeds.blocks.EmbedBlock', (), {'label': 'Address', 'max_width': 1280}), 29: ('wagtail.blocks.StructBlock', [[('media', 28), ('caption', 2)]], {})}, verbose_name='body')),
                ('artwork', models.ForeignKey(blank=True, help_text='Square, at least 1400 × 1400 pixels.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailimages.image', verbose_name='artwork')),
                ('categories', modelcluster.fields.ParentalManyToManyField(blank=True, related_name='+', to='pages.category', verbose_name='categories')),
                ('social_image', models.ForeignKey(blank=True, help_text='Shown when the page is shared; 1200 × 630 pixels fit everywhere.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailimages.image', verbose_name='social image')),
                ('tags', modelcluster.contrib.taggit.ClusterTaggableManager(blank=True, help_text='A comma-separated list of tags.', through='pages.PageTag', to='taggit.Tag', verbose_name='Tags')),
            ],
            options={
                'abstract': False,
                'verbose_name': 'podcast',
                'verbose_name_plural': 'podcasts',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='Program',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('summary', models.CharField(blank=True, help_text='One or two sentences, shown on cards and in search results.', max_length=300, verbose_name='summary')),
                ('promise', models.CharField(blank=True, help_text='What a member can do at the end that they cannot do today.', max_length=300, verbose_name='promise')),
                ('body', wagtail.fields.StreamField([('text', 0), ('image', 3), ('video', 5), ('callout', 9), ('quote', 12), ('resources', 18), ('steps', 23), ('faq', 27), ('embed', 29)], blank=True, block_lookup={0: ('wagtail.blocks.RichTextBlock', (), {'features': ['h2', 'h3', 'h4', 'bold', 'italic', 'ol', 'ul', 'hr', 'link', 'blockquote', 'code'], 'icon': 'pilcrow', 'label': 'Text', 'template': 'pages/blocks/text.html'}), 1: ('wagtail.images.blocks.ImageBlock', [], {}), 2: ('wagtail.blocks.CharBlock', (), {'max_length': 200, 'required': False}), 3: ('wagtail.blocks.StructBlock', [[('image', 1), ('caption', 2)]], {}), 4: ('pages.blocks.AssetChooserBlock', (), {'kind': 'video', 'label': 'Video'}), 5: ('wagtail.blocks.StructBlock', [[('asset', 4), ('caption', 2)]], {}), 6: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('note', 'Note'), ('tip', 'Tip'), ('warning', 'Warning')]}), 7: ('wagtail.blocks.CharBlock', (), {'max_length': 120, 'required': False}), 8: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'ol', 'ul', 'link']}), 9: ('wagtail.blocks.StructBlock', [[('tone', 6), ('title', 7), ('text', 8)]], {}), 10: ('wagtail.blocks.TextBlock', (), {}), 11: ('wagtail.blocks.CharBlock', (), {'label': 'Said by', 'max_length': 120, 'required': False}), 12: ('wagtail.blocks.StructBlock', [[('text', 10), ('by', 11)]], {}), 13: ('wagtail.blocks.CharBlock', (), {'default': 'Resources', 'max_length': 120, 'required': False}), 14: ('pages.blocks.AssetChooserBlock', (), {'kind': 'file', 'label': 'File'}), 15: ('wagtail.blocks.CharBlock', (), {'help_text': "Leave empty to show the file's own title.", 'max_length': 120, 'required': False}), 16: ('wagtail.blocks.StructBlock', [[('asset', 14), ('title', 15), ('description', 2)]], {'label': 'File'}), 17: ('wagtail.blocks.ListBlock', (16,), {'label': 'Files'}), 18: ('wagtail.blocks.StructBlock', [[('title', 13), ('items', 17)]], {}), 19: ('wagtail.blocks.CharBlock', (), {'max_length': 120}), 20: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'ol', 'ul', 'link'], 'required': False}), 21: ('wagtail.blocks.StructBlock', [[('title', 19), ('text', 20)]], {'label': 'Step'}), 22: ('wagtail.blocks.ListBlock', (21,), {'label': 'Steps'}), 23: ('wagtail.blocks.StructBlock', [[('title', 7), ('steps', 22)]], {}), 24: ('wagtail.blocks.CharBlock', (), {'max_length': 200}), 25: ('wagtail.blocks.StructBlock', [[('question', 24), ('answer', 8)]], {'label': 'Question'}), 26: ('wagtail.blocks.ListBlock', (25,), {'label': 'Questions'}), 27: ('wagtail.blocks.StructBlock', [[('title', 7), ('items', 26)]], {}), 28: ('wagtail.embeds.blocks.EmbedBlock', (), {'label': 'Address', 'max_width': 1280}), 29: ('wagtail.blocks.StructBlock', [[('media', 28), ('caption', 2)]], {})}, verbose_name='body')),
                ('categories', modelcluster.fields.ParentalManyToManyField(blank=True, related_name='+', to='pages.category', verbose_name='categories')),
                ('cover', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailimages.image', verbose_name='cover')),
                ('social_image', models.ForeignKey(blank=True, help_text='Shown when the page is shared; 1200 × 630 pixels fit everywhere.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailimages.image', verbose_name='social image')),
                ('tags', modelcluster.contrib.taggit.ClusterTaggableManager(blank=True, help_text='A comma-separated list of tags.', through='pages.PageTag', to='taggit.Tag', verbose_name='Tags')),
                ('trailer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='core.asset', verbose_name='trailer')),
            ],
            options={
                'abstract': False,
                'verbose_name': 'program',
                'verbose_name_plural': 'programs',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='Standard',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('summary', models.CharField(blank=True, help_text='One or two sentences, shown on cards and in search results.', max_length=300, verbose_name='summary')),
                ('body', wagtail.fields.StreamField([('text', 0), ('image', 3), ('video', 5), ('callout', 9), ('quote', 12), ('resources', 18), ('steps', 23), ('faq', 27), ('embed', 29)], blank=True, block_lookup={0: ('wagtail.blocks.RichTextBlock', (), {'features': ['h2', 'h3', 'h4', 'bold', 'italic', 'ol', 'ul', 'hr', 'link', 'blockquote', 'code'], 'icon': 'pilcrow', 'label': 'Text', 'template': 'pages/blocks/text.html'}), 1: ('wagtail.images.blocks.ImageBlock', [], {}), 2: ('wagtail.blocks.CharBlock', (), {'max_length': 200, 'required': False}), 3: ('wagtail.blocks.StructBlock', [[('image', 1), ('caption', 2)]], {}), 4: ('pages.blocks.AssetChooserBlock', (), {'kind': 'video', 'label': 'Video'}), 5: ('wagtail.blocks.StructBlock', [[('asset', 4), ('caption', 2)]], {}), 6: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('note', 'Note'), ('tip', 'Tip'), ('warning', 'Warning')]}), 7: ('wagtail.blocks.CharBlock', (), {'max_length': 120, 'required': False}), 8: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'ol', 'ul', 'link']}), 9: ('wagtail.blocks.StructBlock', [[('tone', 6), ('title', 7), ('text', 8)]], {}), 10: ('wagtail.blocks.TextBlock', (), {}), 11: ('wagtail.blocks.CharBlock', (), {'label': 'Said by', 'max_length': 120, 'required': False}), 12: ('wagtail.blocks.StructBlock', [[('text', 10), ('by', 11)]], {}), 13: ('wagtail.blocks.CharBlock', (), {'default': 'Resources', 'max_length': 120, 'required': False}), 14: ('pages.blocks.AssetChooserBlock', (), {'kind': 'file', 'label': 'File'}), 15: ('wagtail.blocks.CharBlock', (), {'help_text': "Leave empty to show the file's own title.", 'max_length': 120, 'required': False}), 16: ('wagtail.blocks.StructBlock', [[('asset', 14), ('title', 15), ('description', 2)]], {'label': 'File'}), 17: ('wagtail.blocks.ListBlock', (16,), {'label': 'Files'}), 18: ('wagtail.blocks.StructBlock', [[('title', 13), ('items', 17)]], {}), 19: ('wagtail.blocks.CharBlock', (), {'max_length': 120}), 20: ('wagtail.blocks.RichTextBlock', (), {'features': ['bold', 'italic', 'ol', 'ul', 'link'], 'required': False}), 21: ('wagtail.blocks.StructBlock', [[('title', 19), ('text', 20)]], {'label': 'Step'}), 22: ('wagtail.blocks.ListBlock', (21,), {'label': 'Steps'}), 23: ('wagtail.blocks.StructBlock', [[('title', 7), ('steps', 22)]], {}), 24: ('wagtail.blocks.CharBlock', (), {'max_length': 200}), 25: ('wagtail.blocks.StructBlock', [[('question', 24), ('answer', 8)]], {'label': 'Question'}), 26: ('wagtail.blocks.ListBlock', (25,), {'label': 'Questions'}), 27: ('wagtail.blocks.StructBlock', [[('title', 7), ('items', 26)]], {}), 28: ('wagtail.embeds.blocks.EmbedBlock', (), {'label': 'Address', 'max_width': 1280}), 29: ('wagtail.blocks.StructBlock', [[('media', 28), ('caption', 2)]], {})}, verbose_name='body')),
                ('categories', modelcluster.fields.ParentalManyToManyField(blank=True, related_name='+', to='pages.category', verbose_name='categories')),
                ('social_image', models.ForeignKey(blank=True, help_text='Shown when the page is shared; 1200 × 630 pixels fit everywhere.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailimages.image', verbose_name='social image')),
                ('tags', modelcluster.contrib.taggit.ClusterTaggableManager(blank=True, help_text='A comma-separated list of tags.', through='pages.PageTag', to='taggit.Tag', verbose_name='Tags')),
            ],
            options={
                'abstract': False,
                'verbose_name': 'page',
                'verbose_name_plural': 'pages',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.AddConstraint(
            model_name='category',
            constraint=models.UniqueConstraint(fields=('site', 'slug'), name='one_category_a_slug'),
        ),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='event_ends_after_it_starts'),
        ),
    ]
