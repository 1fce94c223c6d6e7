"""Rare pairs that share a list are told apart by marks; the lists are made anew by the next indexing, and till then every text is open."""

import django.contrib.postgres.fields
from django.db import migrations, models

from reception.walls import in_each_county

# Without the character that begins the names of shared lists.
FOLDED = """
CREATE OR REPLACE FUNCTION petitions_folded(said text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN lower(normalize({said}, NFKC))
"""
ANEW = in_each_county("DELETE FROM petitions_gram; UPDATE petitions_casetext SET place = NULL WHERE place IS NOT NULL;")


class Migration(migrations.Migration):
    dependencies = [("petitions", "0008_same_county")]

    operations = [
        migrations.RunSQL(FOLDED.format(said="replace(said, chr(1), '')"), FOLDED.format(said="said")),
        migrations.AddField(
            model_name="gram",
            name="marks",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(), null=True, size=None),
        ),
        migrations.RunSQL(ANEW, ANEW),
    ]
