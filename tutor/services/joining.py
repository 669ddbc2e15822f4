"""Classes and who is in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from tutor.models import Classroom, Membership, User
from tutor.models.classroom import new_join_code

if TYPE_CHECKING:
    from django.contrib.auth.forms import BaseUserCreationForm


class NoSuchClass(ValueError):
    """The join code opens no class."""

    def __init__(self) -> None:
        super().__init__("No class has this code. Ask your teacher to show it once more.")


@transaction.atomic
def open_classroom(*, teacher: User, name: str) -> Classroom:
    """A new class with this teacher in it and a fresh join code."""
    classroom = Classroom.objects.create(name=name)
    Membership.objects.create(classroom=classroom, user=teacher, role=Membership.Role.TEACHER)
    return classroom


def join_classroom(*, user: User, code: str) -> Classroom:
    """Joins by code; whoever is in the class already stays as she is. NoSuchClass otherwise."""
    classroom = Classroom.objects.filter(join_code=code).first()
    if classroom is None:
        raise NoSuchClass
    Membership.objects.get_or_create(classroom=classroom, user=user)
    return classroom


@transaction.atomic
def sign_up(*, form: BaseUserCreationForm[User]) -> User:
    """The account of a new student, in her class from the first moment."""
    user = form.save()
    join_classroom(user=user, code=form.cleaned_data["code"])
    return user


def renew_code(*, classroom: Classroom) -> None:
    """A new join code; the old one stops working."""
    classroom.join_code = new_join_code()
    classroom.save(update_fields=["join_code"])


def remove_student(*, classroom: Classroom, user_id: int) -> None:
    """Takes a student out of the class; her trails stay hers."""
    classroom.memberships.filter(user_id=user_id, role=Membership.Role.STUDENT).delete()
