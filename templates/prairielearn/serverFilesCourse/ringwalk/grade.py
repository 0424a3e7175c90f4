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


def main() -> int:
    with open(ROOT / "data" / "data.json", encoding="utf-8") as file:
        data = json.load(file)
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "submissions" / f"variant-{int(data['variant_seed'])}"
        place.mkdir(parents=True)
        with os.scandir(ROOT / "student") as entries:
            paths = [
                entry.path for entry in entries
                if entry.name.endswith(".walk") and entry.is_file(follow_symlinks=False)
            ]
        if not paths:
            refuse("No file TASK.walk was handed in.")
            return 0
        for path in paths:
            shutil.copyfile(path, place / Path(path).name)
        out = Path(folder) / "out"
        command = [
            "ringwalk", "grade", ROOT / "tests" / "lesson.md", place.parent,
            "--format", "prairielearn", "-o", out,
        ]
        key = ROOT / "serverFilesCourse" / "ringwalk" / "course.key"
        if key.exists():
            command += ["--key", key]
        try:
            # The table of points is for people; what counts is the file.
            subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
        except OSError as error:
            print(error, file=sys.stderr)
        files = list(out.glob("prairielearn/**/results.json"))
        if len(files) == 1:
            shutil.copyfile(files[0], RESULTS)
        else:
            print("ringwalk has left no result", file=sys.stderr)
            refuse("The grader failed. The submission is not to blame.")
    return 0


def refuse(message: str) -> None:
    """Costs neither points nor an attempt."""
    RESULTS.write_text(
        json.dumps({"gradable": False, "message": message, "format_errors": [message]}),
        encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
