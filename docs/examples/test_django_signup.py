"""Tests of a Django view: `python -m unittest docs.examples.test_django_signup`."""

from unittest import mock

from django.test import SimpleTestCase

from docs.examples import django_signup as views  # yours: from signup import views
from supabase_gotrue import Client, admin
from supabase_gotrue.emulator import Emulator


class NewUserTest(SimpleTestCase):
    users: Client

    def setUp(self) -> None:
        self.users = Emulator().client()
        patch = mock.patch.object(views, "auth", return_value=self.users)
        patch.start()
        self.addCleanup(patch.stop)

    def test_creates_a_user(self) -> None:
        response = self.client.post("/users/new", {"email": "ada@example.com"})
        self.assertEqual(response.status_code, 201)
        self.assertEqual(len(admin.list_users(self.users).unwrap().users), 1)

    def test_shows_a_taken_address(self) -> None:
        admin.create_user(self.users, {"email": "ada@example.com"})
        response = self.client.post("/users/new", {"email": "ada@example.com"})
        self.assertContains(response, "This address is taken.", status_code=422)
