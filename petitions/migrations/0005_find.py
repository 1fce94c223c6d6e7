"""Searching: the folded text of each case, written by the database with the case, and the lists that find it."""

from datetime import timedelta

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import reception.scope
from reception.together import together
from reception.walls import CountyWall, Trigger, in_each_county

FOLDED = """
CREATE FUNCTION petitions_folded(said text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN lower(normalize(said, NFKC))
"""
WRITE = """
    INSERT INTO petitions_casetext (county_id, case_id, received_on, month, text)
    VALUES (
        NEW.county_id, NEW.id, NEW.received_on, extract(year FROM NEW.received_on) * 12 + extract(month FROM NEW.received_on),
        petitions_folded(NEW.matter || E'\\n' || NEW.wish)
    );
    RETURN NULL;
"""
WRITE_EARLIER = in_each_county(
    """
        INSERT INTO petitions_casetext (county_id, case_id, received_on, month, text)
        SELECT county_id, id, received_on, extract(year FROM received_on) * 12 + extract(month FROM received_on),
            petitions_folded(matter || E'\\n' || wish)
        FROM petitions_case;
"""
)
STAYS = """
    IF TG_OP = 'DELETE' OR (NEW.county_id, NEW.case_id, NEW.received_on, NEW.month, NEW.text)
        IS DISTINCT FROM (OLD.county_id, OLD.case_id, OLD.received_on, OLD.month, OLD.text) THEN
        RAISE EXCEPTION 'what a case was registered with never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
"""

# As before, and closed once: agreed by whom, from when until when, and ended by whom and when.
DISCLOSED = """
    IF TG_OP = 'DELETE'
        OR (NEW.id, NEW.county_id, NEW.case_id, NEW.to_id, NEW.reason, NEW.asked_by_id, NEW.asked_at)
            IS DISTINCT FROM (OLD.id, OLD.county_id, OLD.case_id, OLD.to_id, OLD.reason, OLD.asked_by_id, OLD.asked_at)
        OR (OLD.agreed_at IS NOT NULL AND (NEW.agreed_by_id, NEW.agreed_at, NEW.ends_at)
            IS DISTINCT FROM (OLD.agreed_by_id, OLD.agreed_at, OLD.ends_at))
        OR (OLD.ended_at IS NOT NULL AND (NEW.ended_by_id, NEW.ended_at) IS DISTINCT FROM (OLD.ended_by_id, OLD.ended_at)) THEN
        RAISE EXCEPTION 'this record only grows: correct it by a new one' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
"""
OPEN_ENDED = "DROP TRIGGER petitions_disclosure_is_fixed ON petitions_disclosure; DROP FUNCTION petitions_disclosure_is_fixed()"


class Migration(migrations.Migration):
    dependencies = [("petitions", "0005_refer"), ("reception", "0014_case_life")]

    operations = [
        migrations.CreateModel(
            name="CaseText",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="text",
                        serialize=False,
                        to="petitions.case",
                    ),
                ),
                ("received_on", models.DateField()),
                ("month", models.IntegerField()),
                ("place", models.SmallIntegerField(null=True)),
                ("text", models.TextField()),
                (
                    "county",
                    models.ForeignKey(
                        default=reception.scope.current,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="reception.county",
                        verbose_name="县（市、区）",
                    ),
                ),
            ],
            options={
                "verbose_name": "检索文本",
                "verbose_name_plural": "检索文本",
                "ordering": ["-received_on", "-case_id"],
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        condition=models.Q(("place__isnull", True)),
                        fields=["county", "-received_on", "-case"],
                        name="casetext_open",
                    )
                ],
                "constraints": [models.UniqueConstraint(fields=("county", "month", "place"), name="casetext_place_once")],
            },
        ),
        migrations.CreateModel(
            name="Gram",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "county_id", "gram", "month", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("gram", models.CharField(db_collation="C", max_length=3)),
                ("month", models.IntegerField()),
                ("count", models.SmallIntegerField()),
                ("places", django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(), size=None)),
                (
                    "county",
                    models.ForeignKey(
                        default=reception.scope.current,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="reception.county",
                        verbose_name="县（市、区）",
                    ),
                ),
            ],
            options={
                "verbose_name": "检索词表",
                "verbose_name_plural": "检索词表",
                "ordering": ["gram", "-month"],
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [models.CheckConstraint(condition=models.Q(("count__gt", 0)), name="gram_is_somewhere")],
            },
        ),
        migrations.RunSQL(FOLDED, "DROP FUNCTION petitions_folded(text)"),
        migrations.RunSQL(WRITE_EARLIER, migrations.RunSQL.noop),
        CountyWall("casetext", is_referred=False),
        CountyWall("gram", is_referred=False),
        Trigger("casetext", "casetext_stays", "BEFORE UPDATE OR DELETE", STAYS),
        Trigger("case", "case_has_its_text", "AFTER INSERT", WRITE),
        migrations.AddField(
            model_name="disclosure",
            name="ended_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="结束时间"),
        ),
        migrations.AddField(
            model_name="disclosure",
            name="ended_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="结束人",
            ),
        ),
        migrations.AddConstraint(
            model_name="disclosure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_at__isnull", True),
                    ("ends_at__lte", models.F("agreed_at") + timedelta(hours=72)),
                    _connector="OR",
                ),
                name="disclosure_is_short",
            ),
        ),
        migrations.AddConstraint(
            model_name="disclosure",
            constraint=models.UniqueConstraint(
                condition=models.Q(("agreed_at__isnull", True), ("ended_at__isnull", True)),
                fields=("case", "to"),
                name="disclosure_asked_once",
            ),
        ),
        migrations.RunSQL(OPEN_ENDED, migrations.RunSQL.noop),
        Trigger("disclosure", "petitions_disclosure_is_fixed", "BEFORE UPDATE OR DELETE", DISCLOSED),
    ]
    operations = together(operations)
