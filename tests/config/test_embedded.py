"""The embedded PostgreSQL, as the portal needs it."""

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db


def value(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


def test_it_is_postgresql_18_with_the_extensions_the_tables_use():
    assert value("SELECT current_setting('server_version_num')::int / 10000") == 18
    assert value("SELECT count(*) FROM pg_extension WHERE extname IN ('btree_gist', 'pg_trgm')") == 2


def test_chinese_text_has_trigrams():
    """In the plain C locale this would be 0, and no repeated matter would ever be proposed."""
    assert value("SELECT similarity('拖欠农民工工资', '拖欠农民工工资问题') > 0.5")
