"""Forms: what may be typed, and what is said when it may not."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.forms import BaseUserCreationForm
from django.utils import timezone

from tutor.models import Assignment, Classroom, Language, Problem, ProblemSet, Topic, User
from tutor.services.exporting import LICENCES

if TYPE_CHECKING:  # generic for the type checker only
    SignUpBase = BaseUserCreationForm[User]
    ClassroomBase = forms.ModelForm[Classroom]
    ProblemSetBase = forms.ModelForm[ProblemSet]
    AssignmentBase = forms.ModelForm[Assignment]
else:
    SignUpBase = BaseUserCreationForm
    ClassroomBase = ProblemSetBase = AssignmentBase = forms.ModelForm

WORK_LIMIT = 100_000
EMPTY_ATTEMPT = "Write at least one line, or an answer, before you submit."


class AttemptForm(forms.Form):
    """Working and answer, or a program. One line is enough."""

    attempt_id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    working = forms.CharField(
        required=False, strip=False, max_length=WORK_LIMIT, widget=forms.Textarea
    )
    answer = forms.CharField(required=False, max_length=2_000)
    program = forms.CharField(
        required=False, strip=False, max_length=WORK_LIMIT, widget=forms.Textarea
    )
    language = forms.ChoiceField(required=False, choices=Language.choices)

    def clean_language(self) -> str:
        return self.cleaned_data["language"] or Language.PYTHON

    def clean_working(self) -> str:
        return with_plain_newlines(self.cleaned_data["working"])

    def clean_program(self) -> str:
        return with_plain_newlines(self.cleaned_data["program"])

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if not self.errors and not any(
            data.get(name, "").strip() for name in ("working", "answer", "program")
        ):
            raise forms.ValidationError(EMPTY_ATTEMPT, code="empty")
        return data


def with_plain_newlines(text: str) -> str:
    """Browsers send CRLF; lines are counted by LF everywhere. Blank text is no text."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if text.strip() else ""


class HintForm(forms.Form):
    level = forms.IntegerField(min_value=1, max_value=4)
    asked_with = forms.CharField(
        max_length=500,
        error_messages={"required": "Write one line about where you are. It opens the hint."},
    )


class JoinForm(forms.Form):
    code = forms.CharField(label="Join code", max_length=12)

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        return code.upper().replace(" ", "").replace("-", "")


class SignUpForm(SignUpBase):
    """A student's account. The join code of a class is what lets a person in."""

    code = forms.CharField(label="Join code of your class", max_length=12)

    class Meta:
        model = User
        fields = ["username", "first_name", "last_name"]

    clean_code = JoinForm.clean_code


class PasteForm(forms.Form):
    """A problem of the student's own."""

    title = forms.CharField(max_length=120, required=False)
    kind = forms.ChoiceField(choices=Problem.Kind.choices, initial="math")
    statement = forms.CharField(
        max_length=20_000, widget=forms.Textarea(attrs={"rows": 9, "class": "serif"})
    )

    def clean_statement(self) -> str:
        return with_plain_newlines(self.cleaned_data["statement"]).strip()


class ProblemFilterForm(forms.Form):
    """The filters of the problem list. What it cannot read it ignores."""

    q = forms.CharField(required=False, max_length=100)
    kind = forms.ChoiceField(required=False, choices=[("", "All"), *Problem.Kind.choices])
    topic = forms.ModelChoiceField(
        Topic.objects.all(), required=False, to_field_name="slug", empty_label="All topics"
    )
    level = forms.TypedChoiceField(
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", "Any level"), *((n, f"Level {n}") for n in (1, 2, 3, 4))],
    )
    state = forms.ChoiceField(
        required=False, choices=[("", "All"), ("new", "Not tried"), ("solved", "Solved")]
    )


class ClassroomForm(ClassroomBase):
    class Meta:
        model = Classroom
        fields = ["name"]


class ProblemSetForm(ProblemSetBase):
    class Meta:
        model = ProblemSet
        fields = ["title"]


class AssignmentForm(AssignmentBase):
    """A set, a class, dates and a policy; only this teacher's own sets and classes."""

    opens_at = forms.DateTimeField(
        label="Opens", widget=forms.DateTimeInput({"type": "datetime-local"}, "%Y-%m-%dT%H:%M")
    )
    due_at = forms.DateTimeField(
        label="Due", widget=forms.DateTimeInput({"type": "datetime-local"}, "%Y-%m-%dT%H:%M")
    )

    class Meta:
        model = Assignment
        fields = ["problem_set", "classroom", "opens_at", "due_at", "help_policy"]
        labels = {"problem_set": "Problem set", "classroom": "Class", "help_policy": "Help"}
        widgets = {"help_policy": forms.RadioSelect}

    def __init__(self, *args: Any, teacher: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = timezone.localtime().replace(second=0, microsecond=0)
        self.fields["opens_at"].initial = now
        self.fields["due_at"].initial = (now + timedelta(days=7)).replace(hour=18, minute=0)
        sets, classes = self.fields["problem_set"], self.fields["classroom"]
        assert isinstance(sets, forms.ModelChoiceField)
        assert isinstance(classes, forms.ModelChoiceField)
        sets.queryset = ProblemSet.objects.owned_by(teacher)
        classes.queryset = Classroom.objects.taught_by(teacher)
        sets.empty_label = classes.empty_label = "Choose…"

    def clean_problem_set(self) -> ProblemSet:
        chosen: ProblemSet = self.cleaned_data["problem_set"]
        if not chosen.items.exists():
            raise forms.ValidationError("This set has no problems yet. Add some first.")
        return chosen

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        opens, due = data.get("opens_at"), data.get("due_at")
        if opens and due and due <= opens:
            self.add_error("due_at", "The due date must come after the opening.")
        return data


class MarkForm(forms.Form):
    """A comment on one line; `target` is "attempt:<uuid>" or "generation:<uuid>"."""

    target = forms.RegexField(r"^(attempt|generation):[0-9a-f-]{36}$")
    line = forms.IntegerField(min_value=0)
    comment = forms.CharField(
        max_length=2_000,
        widget=forms.Textarea,
        error_messages={"required": "Write the comment before you leave it."},
    )


class CorrectionForm(forms.Form):
    target = forms.RegexField(r"^(attempt|generation):[0-9a-f-]{36}$")
    line = forms.IntegerField(min_value=0)
    status = forms.ChoiceField(
        choices=[
            ("checked", "checked"),
            ("contradicted", "contradicted"),
            ("unchecked", "unchecked"),
        ]
    )
    reason = forms.CharField(max_length=500, required=False)


class ApprovalForm(forms.Form):
    """Which piece of work is meant."""

    attempt = forms.UUIDField()


class ShareForm(ApprovalForm):
    """The student's yes or no."""

    share = forms.TypedChoiceField(
        choices=[("yes", "yes"), ("no", "no")], coerce=lambda word: word == "yes"
    )


class ExportForm(forms.Form):
    licence = forms.ChoiceField(choices=[(name, name) for name in LICENCES])


class SummaryForm(forms.Form):
    summary = forms.CharField(max_length=4_000, required=False, widget=forms.Textarea)
