"""F33: migrations that come after the first ones only add, so that the code of before works on, and one can go back."""

import pytest
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState, ProjectState

from reception.growing import AddIndexBeside
from reception.together import together
from reception.walls import CountyWall
from tests.config.additive import objections

# Up to here nobody had to work on meanwhile: there was no release yet.
FIRST = {"reception": "0023_outbox_indexes", "petitions": "0014_gram_bytes"}
# What is allowed all the same, each with what makes it harmless: the name of the migration, what is objected to, and why it may be.
ALLOWED: dict[tuple[str, str], str] = {}


def states():
    """Every migration of ours, with the models before it, in the order in which they are done."""
    loader, state, seen = MigrationLoader(None, ignore_no_migrations=True), ProjectState(), set()
    for leaf in loader.graph.leaf_nodes():
        for key in loader.graph.forwards_plan(leaf):
            if key not in seen:
                seen.add(key)
                migration = loader.graph.nodes[key]
                if key[0] in FIRST:
                    yield migration, state
                state = migration.mutate_state(state)


@pytest.fixture(scope="module")
def found():
    return {(migration.app_label, migration.name): objections(migration, state) for migration, state in states()}


def test_f33_what_comes_after_the_first_migrations_only_adds(found):
    late = {key: said for key, said in found.items() if key[1][:4] > FIRST[key[0]][:4]}
    assert set(FIRST.items()) <= set(found)
    said = {(name, sentence) for (_app, name), sentences in late.items() for sentence in sentences}
    assert said == set(ALLOWED)


def test_f33_the_look_sees_what_the_first_ones_did(found):
    """They were written before anybody had to work on meanwhile, and much of that would be refused now."""
    said = found["petitions", "0014_gram_bytes"]
    assert [sentence.split(":")[0] for sentence in said if "take it away in a later release" in sentence] == [
        "Remove field places from gram",
        "Remove field marks from gram",
    ]
    assert any("nobody can write meanwhile" in sentence for sentence in found["reception", "0018_attempts_cut"])
    assert found["reception", "0020_pulse_history"] == []


BEFORE = ProjectState()
BEFORE.add_model(
    ModelState(
        "reception",
        "Thing",
        [
            ("id", models.BigAutoField(primary_key=True)),
            ("name", models.CharField(max_length=20)),
            ("note", models.TextField(null=True)),
        ],
    )
)
INDEX, CHECK = models.Index(fields=["name"], name="thing_name"), models.CheckConstraint(condition=~models.Q(name=""), name="named")


def of(*operations, atomic=True):
    migration = migrations.Migration("0099_next", "reception")
    migration.operations, migration.atomic = list(operations), atomic
    return objections(migration, BEFORE)


@pytest.mark.parametrize(
    "operations",
    [
        [migrations.AddField("thing", "more", models.TextField(null=True))],
        [migrations.AddField("thing", "more", models.BooleanField(default=False, db_default=False))],
        [migrations.AlterField("thing", "name", models.CharField(max_length=40, verbose_name="名称"))],
        [AddConstraintNotValid("thing", CHECK)],
        together(
            [migrations.CreateModel("New", [("id", models.BigAutoField(primary_key=True))]), migrations.AddIndex("new", INDEX)]
        ),
        [migrations.CreateModel("New", [("id", models.BigAutoField(primary_key=True))]), CountyWall("new")],
        # The code stops using it; the database keeps it until the next release.
        [migrations.SeparateDatabaseAndState(state_operations=[migrations.RemoveField("thing", "note")])],
    ],
)
def test_f33_what_only_adds_is_let_be(operations):
    assert of(*operations) == []


def test_f33_an_index_beside_the_work_stands_alone():
    assert of(AddIndexBeside("thing", INDEX), atomic=False) == []
    assert "of its own" in of(AddIndexBeside("thing", INDEX))[0]
    more = migrations.AddField("thing", "more", models.TextField(null=True))
    assert "of its own" in of(AddIndexBeside("thing", INDEX), more, atomic=False)[0]


@pytest.mark.parametrize(
    ("operation", "words"),
    [
        (migrations.AddField("thing", "more", models.BooleanField(default=False)), "db_default"),
        (migrations.AddField("thing", "more", models.TextField(null=True, db_index=True)), "nobody can write"),
        (migrations.RemoveField("thing", "note"), "in a later release"),
        (migrations.RenameField("thing", "note", "remark"), "in a later release"),
        (migrations.DeleteModel("Thing"), "in a later release"),
        (migrations.AlterField("thing", "note", models.TextField(default="")), "leaves it empty"),
        (migrations.AlterField("thing", "name", models.CharField(max_length=10)), "narrower"),
        (migrations.AlterField("thing", "name", models.IntegerField()), "keeps its kind"),
        (migrations.AlterField("thing", "name", models.CharField(max_length=20, unique=True)), "nobody can write"),
        (migrations.AddIndex("thing", INDEX), "AddIndexBeside"),
        (together([migrations.AddIndex("thing", INDEX), migrations.AddConstraint("thing", CHECK)])[0], "AddIndexBeside"),
        (migrations.AddConstraint("thing", CHECK), "AddConstraintNotValid"),
        (migrations.RunSQL("SELECT 1", "SELECT 1"), "can't be known"),
        (migrations.RunSQL("SELECT 1"), "nobody can go back"),
        (CountyWall("thing"), "can't be known"),
    ],
)
def test_f33_what_the_code_of_before_would_notice_is_objected_to(operation, words):
    assert any(words in sentence for sentence in of(operation)), of(operation)
