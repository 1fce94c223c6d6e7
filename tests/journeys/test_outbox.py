"""A letter does not arrive: the bureau sees it on the first page, reads why, and sends it again; and after an outage many at once."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import expect

from reception import scope
from reception.actions import messages
from reception.models import County, Message, User
from tests.faults import receivers, senders
from tests.journeys.test_staff import sign_in

WORDS = {
    "": ("未能送达的消息", "对方邮箱不存在或拒收", "再发一次", "已发", "已排入发送"),
    "/en": ("could not be delivered", "The mailbox does not exist", "Send again", "Sent", "in the queue"),
}


@pytest.fixture(scope="module")
def post(portal):
    """A mail server, and one look through everything by a sender that uses it; what was due before has been sent."""
    with receivers.Mailbox() as mailbox:
        env = senders.environment(settings.DATABASES["default"]["NAME"], EMAIL_URL=mailbox.url)

        def send(mode="250 taken"):
            mailbox.mode = mode
            return senders.once(env)

        send()
        mailbox.send = send
        yield mailbox


def queued(cause, *usernames):
    """A letter to each of them about a release; their ids and keys."""
    county = County.objects.get(slug="chenghe")
    with scope.county(county):
        people = User.objects.filter(username__in=usernames)
        assert len(people) == len(usernames)
        messages.queue_all(kind="release_published", cause=cause, to=people, due_at=timezone.now(), facts={"release": 1})
        return {row.pk: row.key[:40] for row in Message.objects.filter(cause=cause, channel="email")}


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_a_letter_that_was_refused_is_seen_read_about_and_sent_again(open_page, shoot, post, prefix):
    red, why, again, sent, queued_up = WORDS[prefix]
    name = f"outbox{prefix.replace('/', '-')}"
    ((pk, key),) = queued(f"release 91{prefix}", "demo-chief").items()
    post.send("550 no such mailbox")
    clerk = sign_in(open_page, "demo-clerk", prefix)
    line = clerk.locator(".urgent", has_text=re.compile(red, re.IGNORECASE))
    expect(line).to_be_visible()
    shoot(clerk, f"{name}-index")
    line.locator("a").click()
    expect(clerk.locator("#result_list tbody tr")).to_have_count(1)
    expect(clerk.locator("#result_list")).to_contain_text(why)
    shoot(clerk, f"{name}-list")
    clerk.locator("#result_list tbody a").first.click()
    assert clerk.url.endswith(f"{prefix}/admin/messages/{pk}/")
    expect(clerk.locator("dl.facts")).to_contain_text(why)
    shoot(clerk, f"{name}-letter")
    clerk.click("button[value=again]")
    expect(clerk.locator(".messagelist")).to_contain_text(queued_up)
    assert post.keys[key] == 0
    post.send()
    clerk.reload()
    expect(clerk.locator("dl.facts strong").first).to_have_text(sent)
    shoot(clerk, f"{name}-sent")
    assert post.keys[key] == 1
    assert again in clerk.content()
    clerk.goto(clerk.url.rpartition("messages/")[0])
    expect(clerk.locator(".urgent", has_text=re.compile(red, re.IGNORECASE))).to_have_count(0)


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_after_an_outage_all_of_them_are_sent_again_at_once(open_page, shoot, post, prefix):
    name = f"outbox{prefix.replace('/', '-')}-many"
    rows = {}
    for n in range(4):
        rows |= queued(f"release {92 + n}{prefix}", "demo-chief", "demo-clerk", "demo-auditor")
    gone = next(iter(rows))
    post.send("554 out of order")
    with scope.county(County.objects.get(slug="chenghe")):
        Message.objects.filter(pk=gone).update(valid_until=timezone.now())
    clerk = sign_in(open_page, "demo-clerk", prefix)
    clerk.goto(clerk.url + "reception/message/?state__exact=failed")
    clerk.check("#action-toggle")
    clerk.select_option("select[name=action]", "again")
    shoot(clerk, f"{name}-chosen")
    clerk.click("button[name=index]")
    expect(clerk.locator("dl.facts")).to_contain_text("11")
    expect(clerk.locator("dl.facts")).to_contain_text("3")
    assert Axe().run(clerk).violations_count == 0
    shoot(clerk, f"{name}-confirm")
    clerk.set_viewport_size({"width": 390, "height": 800})
    shoot(clerk, f"{name}-confirm-phone")
    clerk.click("form.planner-actions button")
    expect(clerk.locator(".messagelist")).to_contain_text("11")
    shoot(clerk, f"{name}-queued-phone")
    post.send()
    assert {pk: post.keys[key] for pk, key in rows.items()} == {pk: int(pk != gone) for pk in rows}
    # The one that is over stays on the list until somebody settles it.
    clerk.goto(clerk.url.partition("?")[0] + "?state__exact=failed")
    expect(clerk.locator("#result_list tbody tr")).to_have_count(1)
    clerk.locator("#result_list tbody a").first.click()
    clerk.fill("#id_how", "已当面告知。")
    clerk.click("button[value=settle]")
    expect(clerk.locator("button[value=settle]")).to_have_count(0)
