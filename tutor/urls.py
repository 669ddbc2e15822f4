"""Every address of the tutor."""

from __future__ import annotations

from django.contrib import admin
from django.urls import path

from tutor.views import (
    accounts,
    api,
    assignments,
    classes,
    health,
    home,
    pages,
    problems,
    review,
    sets,
    trails,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("accounts/login/", accounts.SignIn.as_view(), name="login"),
    path("accounts/logout/", accounts.SignOut.as_view(), name="logout"),
    path("accounts/join/", accounts.join, name="join"),
    path("problems/", problems.problem_list, name="problem_list"),
    path("problems/new/", problems.problem_new, name="problem_new"),
    path("problems/<slug:slug>/", problems.problem, name="problem"),
    path("trails/", trails.trail_list, name="trail_list"),
    path("trails/<uuid:trail_id>/", trails.trail, name="trail"),
    path("trails/<uuid:trail_id>/attempts/", trails.attempt_new, name="attempt_new"),
    path("trails/<uuid:trail_id>/hints/", trails.hint_open, name="hint_open"),
    path("trails/<uuid:trail_id>/check/", trails.work_check, name="work_check"),
    path("trails/<uuid:trail_id>/share/", trails.share, name="share"),
    path("classes/", classes.classroom_list, name="classroom_list"),
    path("classes/join/", classes.classroom_join, name="classroom_join"),
    path("classes/<int:classroom_id>/", classes.classroom, name="classroom"),
    path("classes/<int:classroom_id>/export/", classes.classroom_export, name="classroom_export"),
    path("sets/", sets.set_list, name="set_list"),
    path("sets/<int:set_id>/", sets.set_detail, name="set_detail"),
    path("assignments/", assignments.assignment_list, name="assignment_list"),
    path("assignments/new/", assignments.assignment_new, name="assignment_new"),
    path("assignments/<int:assignment_id>/", assignments.assignment, name="assignment"),
    path(
        "assignments/<int:assignment_id>/edit/",
        assignments.assignment_edit,
        name="assignment_edit",
    ),
    path("review/<uuid:trail_id>/", review.review, name="review"),
    path("api/problems/", api.problems, name="api_problems"),
    path("api/trails/", api.trails, name="api_trails"),
    path("api/trails/<uuid:trail_id>/", api.trail, name="api_trail"),
    path("api/trails/<uuid:trail_id>/draft", api.draft, name="api_draft"),
    path("api/generations/<uuid:generation_id>/", api.generation, name="api_generation"),
    path("api/read-answer/", api.read_answer, name="api_read_answer"),
    path("healthz", health.healthz, name="healthz"),
    path("offline/", pages.offline, name="offline"),
    path("sw.js", pages.service_worker, name="service_worker"),
    path("styleguide/", pages.styleguide, name="styleguide"),
    path("admin/", admin.site.urls),
]

handler400 = "tutor.views.errors.bad_request"
handler404 = "tutor.views.errors.not_found"
