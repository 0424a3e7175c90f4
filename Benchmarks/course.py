#!/usr/bin/env python3
"""A course of 300 students and 15 tasks, graded, regraded and exported, and checked from outside.

    RINGWALK=PATH course.py DIR [--students N] [--tasks N] [--feedback]

DIR gets a lesson with mistakes in its rubric, the mended lesson, what the students hand in, and a gradebook.
What everybody must have, before and after, is worked out here from what each submission was made to do, and
from the variants, which this script makes by itself: HMAC-SHA256 of task, version and student. Ringwalk's
table, the diff of the regrading and the exports must say the same; a difference ends with status 1.
"""

import argparse
import csv
import hashlib
import hmac
import os
import pathlib
import random
import re
import resource
import subprocess
import sys
import time

KEY = b"a benchmark has no secrets"
FILES = ["alpha", "beta", "gamma"]
RINGWALK = os.environ.get("RINGWALK", "ringwalk")

# What is wrong in the first lesson: tasks that want exactly so many reads and not at least so many, and
# tasks that want a status that is one too high.
EXACT = {"t05", "t10"}
OFF_BY_ONE = {"t03", "t08", "t13"}


def framed(*texts):
    return b"".join(b"%d:%s" % (len(text.encode()), text.encode()) for text in texts)


def variant(task, student):
    """The file that a student's program must open, and how often it must read."""
    seed = hmac.new(KEY, framed(task, "1", student), hashlib.sha256).digest()

    def number(name):
        digest = hmac.new(seed, framed("name", name), hashlib.sha256).digest()
        return int.from_bytes(digest[:8], "big")

    return FILES[number("path") % 3], 2 + number("count") % 3


def lesson(tasks, mended):
    out = ["# A course", "", "```walk world", "disk sda { latency 2ms }"]
    out += ['mount "/" ext4 on sda', "user ada { uid 1000 }"]
    out += [f'file "/home/ada/{name}" {{ owner ada, text "of {name}" }}' for name in FILES]
    out += ["```", ""]
    for task in tasks:
        quantity = "exactly" if task in EXACT and not mended else "at least"
        status = int(task[1:]) + (1 if task in OFF_BY_ONE and not mended else 0)
        out += [
            f"```walk task={task} points=12",
            'vary path in ["alpha", "beta", "gamma"]',
            "vary count in 2..4",
            "student program reader",
            "starter { program reader { } }",
            "forbid nanosleep",
            'start reader as ada in "/home/ada"',
            "run",
            'check "its file" 2 points: kernel copies path from reader',
            f'check "reads" 4 points after "its file": {quantity} count of reader calls read',
            'check "in order" 3 points in parts: '
            "reader calls open then reader calls read then reader calls getpid",
            f'check "its status" 2 points: reader exits {status}',
            f'hidden check "on arm64" 1 point with machine arm64: reader exits {status}',
            "```",
            "",
        ]
    return "\n".join(out)


class Submission:
    """What a student hands in, and what that is worth."""

    def __init__(self, chance, task, student, attempt):
        self.task, self.student, self.attempt = task, student, attempt
        path, count = variant(task, student)
        self.kind = chance.choices(["graded", "starter", "broken", "sleeper"], [90, 2, 4, 4])[0]
        self.path = path if chance.random() < 0.85 else chance.choice(FILES)
        self.opens = chance.random() < 0.95
        self.reads = chance.choice([count, count, count, count + 1, count - 1, 0])
        self.asks = chance.random() < 0.8
        self.status = int(task[1:]) + chance.choice([0, 0, 0, 0, 1, 2])
        self.has_file = self.opens and self.path == path
        self.count = count

    @property
    def source(self):
        if self.kind == "starter":
            return "program reader { }"
        lines = [f"# {self.student}", "program reader {", "    bss buf 16", "    let fd = 77"]
        if self.kind == "sleeper":
            lines.append("    nanosleep(1ms)")
        if self.opens:
            lines.append(f'    fd = open("{self.path}", O_RDONLY)')
        lines += ["    read(fd, &buf, 4)"] * self.reads
        if self.asks:
            lines.append("    getpid()")
        lines.append(f"    exit({self.status})")
        return "\n".join(lines + ([] if self.kind == "broken" else ["}", ""]))

    def points(self, mended):
        """In points; None where it is not gradable."""
        if self.kind in ("starter", "broken"):
            return None
        if self.kind == "sleeper":
            return 0
        points = 0
        if self.has_file:
            points += 2
            exactly = self.task in EXACT and not mended
            if self.reads == self.count if exactly else self.reads >= self.count:
                points += 4
        if self.opens:
            points += 1 + (1 + (1 if self.asks else 0) if self.reads > 0 else 0)
        wanted = int(self.task[1:]) + (1 if self.task in OFF_BY_ONE and not mended else 0)
        return points + (3 if self.status == wanted else 0)


def say(words):
    print(words, flush=True)


def command(*arguments, counted=None):
    """Runs ringwalk; returns what it prints, and says how long that took."""
    start = time.monotonic()
    done = subprocess.run([RINGWALK, *arguments], capture_output=True, text=True, check=False)
    seconds = time.monotonic() - start
    rate = f", {counted / seconds:.0f} submissions/s" if counted else ""
    say(f"{seconds:8.1f} s{rate}  ringwalk {' '.join(arguments[:2])}")
    if done.returncode != 0:
        sys.exit(f"status {done.returncode}: {done.stderr[:2000]}")
    return done.stdout


mistakes = 0


def same(what, found, expected):
    """Compares two dictionaries."""
    global mistakes
    wrong = [key for key in sorted(found.keys() | expected.keys()) if found.get(key) != expected.get(key)]
    for key in wrong[:5]:
        say(f"  {what}: {key} is {found.get(key)} and must be {expected.get(key)}")
    mistakes += len(wrong)
    say(f"           {what}: {len(expected)} compared, {len(wrong)} differ")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--students", type=int, default=300)
    parser.add_argument("--tasks", type=int, default=15)
    parser.add_argument("--feedback", action="store_true", help="write pages for students, too")
    options = parser.parse_args()
    folder = options.folder
    students = [f"s{number:04}" for number in range(options.students)]
    tasks = [f"t{number:02}" for number in range(1, options.tasks + 1)]

    chance = random.Random(2026)
    submissions = []
    for student in students:
        for task in tasks:
            attempts = chance.choices([0, 1, 2], [4, 80, 16])[0]
            submissions += [Submission(chance, task, student, n + 1) for n in range(attempts)]
    (folder / "in").mkdir(parents=True)
    for one in submissions:
        place = folder / "in" / one.student
        place.mkdir(exist_ok=True)
        name = one.task if one.attempt == 1 else f"{one.task}.{one.attempt}"
        (place / f"{name}.walk").write_text(one.source)
    (folder / "lesson.md").write_text(lesson(tasks, mended=False))
    (folder / "key").write_bytes(KEY)
    roster = ["id,name,email,canvas id"]
    roster += [f"{s},Student {s},{s}@example.org,{n + 1}" for n, s in enumerate(students)]
    (folder / "roster.csv").write_text("\n".join(roster) + "\n")
    os.chdir(folder)
    total = len(submissions)
    say(f"{len(students)} students, {len(tasks)} tasks, {total} submissions")

    # Grade.
    key = ("--key", "key")
    extra = ("--output", "out", "--format", "csv") if options.feedback else ()
    table = command("grade", "lesson.md", "in", *key, "--book", "grades.sqlite", *extra, counted=total)
    found = {}
    for line in table.splitlines()[1:]:
        row = re.match(r"(\S+) +(\S+?)(?:, attempt (\d+))? +(-|[\d.]+/12)(?: |$)", line)
        found[row[1], row[2], int(row[3] or 1)] = row[4]
    text = {None: "-"} | {points: f"{points}/12" for points in range(13)}
    same("table", found, {(s.student, s.task, s.attempt): text[s.points(False)] for s in submissions})
    again = command("grade", "lesson.md", "in", *key, "--book", "grades.sqlite", counted=total)
    same("graded again", {"table": again}, {"table": table})

    # A reason of its own for one student.
    lucky = next(s for s in submissions if s.points(False) is not None)
    reason = ("--reason", "was ill", "--by", "J. Doe")
    command("book", "adjust", "grades.sqlite", lucky.student, lucky.task, "--add", "1", *reason)

    # Mend the rubric and grade again: what would change, then what does.
    pathlib.Path("lesson.md").write_text(lesson(tasks, mended=True))
    expected = {}
    for s in submissions:
        before, after = s.points(False), s.points(True)
        if before != after:
            expected[s.student, s.task, s.attempt] = (f"{after - before:+}", f"{before} of 12", f"{after} of 12")
    for dry in (["--dry-run"], []):
        diff = command(
            "book", "regrade", "grades.sqlite", "lesson.md", *key, "--policy", "never-lower", "--diff",
            "--reason", "mended", "--by", "J. Doe", *dry, counted=total,
        )  # fmt: skip
        found = {}
        for row in re.finditer(
            r"^ *(\S+)  (\S+), (\S+), attempt (\d+): (.+) points → (.+) points$", diff, re.MULTILINE
        ):
            found[row[2], row[3], int(row[4])] = (row[1].replace("−", "-"), row[5], row[6])
        same("diff" if dry else "diff that counts", found, expected)
        last = re.search(r"(\d+) came out in another way", diff)
        same("other outcomes at least", {"changed": int(last[1]) >= len(expected)}, {"changed": True})

    # What counts now: the best attempt, each by the lesson that gave it more.
    counts = {(student, task): None for student in students for task in tasks}
    for s in submissions:
        if s.points(False) is not None:
            best = max(s.points(False), s.points(True))
            counts[s.student, s.task] = max(best, counts[s.student, s.task] or 0)
    counts[lucky.student, lucky.task] += 1
    known = {student for student, _ in (key for key, points in counts.items() if points is not None)}

    def export(form, *more):
        command("book", "export", "grades.sqlite", "--format", form, "--roster", "roster.csv", "--output", "export", *more)

    export("csv")
    with open("export/grades.csv", newline="") as file:
        found = {(r["id"], r["task"]): r["points"] for r in csv.DictReader(file)}
    text = {key: "" if points is None else str(points) for key, points in counts.items()}
    same("csv", found, text)
    numbers = "".join(f"{task},{n + 70}\n" for n, task in enumerate(tasks))
    pathlib.Path("tasks.csv").write_text("task,canvas\n" + numbers)
    export("canvas", "--tasks", "tasks.csv")
    with open("export/canvas.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    found = {
        (f"s{int(r['ID']) - 1:04}", task): r[f"{task} ({n + 70})"]
        for r in rows[1:] for n, task in enumerate(tasks)
    }  # fmt: skip
    same("canvas", found, {k: "" if v is None else f"{v}.00" for k, v in counts.items()})
    export("moodle")
    with open("export/moodle.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    found = {(r["email"].split("@")[0], task): r[task] for r in rows for task in tasks}
    same("moodle", found, {k: "-" if v is None else str(v) for k, v in counts.items()})
    command("book", "verify", "grades.sqlite")
    say(f"{len(known)} students have points; {len(expected)} results changed")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    say(f"the largest command had {peak:.0f} MiB; the book has {os.path.getsize('grades.sqlite') >> 10} KiB")
    return 1 if mistakes else 0


if __name__ == "__main__":
    sys.exit(main())
