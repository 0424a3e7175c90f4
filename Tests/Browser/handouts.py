"""The sites that the tests look at, built by the `ringwalk` that the variable RINGWALK names."""

import functools
import os
import pathlib
import shutil
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
WORK = ROOT / ".build-browser"

#: The lesson of which the budget of page weight speaks.
FOUNDING = "03-opening-a-file"
#: Lessons made for these tests.
HOSTILE = "hostile-names"
LONG = "ten-thousand-events"
PICTURES = "every-picture"
MIRRORED = "right-to-left"
UMLAUTS = "geraete"


def build(lessons, name, **environment):
    """Renders a folder of lessons into a new folder of .build-browser, and returns that."""
    site = WORK / name
    shutil.rmtree(site, ignore_errors=True)
    subprocess.run(
        [os.environ["RINGWALK"], "build", ".", "-o", site],
        check=True, cwd=lessons, env={**os.environ, **environment},
        stdout=subprocess.DEVNULL)
    return site


@functools.cache
def lessons():
    """The site of `lessons/`."""
    return build(ROOT / "lessons", "site")


@functools.cache
def specials():
    """The site of the lessons that were made for these tests."""
    return build(HERE / "lessons", "specials")


@functools.cache
def german():
    """The site of `lessons-de/`."""
    return build(ROOT / "lessons-de", "german")


def pages(*kinds):
    """All pages of both sites, or those of some kinds: `index`, `search`, `lesson`, `steps`."""
    every = [page for site in (lessons(), specials()) for page in sorted(site.glob("*.html"))]
    return [page for page in every if not kinds or kind(page) in kinds]


def kind(page):
    """What a page is: the index, the one that searches, all steps of a lesson, or a lesson."""
    if page.name in ("index.html", "search.html"):
        return page.stem
    return "steps" if page.name.endswith(".steps.html") else "lesson"


def page(name):
    """The page of a lesson, by the lesson's name."""
    for site in (lessons(), specials()):
        if (site / f"{name}.html").exists():
            return site / f"{name}.html"
    raise FileNotFoundError(name)
