import hashlib
import hmac
import json
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.core import mail
from django.db import transaction

from hongzhu.core.documents import actions, engine, queries
from hongzhu.core.documents.actions import gateways
from hongzhu.core.documents.models import Message
from tests.core.documents.conftest import NOW


@pytest.fixture
def send(cast):
    gateways.box.clear()

    def put(*names, key="x:1", now=NOW):
        accounts = [cast.accounts[name] for name in names]
        return actions.send(key=key, accounts=accounts, subject="提醒", text="请记录", url="/x/", now=now)

    return put


def test_send_is_once_for_each_account_and_key(send, django_assert_max_num_queries):
    assert send("member", "organiser") == 2
    assert send("member", "organiser", "deputy") == 1
    assert send("member", key="x:2") == 1
    assert Message.objects.count() == 4
    with django_assert_max_num_queries(4):
        send("member", "organiser", "deputy", "inspector", key="x:3")


def test_a_refused_act_sends_nothing(send):
    with pytest.raises(RuntimeError), transaction.atomic():
        send("member")
        raise RuntimeError
    assert Message.objects.count() == 0
    assert actions.deliver(now=NOW) == actions.Delivered()


def test_deliver_hands_over_each_message_once(send):
    send("member", "organiser")
    assert actions.deliver(now=NOW) == actions.Delivered(sent=2)
    assert actions.deliver(now=NOW + timedelta(days=1)) == actions.Delivered()
    assert sorted(parcel.to for parcel in gateways.box) == ["member", "organiser"]


def test_deliver_keeps_to_its_limit(send):
    send("member", "organiser", "deputy")
    assert actions.deliver(now=NOW, limit=2).sent == 2
    assert Message.objects.filter(state="WAITING").count() == 1


def test_failures_wait_longer_each_time_and_end(send, monkeypatch, settings):
    def refuse(_parcel):
        raise OSError("down")

    monkeypatch.setitem(gateways.GATEWAYS, "memory", refuse)
    send("member")
    now = NOW
    for wait in engine.WAITS:
        assert actions.deliver(now=now) == actions.Delivered(waiting=1)
        assert actions.deliver(now=now + wait - timedelta(seconds=1)) == actions.Delivered()
        now += wait
    assert actions.deliver(now=now) == actions.Delivered(failed=1)
    message = Message.objects.get()
    assert (message.state, message.tries, message.error) == ("FAILED", len(engine.WAITS) + 1, "OSError: down")


def test_a_gateway_that_is_back_delivers(send, monkeypatch):
    answers = iter([OSError("down"), None])

    def once_down(_parcel):
        if error := next(answers):
            raise error

    monkeypatch.setitem(gateways.GATEWAYS, "memory", once_down)
    send("member")
    assert actions.deliver(now=NOW).waiting == 1
    assert actions.deliver(now=NOW + timedelta(minutes=2)).sent == 1
    assert Message.objects.get().error == ""


def test_a_message_claimed_by_another_worker_is_left(send, monkeypatch):
    send("member")
    handed = []

    def deliver_again(parcel):
        handed.append(parcel.id)
        assert actions.deliver(now=NOW) == actions.Delivered()

    monkeypatch.setitem(gateways.GATEWAYS, "memory", deliver_again)
    assert actions.deliver(now=NOW).sent == 1
    assert len(handed) == 1


def test_an_unknown_gateway_is_named(settings):
    settings.MESSAGE_GATEWAY = "pigeon"
    with pytest.raises(Exception, match=r"pigeon.*console"):
        actions.deliver(now=NOW)


def test_console_and_none_deliver(send, settings):
    for name in ("console", "none"):
        settings.MESSAGE_GATEWAY = name
        send("member", key=name)
        assert actions.deliver(now=NOW).sent == 1


def test_mail_goes_to_the_account_at_the_bureaus_domain(send, settings):
    settings.MESSAGE_GATEWAY, settings.MAIL_DOMAIN = "mail", "qinghe.example"
    send("member")
    assert actions.deliver(now=NOW).sent == 1
    assert (mail.outbox[0].to, mail.outbox[0].subject) == (["member@qinghe.example"], "提醒")


def test_mail_without_a_domain_says_what_to_set(send, settings):
    settings.MESSAGE_GATEWAY, settings.MAIL_DOMAIN = "mail", ""
    send("member")
    actions.deliver(now=NOW)
    assert "HONGZHU_MAIL_DOMAIN" in Message.objects.get().error


class Hook(BaseHTTPRequestHandler):
    seen: list = []
    status = 200

    def do_POST(self):
        self.seen.append((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(self.status)
        if self.status == 302:
            self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, *_args):
        pass


@pytest.fixture
def hook(settings):
    server = HTTPServer(("127.0.0.1", 0), Hook)
    Hook.seen, Hook.status = [], 200
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.MESSAGE_GATEWAY, settings.WEBHOOK_SECRET, settings.WEBHOOK_SECONDS = "webhook", "shared", 20
    settings.WEBHOOK_URL = f"http://127.0.0.1:{server.server_port}/hook"
    yield Hook
    server.shutdown()
    server.server_close()


def test_webhook_signs_what_it_sends(send, hook):
    send("member")
    assert actions.deliver(now=NOW).sent == 1
    ((headers, body),) = hook.seen
    said = f"{headers['X-Hongzhu-Time']}.".encode() + body
    assert headers["X-Hongzhu-Signature"] == hmac.new(b"shared", said, hashlib.sha256).hexdigest()
    assert json.loads(body)["to"] == "member"
    assert headers["X-Hongzhu-Id"] == str(Message.objects.get().pk)


@pytest.mark.parametrize("status", [500, 403, 302])
def test_webhook_answers_other_than_yes_are_tried_again(send, hook, status):
    hook.status = status
    send("member")
    assert actions.deliver(now=NOW).waiting == 1
    assert len(hook.seen) == 1


def test_webhook_without_secret_is_not_sent(send, hook, settings):
    settings.WEBHOOK_SECRET = ""
    send("member")
    assert actions.deliver(now=NOW).waiting == 1
    assert hook.seen == []


def test_an_account_reads_its_own_messages_alone(send, cast):
    send("member", "organiser")
    mine = queries.messages_of(cast.member).get()
    other = queries.messages_of(cast.organiser).get()
    actions.read_message(account=cast.member, message=other, now=NOW)
    assert queries.unread_count(cast.organiser) == 1
    actions.read_message(account=cast.member, message=mine, now=NOW)
    assert queries.unread_count(cast.member) == 0
    assert actions.read_all(account=cast.organiser, now=NOW) == 1
