"""A test that opens pages in Chromium: without a network, and deaf to no complaint of the browser."""

import atexit
import functools
import pathlib
import unittest

import axe_playwright_python
from playwright.sync_api import sync_playwright

AXE = (pathlib.Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
SMALL_PHONE = {"width": 320, "height": 568}


@functools.cache
def chromium():
    """The one browser of a run."""
    play = sync_playwright().start()
    browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
    atexit.register(lambda: (browser.close(), play.stop()))
    return browser


class PageTest(unittest.TestCase):
    """Opens pages from the disk.

    At the end of each test: no page asked for anything beside itself, and none made the browser
    complain, be it of an error or of the Content-Security-Policy.
    """

    maxDiff = 2_000

    def setUp(self):
        self.contexts = []
        self.complaints = []
        self.requests = []

    def tearDown(self):
        for context in self.contexts:
            context.close()
        self.assertEqual(self.complaints, [], "the browser complains")
        strange = [url for url in self.requests if not url.startswith("file:")]
        self.assertEqual(strange, [], "a page asks the network")

    def context(self, **options):
        options = {"offline": True, "viewport": DESKTOP, **options}
        context = chromium().new_context(**options)
        context.set_default_timeout(20_000)
        self.contexts.append(context)
        return context

    def open(self, file, fragment="", context=None, **options):
        """A new tab with a page, and with what `browser.new_context` takes."""
        tab = (context or self.context(**options)).new_page()
        tab.on("console", lambda message: self.complaints.append(message.text))
        tab.on("pageerror", lambda error: self.complaints.append(str(error)))
        tab.on("request", lambda request: self.requests.append(request.url))
        tab.goto(file.as_uri() + fragment)
        return tab

    def axe(self, tab, include="html", rules=None):
        """What axe-core finds in the first of some elements, as lines; `rules` instead of all."""
        if not tab.evaluate("'axe' in window"):
            tab.evaluate(AXE)
        result = tab.evaluate(
            """([include, only]) => axe.run(
                 {include: [document.querySelector(include)]},
                 {runOnly: only, resultTypes: ['violations'], elementRef: false})""",
            [include, rules or TAGS])
        return [
            f"{found['id']}: {node['html'][:200]}"
            for found in result["violations"] for node in found["nodes"]]


class Stepper:
    """A stepper as its reader has it."""

    def __init__(self, tab, index=0):
        self.tab = tab
        self.box = tab.locator(".stepper").nth(index)

    def button(self, name):
        return self.box.locator(f"[data-go={name}]")

    @property
    def slider(self):
        return self.box.locator("input[type=range]")

    @property
    def detail(self):
        return self.box.locator("select")

    @property
    def status(self):
        return self.box.locator("output").text_content()

    @property
    def sentence(self):
        return self.box.locator(".now").text_content()

    @property
    def step(self):
        """The number of the step that is shown."""
        return int(self.status.split(" ")[1])

    @property
    def last(self):
        """The number of the last step of all."""
        return int(self.status.split(":")[0].split(" ")[3])

    @property
    def permalink(self):
        return self.box.locator(".link").get_attribute("href")

    @property
    def pictures(self):
        """All that the stepper shows, as markup."""
        return self.box.evaluate("box => box.innerHTML")

    @property
    def number_of_steps(self):
        """How many steps the detail has."""
        return int(self.slider.get_attribute("max")) + 1
