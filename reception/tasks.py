"""What the clock asks for. A task finds what is due; it carries nothing, not even ids."""

from celery import shared_task

from reception import rounds


@shared_task(ignore_result=True)
def send_messages() -> None:
    """Put into every county's outbox what should be there by now, and send what is due."""
    rounds.once()


@shared_task(ignore_result=True)
def settle() -> None:
    """Do in every county whatever else time alone brings about."""
    rounds.once(is_settling=True)
