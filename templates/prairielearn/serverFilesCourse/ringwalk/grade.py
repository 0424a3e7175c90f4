#!/usr/bin/env python3
"""Grades one submission to a PrairieLearn question.

The question's folder `tests` has the lesson. Each file TASK.walk of the submission is one to the task of
that name; the variant is that of PrairieLearn's own seed. The points are ringwalk's.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(os.environ.get("GRADE", "/grade"))
RESULTS = ROOT / "results" / "results.json"

# What ringwalk takes; it says so itself of a file that is a little longer.
MOST_BYTES = 1 << 20


def main() -> int:
    with open(ROOT / "data" / "data.json", encoding="utf-8") as file:
        data = json.load(file)
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    with os.scandir(ROOT / "student") as entries:
        paths = sorted(
            Path(entry.path) for entry in entries
            if entry.name.endswith(".walk") and entry.is_file(follow_symlinks=False))
    if not paths:
        refuse("No file TASK.walk was handed in.")
        return 0
    lines = [submission_line(path, data["variant_seed"]) for path in paths]
    with tempfile.TemporaryDirectory() as folder:
        command = [
            "ringwalk", "grade", ROOT / "tests" / "lesson.md", "-",
            "--format", "prairielearn", "-o", folder,
        ]
        # Lines of results go nowhere: they have all that is hidden from students.
        try:
            subprocess.run(
                command, input="".join(lines).encode(), stdout=subprocess.DEVNULL, check=False)
        except OSError as error:
            print(error, file=sys.stderr)
        files = list(Path(folder).rglob("results.json"))
        if len(files) == 1:
            shutil.copyfile(files[0], RESULTS)
        else:
            print("ringwalk has left no result", file=sys.stderr)
            refuse("The grader failed. The submission is not to blame.")
    return 0


def submission_line(path: Path, seed: object) -> str:
    """A line of JSON as `ringwalk grade LESSON -` reads it."""
    with open(path, "rb") as file:
        source = file.read(MOST_BYTES + 1).decode("utf-8", errors="replace")
    submission = {
        "id": path.stem, "student": f"variant {seed}", "task": path.stem, "attempt": 1,
        "source": source,
    }
    return json.dumps(submission) + "\n"


def refuse(message: str) -> None:
    """Costs neither points nor an attempt."""
    RESULTS.write_text(
        json.dumps({"gradable": False, "message": message, "format_errors": [message]}),
        encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
