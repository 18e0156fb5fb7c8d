"""Whoever is in a tier already has been since their account began: nothing closes again."""

from django.db import migrations

BEFORE = """
INSERT INTO core_joining (member_id, group_id, since)
SELECT held.member_id, held.group_id, member.joined_at
  FROM members_member_groups held JOIN members_member member ON member.id = held.member_id
ON CONFLICT (member_id, group_id) DO NOTHING
"""


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0025_joinings'),
    ]

    operations = [
        migrations.RunSQL(BEFORE, migrations.RunSQL.noop),
    ]
