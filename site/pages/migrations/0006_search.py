"""How text is searched: without accents, by word stems, and by words that are nearly right.

Wagtail keeps the text of every page in its index entries; these are the indexes on them that
a member's search needs beside Wagtail's own.
"""

from django.db import migrations

FOLD = """
CREATE OR REPLACE FUNCTION search_fold(text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$ SELECT lower(public.unaccent('public.unaccent'::regdictionary, $1)) $$
"""
CONFIGURATION = """
CREATE TEXT SEARCH CONFIGURATION lectern (COPY = pg_catalog.english);
ALTER TEXT SEARCH CONFIGURATION lectern
  ALTER MAPPING FOR hword, hword_part, word WITH public.unaccent, pg_catalog.english_stem;
"""
INDEXES = """
CREATE INDEX search_words ON wagtailsearch_indexentry USING gin ((title || body));
CREATE INDEX search_letters ON wagtailsearch_indexentry
  USING gin (search_fold(title_text || ' ' || body_text) gin_trgm_ops);
"""
# The words come longest first: the index finds the first, the others are checked on what it found.
ALIKE = """
CREATE OR REPLACE FUNCTION search_alike(words text[]) RETURNS SETOF integer
LANGUAGE sql STABLE SET pg_trgm.word_similarity_threshold = 0.4
AS $$
  SELECT id FROM wagtailsearch_indexentry
   WHERE search_fold(title_text || ' ' || body_text) %> search_fold(words[1])
     AND search_fold(title_text || ' ' || body_text)
         %> ALL (SELECT search_fold(word) FROM unnest(words) AS word)
$$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0001_extensions"),
        ("pages", "0005_groups"),
        ("wagtailsearch", "0010_add_text_fields"),
    ]
    operations = [
        migrations.RunSQL(FOLD, "DROP FUNCTION search_fold(text)"),
        migrations.RunSQL(CONFIGURATION, "DROP TEXT SEARCH CONFIGURATION lectern"),
        migrations.RunSQL(INDEXES, "DROP INDEX search_words, search_letters"),
        migrations.RunSQL(ALIKE, "DROP FUNCTION search_alike(text[])"),
    ]
