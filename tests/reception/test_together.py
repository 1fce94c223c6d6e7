"""Steps of a migration that are taken together leave what they leave one by one."""

from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from reception.together import Together, together

NAME = migrations.AddField("case", "name", models.TextField(default=""))
SHORT = migrations.AddConstraint("case", models.CheckConstraint(condition=models.Q(name__length__lte=9), name="short"))
TABLE = migrations.CreateModel("Case", [("id", models.BigAutoField(primary_key=True))])
OTHER = migrations.CreateModel(
    "Other", [("id", models.BigAutoField(primary_key=True)), ("of", models.ForeignKey("case", models.PROTECT))]
)
LINE = migrations.RunSQL("SELECT 1", "SELECT 1")


def test_neighbours_of_a_kind_are_one_step_and_the_order_stays():
    found = together([TABLE, OTHER, NAME, SHORT, LINE, SHORT, TABLE])
    assert [step.operations if isinstance(step, Together) else step for step in found] == [
        [TABLE, OTHER],
        [NAME, SHORT],
        LINE,
        SHORT,
        TABLE,
    ]


def test_the_models_are_those_of_one_step_after_another_drawn_before_or_not():
    for drawn in (False, True):
        one, other = ProjectState(), ProjectState()
        if drawn:
            assert other.apps.get_models() == []
        for step in [TABLE, OTHER, NAME, SHORT]:
            step.state_forwards("petitions", one)
        for step in together([TABLE, OTHER, NAME, SHORT]):
            step.state_forwards("petitions", other)
        assert one.models == other.models
        model = other.apps.get_model("petitions", "case")
        assert [field.name for field in model._meta.get_fields()] == ["other", "id", "name"]
        assert [constraint.name for constraint in model._meta.constraints] == ["short"]


def test_migrations_are_taken_together_here():
    ours = [m for (app, _name), m in MigrationLoader(None).disk_migrations.items() if app in ("petitions", "reception")]
    steps = [step for migration in ours for step in migration.operations if isinstance(step, Together)]
    assert sum(len(step.operations) for step in steps) > 250
