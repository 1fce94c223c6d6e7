"""What the sending of messages wants done: it stands still, it is late, nobody sends, and what did not arrive."""

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reception import clock, kept_back, outbox_words, pulse
from reception.admin.todo import Step
from reception.models import TO_SEE_TO, County, Message, MessageState, User


def heartbeat(county: County) -> list[Step]:
    """That nothing is sent, or late: first of all, for whoever waits for what is said there."""
    beat = pulse.beat(county, at=clock.now())
    outbox = reverse("admin:reception_message_changelist")
    steps = []
    if beat.held_at and pulse.was_restored(county):
        return [Step(_("数据库从备份恢复过，消息已暂停发送：请核对后放行"), reverse("admin:messages_held"), urgent=True)]
    if beat.held_at:
        words = ngettext(
            "时钟跳变，消息已暂停发送：放行后会同时发出 %(count)d 条，请核对时间",
            "时钟跳变，消息已暂停发送：放行后会同时发出 %(count)d 条，请核对时间",
            beat.held,
        )
        return [Step(words % {"count": beat.held}, reverse("admin:messages_held"), urgent=True)]
    # Whoever sends begins together with the pages: in the first moments nothing has been heard of it yet.
    dead = beat.is_dead and pulse.up() > pulse.LATE
    if dead and beat.silent is None:
        steps.append(Step(_("消息发送还没有启动，请告知系统管理员"), outbox, urgent=True))
    elif dead and beat.silent is not None:
        words = _("消息已停止发送：最近一次是 %(time)s前，请告知系统管理员") % {"time": outbox_words.lasting(beat.silent)}
        steps.append(Step(words, outbox, urgent=True))
    if beat.is_late and beat.oldest is not None:
        words = _("消息发送延迟：最早一条已等 %(time)s") % {"time": outbox_words.lasting(beat.oldest)}
        steps.append(Step(words, f"{outbox}?state__exact=waiting", urgent=True))
    return steps


def to_see_to(user: User, on: date) -> list[Step]:
    """The messages that failed, or may not have arrived, as far as the reader may know of them."""
    outbox = reverse("admin:reception_message_changelist")
    steps = []
    for state in TO_SEE_TO:
        count = kept_back.messages(Message.objects.filter(state=state), user, on=on).count()
        if count:
            said = _("未能送达的消息：%(count)d 条") if state == MessageState.FAILED else _("是否送达不明的消息：%(count)d 条")
            steps.append(Step(said % {"count": count}, f"{outbox}?state__exact={state}", urgent=True))
    return steps
