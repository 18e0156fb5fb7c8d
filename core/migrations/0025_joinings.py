"""Since when somebody belongs to a tier: noted by the database, whoever puts them there."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

NOTE = """
CREATE FUNCTION core_note_joining() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO core_joining (member_id, group_id, since)
  VALUES (NEW.member_id, NEW.group_id, now())
  ON CONFLICT (member_id, group_id) DO NOTHING;
  RETURN NULL;
END $$;
CREATE TRIGGER core_note_joining AFTER INSERT ON members_member_groups
  FOR EACH ROW EXECUTE FUNCTION core_note_joining();
"""
FORGET = """
DROP TRIGGER core_note_joining ON members_member_groups;
DROP FUNCTION core_note_joining();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('core', '0024_preparations'),
        ('members', '0003_zones_chosen_by_hand'),
    ]

    operations = [
        migrations.CreateModel(
            name='Joining',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateTimeField()),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='joinings', to='auth.group')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='joinings', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('member', 'group'), name='one_joining_a_tier')],
            },
        ),
        migrations.RunSQL(NOTE, FORGET),
    ]
