"""Problems and people of the browser tests, as code for the running system's own shell."""

PROBLEMS = """
from django.utils import timezone
from datetime import timedelta
topic, _ = Topic.objects.get_or_create(slug="algebra", defaults={"name": "Algebra"})
def problem(slug, title, statement, answer="", kind="math", **extra):
    row = Problem.objects.create(slug=slug, title=title, kind=kind, level=2, statement=statement,
                                 family=extra.pop("family", ""), samples=extra.pop("samples", []))
    row.topics.add(topic)
    Solution.objects.create(problem=row, answer=answer, worked="It is $" + answer + "$.", **extra)
    return row
problem("sum", "A sum of two", "Find $17 + 25$. [scripted tokens=160 speed=400]", "42")
problem("wrong", "A hard product", "Find $6 \\\\cdot 7$. [scripted tokens=120 answer=41]", "42")
problem("slow", "A long look", "Find $30 + 12$. [scripted tokens=6000 speed=60]", "42")
problem("middle", "A middling look", "Find $20 + 22$. [scripted tokens=600 speed=80]", "42")
problem("program", "Double it", "Read $n$ and print $2n$.", "", kind="code",
        samples=[{"input": "3\\n", "output": "6\\n"}],
        tests=[{"input": "3\\n", "output": "6\\n"}, {"input": "-4\\n", "output": "-8\\n"}],
        reference="print(2 * int(input()))")
"""
# Sessions as after signing in: the form costs seconds of password hashing each time.
SESSION = """
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
keys = {}
def arrive(user):
    store = SessionStore()
    store[SESSION_KEY], store[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    store.create()
    keys[user.username] = store.session_key
for name in ("ada", "emmy", "grace"):
    arrive(User.objects.get(username=name))
"""
# Fresh students, so that tests do not share trails.
STUDENTS = """
room = Classroom.objects.first()
for n in range(40):
    user = User.objects.create(username=f"s{n}", role="student", password="!")
    Membership.objects.create(classroom=room, user=user, role="student")
    arrive(user)
"""
TELL = "print(json.dumps(keys))\n"
