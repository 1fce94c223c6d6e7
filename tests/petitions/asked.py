"""What a page of the staff's site asked the database."""

# What every page of someone signed in asks before it begins: who they are, their roles today, and the county's wall.
SIGNING_IN = ("reception_session", 'SELECT "reception_user"', "current_setting(", "SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")


def own(asked):
    """A page's own queries, without those of signing in."""
    found = [query["sql"] for query in asked if not any(word in query["sql"] for word in SIGNING_IN)]
    assert '"reception_rolegrant"."role" AS "role"' in found[0]
    return found[1:]
