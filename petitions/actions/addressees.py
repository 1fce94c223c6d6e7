"""To whom one can write: the county's party secretary and its magistrate, whoever holds these posts."""

from datetime import date

from reception.models import Leader, Post, Side, Tenure


def on(day: date) -> list[tuple[Leader, Post]]:
    """Who holds the first post of the party's side and of the government's on a day, in this order; a vacant post has nobody."""
    found = []
    for side in (Side.PARTY, Side.GOVERNMENT):
        first = Post.objects.filter(side=side).order_by("position", "code").first()
        held = Tenure.objects.on(day).filter(post=first).select_related("leader", "post").first() if first else None
        if held is not None:
            found.append((held.leader, held.post))
    return found
