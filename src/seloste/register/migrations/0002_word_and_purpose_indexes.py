from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models

from seloste.register.models import Beginnings

#: The words of a folded text. Immutable, so that it may stand in an index; without a parser, so that "J.P." is no host.
WORDS = r"""
CREATE FUNCTION public.seloste_words(value text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN array_remove(
    string_to_array(translate(value, E'-\u2010\u2011\u2013''\u2019`\u00b4.,;:/\\()&+_"\t', repeat(' ', 21)), ' '), '');
"""

#: Every beginning of every word, up to twelve letters: with them in an index a beginning is looked up like a whole word.
BEGINNINGS = r"""
CREATE FUNCTION public.seloste_beginnings(value text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ARRAY(
    SELECT DISTINCT left(word, letters)
    FROM unnest(public.seloste_words(value)) word, generate_series(1, least(length(word), 12)) letters);
"""


class Migration(migrations.Migration):
    dependencies = [("register", "0001_initial")]

    operations = [
        migrations.RunSQL(sql=WORDS, reverse_sql="DROP FUNCTION public.seloste_words(text)"),
        migrations.RunSQL(sql=BEGINNINGS, reverse_sql="DROP FUNCTION public.seloste_beginnings(text)"),
        migrations.RemoveIndex("name", "name_by_word"),
        migrations.AddIndex(
            "name",
            GinIndex(Beginnings("by_family"), name="name_by_beginnings", condition=models.Q(ended_at=None)),
        ),
        migrations.AddIndex(
            "name", GinIndex(fields=["purposes"], name="name_by_purpose", condition=models.Q(ended_at=None))
        ),
        migrations.AddIndex(
            "contactpoint",
            GinIndex(fields=["purposes"], name="contact_point_by_purpose", condition=models.Q(ended_at=None)),
        ),
    ]
