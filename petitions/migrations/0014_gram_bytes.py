"""Lists of places are bytes; they are made anew by the next indexing, and till then every text is open."""

from django.db import migrations, models

from reception.walls import in_each_county

ANEW = in_each_county("DELETE FROM petitions_gram; UPDATE petitions_casetext SET place = NULL WHERE place IS NOT NULL;")


class Migration(migrations.Migration):
    dependencies = [("petitions", "0013_saved_filter")]

    operations = [
        migrations.RunSQL(ANEW, ANEW),
        migrations.RemoveField(model_name="gram", name="places"),
        migrations.RemoveField(model_name="gram", name="marks"),
        migrations.AddField(model_name="gram", name="places", field=models.BinaryField(), preserve_default=False),
        migrations.AddField(model_name="gram", name="marks", field=models.BinaryField(null=True)),
    ]
