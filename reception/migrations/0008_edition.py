"""A county's edition counts up with everything its public pages are made of; its days and newest release are noted beside it."""

from django.db import migrations, models

from reception.walls import Trigger, in_each_county

# Only the release's trigger, below, may change what is noted of releases: a county saved by someone who read it before
# a release came out must not put the old days back.
COUNTY = """
    NEW.edition := OLD.edition + 1;
    IF pg_trigger_depth() < 2 THEN
        NEW.latest_release := OLD.latest_release;
        NEW.published_days := OLD.published_days;
    END IF;
    RETURN NEW;
"""

NOTE = """
    UPDATE reception_county SET
        latest_release = {release}.number,
        published_days = coalesce((
            SELECT jsonb_agg(day -> 'day' ORDER BY day ->> 'day') FROM jsonb_array_elements({release}.document -> 'days') AS day
            WHERE day ->> 'state' <> 'cancelled'
        ), '[]')
    WHERE id = {release}.county_id;
"""

RELEASE = f"""
    IF NEW.state = 'published' THEN
        {NOTE.format(release="NEW")}
    END IF;
    RETURN NULL;
"""

KNOWN = in_each_county(
    f"""
        FOR last IN SELECT * FROM reception_release WHERE county_id = county AND state = 'published' ORDER BY number DESC LIMIT 1 LOOP
            {NOTE.format(release="last")}
        END LOOP;
""",
    declare="last reception_release;",
)


class Migration(migrations.Migration):
    dependencies = [("reception", "0007_release_submitted")]

    operations = [
        migrations.AddField("county", "edition", models.BigIntegerField(default=1, editable=False)),
        migrations.AddField("county", "latest_release", models.PositiveIntegerField(editable=False, null=True)),
        migrations.AddField("county", "published_days", models.JSONField(default=list, editable=False)),
        migrations.RunSQL(KNOWN, migrations.RunSQL.noop),
        Trigger("county", "county_edition", "BEFORE UPDATE", COUNTY),
        Trigger("release", "release_edition", "AFTER INSERT OR UPDATE", RELEASE),
    ]
