"""Releases are submitted before they are approved, and say why when they come late; which websites may show the county's fragment."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import reception.models.counties
from reception.together import together

BEFORE = """
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a release is never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state IN ('published', 'discarded') THEN
        RAISE EXCEPTION 'a % release never changes', OLD.state USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state <> 'published' THEN
        IF NEW.document <> OLD.document THEN
            RAISE EXCEPTION 'a draft''s document never changes: discard it and draft anew' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.state <> 'approved'
        OR NEW.document - ARRAY['number', 'previous', 'published_at', 'journal'] <> OLD.document
        OR NEW.number <> coalesce((SELECT max(number) FROM reception_release WHERE county_id = NEW.county_id), 0) + 1
        OR NEW.document ->> 'number' <> NEW.number::text
        OR NEW.document ->> 'previous' IS DISTINCT FROM
            (SELECT hash FROM reception_release WHERE county_id = NEW.county_id AND number = NEW.number - 1) THEN
        RAISE EXCEPTION 'only what was approved is published, as the next in the chain' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
"""

NOW = """
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a release is never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state IN ('published', 'discarded') THEN
        RAISE EXCEPTION 'a % release never changes', OLD.state USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state <> OLD.state AND NOT (OLD.state || ' ' || NEW.state = ANY (ARRAY[
        'draft submitted', 'submitted draft', 'submitted approved', 'approved published',
        'draft discarded', 'submitted discarded', 'approved discarded'])) THEN
        RAISE EXCEPTION 'a % release does not become %: it is published only once approved', OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state <> 'published' THEN
        IF NEW.document <> OLD.document THEN
            RAISE EXCEPTION 'a draft''s document never changes: discard it and draft anew' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.state <> 'approved'
        OR NEW.document - ARRAY['number', 'previous', 'published_at', 'journal', 'late'] <> OLD.document
        OR NEW.number <> coalesce((SELECT max(number) FROM reception_release WHERE county_id = NEW.county_id), 0) + 1
        OR NEW.document ->> 'number' <> NEW.number::text
        OR NEW.document ->> 'previous' IS DISTINCT FROM
            (SELECT hash FROM reception_release WHERE county_id = NEW.county_id AND number = NEW.number - 1) THEN
        RAISE EXCEPTION 'only what was approved is published, as the next in the chain' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
"""


def function(body: str) -> str:
    """The body of the trigger `release_stays`, which stays where it is."""
    return f"CREATE OR REPLACE FUNCTION release_stays() RETURNS trigger LANGUAGE plpgsql AS $body$\nBEGIN\n{body}\nEND\n$body$"


class Migration(migrations.Migration):
    dependencies = [("reception", "0006_substitution_ways")]

    operations = [
        migrations.AddField(
            model_name="county",
            name="embed_hosts",
            field=models.CharField(
                blank=True,
                default="*",
                help_text="* 表示任何网站；也可写用空格分隔的网址，例如 https://www.example.gov.cn；留空则不能嵌入。",
                max_length=500,
                validators=[reception.models.counties.check_embed_hosts],
                verbose_name="可嵌入接访安排的网站",
            ),
        ),
        migrations.AddField(
            model_name="release",
            name="late_reason",
            field=models.CharField(blank=True, max_length=200, verbose_name="未能提前公布的原因（公开）"),
        ),
        migrations.AddField(
            model_name="release",
            name="late_reason_en",
            field=models.CharField(blank=True, max_length=400, verbose_name="未能提前公布的原因（公开，英文）"),
        ),
        migrations.AddField(
            model_name="release",
            name="sent_back_reason",
            field=models.CharField(blank=True, max_length=300, verbose_name="退回原因"),
        ),
        migrations.AddField(
            model_name="release",
            name="submitted_at",
            field=models.DateTimeField(null=True, verbose_name="送审时间"),
        ),
        migrations.AddField(
            model_name="release",
            name="submitted_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="送审人",
            ),
        ),
        migrations.AlterField(
            model_name="release",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "拟定"),
                    ("submitted", "待审定"),
                    ("approved", "已审定"),
                    ("published", "已公布"),
                    ("discarded", "已作废"),
                ],
                default="draft",
                max_length=10,
                verbose_name="状态",
            ),
        ),
        migrations.RemoveConstraint(model_name="release", name="release_one_open"),
        migrations.AddConstraint(
            model_name="release",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("draft", "submitted", "approved"))),
                fields=("county",),
                name="release_one_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="release",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "submitted"), _negated=True),
                    models.Q(("submitted_at__isnull", False), ("submitted_by__isnull", False)),
                    _connector="OR",
                ),
                name="release_submitted_by_someone",
            ),
        ),
        migrations.RunSQL(function(NOW), function(BEFORE)),
    ]
    operations = together(operations)
