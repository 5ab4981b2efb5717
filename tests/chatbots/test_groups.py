"""The group of those who look after the bots."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.test import Client

from chatbots.groups import BOT_KEEPERS
from content.groups import HEALTH_EDITORS
from tests.chatbots.indexed_pages import make_indexed, words

pytestmark = pytest.mark.django_db


def member_of(client: Client, *groups: str) -> Client:
    user = User.objects.create_user("rikke", password="x", is_staff=True)
    user.groups.set(Group.objects.filter(name__in=groups))
    client.force_login(user)
    return client


def test_an_editor_of_the_group_sees_the_index_and_the_feedback(client: Client) -> None:
    make_indexed()
    member_of(client, HEALTH_EDITORS, BOT_KEEPERS)
    for address in ("/admin/", "/admin/chatbots/indexstate/"):
        assert "Udgave 00000001" in words(client.get(address).content.decode())
    assert client.get("/admin/chatbots/feedback/").status_code == 200
    assert client.post("/admin/chatbots/indexstate/start/").status_code == 403


def test_an_editor_outside_the_group_sees_neither(client: Client) -> None:
    make_indexed()
    member_of(client, HEALTH_EDITORS)
    assert "Udgave" not in words(client.get("/admin/").content.decode())
    assert client.get("/admin/chatbots/indexstate/").status_code == 403
    assert client.get("/admin/chatbots/feedback/").status_code == 403


def test_a_group_that_the_owner_has_changed_is_left_as_it_is() -> None:
    group = Group.objects.get(name=BOT_KEEPERS)
    assert {"view_indexstate", "view_feedback"} <= set(group.permissions.values_list("codename", flat=True))
    group.permissions.clear()
    call_command("migrate", verbosity=0)
    assert not group.permissions.exists()
