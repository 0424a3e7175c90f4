"""Pages with another look: rows 1, 16, 17."""

import functools
import os
import shutil
import subprocess

import handouts
from pages import PageTest, Stepper


def ringwalk(*arguments):
    subprocess.run([os.environ["RINGWALK"], *arguments], check=True, stdout=subprocess.DEVNULL)


@functools.cache
def site():
    """A site whose theme has another colour of paper, a line above all pages and one below."""
    look, site = handouts.WORK / "look", handouts.WORK / "themed"
    lessons = handouts.WORK / "themed-lessons"
    for folder in (look, site, lessons):
        shutil.rmtree(folder, ignore_errors=True)
    lessons.mkdir(parents=True)
    for name in (handouts.HOSTILE, "geraete"):
        shutil.copy(handouts.HERE / "lessons" / f"{name}.md", lessons)
    ringwalk("theme", look)
    page, sheet = look / "page.mustache", look / "theme.css"
    page.write_text(
        page.read_text()
        .replace("<header>", '<header>\n<p class="course">Course 101: {{title}}</p>')
        .replace("</main>", "</main>\n{{>imprint}}\n"))
    (look / "imprint.mustache").write_text(
        '<aside class="imprint" aria-label="Imprint" title="{{title}}" style="color:red">{{site}}</aside>\n'
        "<script>window.ran = true</script>\n")
    sheet.write_text(
        sheet.read_text().replace("--paper:#fffdf8", "--paper:#eaf4ff")
        + "\n/* Ours. */\n.course {\n  font-weight: 700;\n}\n")
    ringwalk("build", lessons, "-o", site, "--theme", look)
    return site


class ThemeTests(PageTest):
    PAGES = ["index", "search", "geraete", handouts.HOSTILE, f"{handouts.HOSTILE}.steps"]

    def look_at(self, name, **options):
        tab = self.open(site() / f"{name}.html", **options)
        # The template has a script and a style of its own, and the policy forbids both.
        self.assertEqual(
            len([line for line in self.complaints if "Content Security Policy" in line]), 2, name)
        self.complaints.clear()
        self.assertIsNone(tab.evaluate("window.ran || null"))
        return tab

    def test_row_17_the_sheet_is_in_force_and_nothing_else(self):
        for name in self.PAGES:
            tab = self.look_at(name)
            self.assertEqual(
                tab.locator("body").evaluate("e => getComputedStyle(e).backgroundColor"),
                "rgb(234, 244, 255)", name)
            self.assertNotEqual(
                tab.locator(".imprint").evaluate("e => getComputedStyle(e).color"),
                "rgb(255, 0, 0)", name)

    def test_row_16_no_page_asks_for_anything(self):
        for name in self.PAGES:
            self.requests.clear()
            tab = self.look_at(name)
            tab.wait_for_load_state("networkidle")
            self.assertEqual(len(self.requests), 1, name)

    def test_hostile_titles_are_text(self):
        tab = self.look_at(handouts.HOSTILE)
        self.assertEqual(tab.locator("b[onclick], img").count(), 0)
        title = tab.locator("h1").inner_text()
        self.assertIn("<", title)
        self.assertEqual(tab.locator(".course").inner_text(), f"Course 101: {title}")
        self.assertEqual(tab.locator(".imprint").get_attribute("title"), title)

    def test_pages_do_what_they_did(self):
        stepper = Stepper(self.look_at(handouts.HOSTILE))
        first = stepper.sentence
        stepper.button("last").click()
        self.assertNotEqual(stepper.sentence, first)
        tab = self.look_at("search")
        tab.locator("input").fill("übertragung")
        tab.locator("#places a").first.click()
        self.assertEqual(tab.locator("h1").inner_text(), "Geräte und Straßen")
        self.complaints.clear()

    def test_row_01_accessible(self):
        for name in ["index", "geraete"]:
            for scheme in ["light", "dark"]:
                tab = self.look_at(name, color_scheme=scheme)
                self.assertEqual(self.axe(tab), [], name)
