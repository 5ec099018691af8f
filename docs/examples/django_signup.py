"""A Django project in one file: a form by which staff create users.

Run it with `python django_signup.py runserver`.
"""

import sys
from functools import cache

import django
from django import forms
from django.conf import settings
from django.core.management import execute_from_command_line
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path
from returns.result import Failure, Success

from supabase_gotrue import AdminUserAttrs, Client, Error, User, admin, client_from_env

settings.configure(
    ALLOWED_HOSTS=["localhost", "testserver"],
    ROOT_URLCONF=__name__,
    SECRET_KEY="only-for-this-example",
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
)
django.setup()

PAGE = '<form method="post">{{ form.as_p }}<button>Create</button></form>'


@cache
def auth() -> Client:
    """One client for each process, created at the first request.

    A server that forks its workers, such as gunicorn, may import this module before the fork.
    """
    return client_from_env().unwrap()


class NewUser(forms.Form):
    email = forms.EmailField()
    full_name = forms.CharField(required=False)


def new_user(request: HttpRequest) -> HttpResponse:
    form = NewUser(request.POST if request.method == "POST" else None)
    if form.is_valid():
        attrs: AdminUserAttrs = {
            "email": form.cleaned_data["email"],
            "email_confirm": True,
            "user_metadata": {"full_name": form.cleaned_data["full_name"]},
        }
        match admin.create_user(auth(), attrs):
            case Success(User() as user):
                return HttpResponse(f"created {user.id}", content_type="text/plain", status=201)
            case Failure(Error() as error):
                add_errors(form, error)
            case _:
                pass
    page = engines["django"].from_string(PAGE).render({"form": form}, request)
    return HttpResponse(page, status=422 if form.errors else 200)


def add_errors(form: forms.Form, error: Error) -> None:
    """Show each message at its field, and all others above the form."""
    for field, messages in error.errors.items():
        form.add_error(field if field in form.fields else None, list(messages))
    if error.error_code == "email_exists":
        form.add_error("email", "This address is taken.")
    elif not error.errors:
        form.add_error(None, "The user could not be created. Try again later.")


urlpatterns = [path("users/new", new_user)]

if __name__ == "__main__":
    execute_from_command_line(sys.argv)
