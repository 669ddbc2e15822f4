"""Shared by all tests: plain static files, fast passwords, and the people of `people.py`."""

from __future__ import annotations

import os

import pytest

os.environ.setdefault("THINKTRAIL_PLAIN_STATIC", "1")  # for processes the tests start

pytest_plugins = ["tests.people"]


@pytest.fixture(autouse=True)
def _fast_and_plain(settings, tmp_path_factory):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
