"""The pages as files: valid, small, sound, alike when built again, and with nothing that is hostile."""

import filecmp
import gzip
import html.parser
import os
import pathlib
import re
import subprocess
import unittest
import urllib.parse

import handouts
import vnujar
from pages import PageTest, Stepper


def parts(page):
    """A page's sheet, its scripts, its data, its pictures, and what is left."""
    text = page.read_text()
    found = {}
    for name, pattern in [
        ("sheet", r"<style>(.*?)</style>"),
        ("script", r"<script>(.*?)</script>"),
        ("data", r'<script type="application/json"[^>]*>(.*?)</script>'),
        ("pictures", r'(?s:<figure class="(?:timeline|pics)".*?</figure>)'),
    ]:
        found[name] = re.findall(pattern, text, re.DOTALL)
        text = re.sub(pattern, "", text, flags=re.DOTALL)
    return found, text


class Reader(html.parser.HTMLParser):
    """The ids and links of a page, and what could run."""

    def __init__(self, page):
        super().__init__()
        self.ids, self.links, self.forbidden, self.nav_links = [], [], [], 0
        self.in_nav = 0
        self.feed(page.read_text())

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if "id" in attributes:
            self.ids.append(attributes["id"])
        for name in ["href", "src"]:
            if attributes.get(name):
                self.links.append(attributes[name])
        for name, value in attributes.items():
            if name.startswith("on") or name == "style" or "javascript:" in (value or "").lower():
                self.forbidden.append((tag, name, value))
        if tag in ("iframe", "object", "embed", "base", "link"):
            self.forbidden.append((tag, "", ""))
        self.in_nav += tag == "nav"
        self.nav_links += tag == "a" and self.in_nav > 0

    def handle_endtag(self, tag):
        self.in_nav -= tag == "nav"


class ValidityTests(PageTest):
    """Row 2, and the pictures as XML."""

    def test_row_02_valid_html(self):
        """What the checker of 2020 says of the sheet is left out: it knows no CSS of today."""
        pages = handouts.pages("index", "search", "lesson") + [
            handouts.page("01-modes-and-rings.steps"), handouts.page(handouts.HOSTILE + ".steps")]
        self.assertEqual(
            [line for line in self.check(pages) if "error: CSS:" not in line], [])

    def check(self, pages):
        """What is wrong with pages."""
        checked = subprocess.run(
            ["java", "-Xss16m", "-jar", pathlib.Path(vnujar.__file__).parent / "vnu.jar",
             "--errors-only", "--format", "gnu", *pages],
            capture_output=True, text=True)
        return checked.stderr.splitlines()

    def test_row_02_the_browser_knows_every_line_of_the_sheet(self):
        sheet = parts(handouts.page(handouts.FOUNDING))[0]["sheet"][0]
        rules = re.findall(r"([^{};]+)\{([^{}]*)\}", sheet)
        self.assertGreater(len(rules), 100)
        tab = self.open(handouts.page(handouts.FOUNDING))
        unknown = tab.evaluate(
            """rules => rules.filter(([selector, text]) => {
              try { document.querySelector(selector) } catch { return true }
              return !text.replaceAll("!important", "").split(";").filter(line => line)
                .every(line => {
                  const colon = line.indexOf(":")
                  return CSS.supports(line.slice(0, colon), line.slice(colon + 1))
                })
            })""", [[selector.strip(), text] for selector, text in rules])
        self.assertEqual(unknown, [])

    def test_the_checker_of_html_works(self):
        page = handouts.WORK / "invalid.html"
        page.write_text("<!DOCTYPE html><html lang=en><title>x</title><p id=a><p id=a></b>")
        self.assertIn("Duplicate ID", "".join(self.check([page])))

    def test_every_svg_is_well_formed(self):
        folder = handouts.WORK / "svg"
        folder.mkdir(exist_ok=True)
        for old in folder.iterdir():
            old.unlink()
        names = []
        for page in handouts.pages("lesson"):
            for number, svg in enumerate(re.findall(r"<svg\b.*?</svg>", page.read_text(), re.DOTALL)):
                name = folder / f"{page.stem}-{number}.svg"
                name.write_text(svg.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1))
                names.append(name)
        self.assertGreater(len(names), 200)
        checked = subprocess.run(
            ["xmllint", "--noout", "--nonet", *names], capture_output=True, text=True)
        self.assertEqual((checked.returncode, checked.stderr), (0, ""))

    def test_svgs_that_the_stepper_draws_are_well_formed(self):
        tab = self.open(handouts.page(handouts.PICTURES))
        stepper = Stepper(tab)
        stepper.button("last").click()
        drawn = stepper.box.evaluate(
            """box => [...box.querySelectorAll("svg")].map(svg =>
              new XMLSerializer().serializeToString(svg))""")
        self.assertGreaterEqual(len(drawn), 7)
        for svg in drawn:
            checked = subprocess.run(
                ["xmllint", "--noout", "--nonet", "-"], input=svg, capture_output=True, text=True)
            self.assertEqual((checked.returncode, checked.stderr), (0, ""))


class ContentTests(PageTest):
    """Rows 16, 17, 19, 26, and hostile text."""

    def test_row_16_a_page_is_one_file(self):
        for page in handouts.pages():
            with self.subTest(page.name):
                self.requests.clear()
                tab = self.open(page)
                tab.wait_for_load_state("networkidle")
                self.assertEqual(self.requests, [page.as_uri()])
                self.assertEqual(tab.evaluate("performance.getEntriesByType('resource').length"), 0)
                tab.context.close()
                self.contexts.remove(tab.context)

    def test_row_17_a_strict_policy_holds(self):
        for page in handouts.pages():
            text = page.read_text()
            policy = re.search(
                r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', text)[1]
            rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
            self.assertEqual(rules["default-src"], "'none'", page.name)
            for name in ["style-src", "script-src"]:
                for source in rules.get(name, "'none'").split():
                    self.assertRegex(source, r"^('none'|'sha256-[\w+/]*=')$", page.name)
            self.assertNotIn("unsafe", policy)
            # It stands before all that it speaks of.
            self.assertLess(text.index("Content-Security-Policy"), text.index("<style"))
            self.assertEqual(Reader(page).forbidden, [], page.name)
            for script in parts(page)[0]["script"]:
                self.assertNotRegex(script, r"\beval\b|new Function|innerHTML|\.style\b|insertAdj")

    def test_row_17_the_policy_is_in_force(self):
        tab = self.open(handouts.page(handouts.FOUNDING))
        tab.evaluate(
            """() => {
              const script = document.createElement("script")
              script.textContent = "window.ran = true"
              document.body.append(script)
              document.body.setAttribute("onclick", "window.ran = true")
              document.body.click()
            }""")
        self.assertIsNone(tab.evaluate("window.ran || null"))
        self.assertTrue(any("Content Security Policy" in line for line in self.complaints))
        self.complaints.clear()

    def test_hostile_text_is_text(self):
        """Nothing that a lesson says becomes markup, runs, or turns the words around it."""
        for name in [handouts.HOSTILE, handouts.HOSTILE + ".steps", "index"]:
            page = handouts.specials() / f"{name}.html"
            self.assertEqual(Reader(page).forbidden, [], name)
            text = page.read_text()
            for control in ["\x1b", "\x07", "\u202e", "\u202d", "\u2066", "\u2068"]:
                self.assertFalse(control in text, f"{name}: {control!r}")
            tab = self.open(page)
            tab.on("dialog", lambda dialog: self.complaints.append("a dialog"))
            if name == handouts.HOSTILE:
                stepper = Stepper(tab)
                stepper.detail.select_option("1")
                said = set()
                for _ in range(stepper.number_of_steps):
                    said.add(stepper.sentence)
                    stepper.button("next").click()
                told = "\n".join(said)
                self.assertIn("</script><b onclick=alert(1)>", told)
                self.assertIn("<svg onload=alert(14)>", told)
                self.assertNotRegex(told, "[\u202a-\u202e\u2066-\u2069\x1b]")
                self.assertIn("</script><script>alert(17)</script>",
                              tab.locator("section.task").first.text_content())
            if name != "index":
                self.assertIn("</script><b onclick=alert(1)>", tab.title())
            self.assertEqual(
                tab.locator("b[onclick], main script:not([type]), img, svg[onload]").count(), 0, name)
            for link in tab.locator("a").all():
                self.assertIn(
                    urllib.parse.urlparse(link.evaluate("a => a.href")).scheme, ("file", ""))

    def test_hostile_links_do_not_build(self):
        lesson = handouts.WORK / "hostile-link.md"
        for address in ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x"]:
            lesson.write_text(f"# A link\n\n[here]({address})\n")
            checked = subprocess.run(
                [os.environ["RINGWALK"], "check", lesson], capture_output=True, text=True)
            self.assertEqual(checked.returncode, 2, address)
            self.assertIn("W0045", checked.stderr)

    def test_row_19_navigation_is_short(self):
        for page in handouts.pages():
            self.assertLessEqual(Reader(page).nav_links, 40, page.name)

    def test_row_26_the_sheet_knows_no_left_and_right(self):
        sheet = parts(handouts.page(handouts.FOUNDING))[0]["sheet"][0]
        found = re.findall(
            r"(?:margin|padding|border)-(?:left|right)|text-align:(?:left|right)"
            r"|float:(?:left|right)|[{;](?:left|right):", sheet)
        self.assertEqual(found, [])

    @unittest.skip("a pseudo-locale from right to left comes with the catalogue of words (row 26)")
    def test_row_26_pages_from_right_to_left(self):
        pass


class WeightTests(unittest.TestCase):
    """Row 18."""

    def test_row_18_sheet_and_script_are_small(self):
        for page in handouts.pages():
            found, _ = parts(page)
            # Questions and rarer things have small ones of their own, on pages that need them.
            for name, small in [("sheet", 2_048), ("script", 8_192)]:
                sizes = [len(text.encode()) for text in found[name]]
                self.assertTrue(all(size <= 8_192 for size in sizes[:1]), (page.name, sizes))
                self.assertTrue(all(size <= small for size in sizes[1:]), (page.name, sizes))

    def test_row_18_the_founding_lesson_is_small(self):
        page = handouts.page(handouts.FOUNDING)
        whole = page.stat().st_size
        prose = parts(page)[1]
        for shown in [r'<figure class="script".*?</figure>', r"<template.*?</template>"]:
            prose = re.sub(shown, "", prose, flags=re.DOTALL)
        prose_size, packed = len(prose.encode()), len(gzip.compress(prose.encode()))
        print(f"\n  {page.name}: {whole} bytes; words and steps {prose_size},"
              f" packed {packed}", end="", flush=True)
        self.assertLess(whole, 200_000)
        self.assertLessEqual(prose_size, 60 * 1024)
        self.assertLessEqual(packed, 20 * 1024)

    def test_row_18_traces_are_small(self):
        for page in handouts.pages("lesson"):
            found, _ = parts(page)
            steps = sum(data.count(";") + 1 for data in found["data"] if '"p":' in data)
            if steps == 0:
                continue
            packed = len(gzip.compress("".join(found["data"]).encode()))
            # What steps share weighs more in a short run.
            self.assertLessEqual(packed, 40 * 1024 * max(1_000, steps) / 1_000, page.name)


class LinkTests(unittest.TestCase):
    """Row 27."""

    def test_row_27_no_link_is_broken(self):
        readers = {page: Reader(page) for page in handouts.pages()}
        links = 0
        for page, reader in readers.items():
            self.assertEqual(len(reader.ids), len(set(reader.ids)), f"{page.name}: ids")
            names = set(reader.ids)
            for link in reader.links:
                links += 1
                target = urllib.parse.urlparse(link)
                if target.scheme:
                    self.assertIn(target.scheme, ("http", "https", "mailto"), link)
                    continue
                fragment = urllib.parse.unquote(target.fragment)
                if target.path:
                    other = (page.parent / urllib.parse.unquote(target.path)).resolve()
                    self.assertTrue(other.exists(), f"{page.name}: {link}")
                    if fragment:
                        self.assertIn(fragment, readers[other].ids, f"{page.name}: {link}")
                elif fragment:
                    self.assertIn(fragment, names, f"{page.name}: {link}")
        self.assertGreater(links, 1_000)

    def test_row_27_linkchecker_agrees(self):
        checked = subprocess.run(
            ["linkchecker", "--no-status", "--no-warnings", "--threads=2", "--verbose",
             "--ignore-url=.steps.html", handouts.lessons() / "index.html"],
            capture_output=True, text=True)
        self.assertEqual(checked.returncode, 0, checked.stdout[-2_000:] + checked.stderr[-2_000:])
        count = int(re.search(r"(\d+) links", checked.stdout)[1])
        self.assertGreater(count, 30)


class BuildTests(unittest.TestCase):
    """Row 28."""

    def test_row_28_two_builds_are_alike(self):
        for lessons, first in [
            (handouts.ROOT / "lessons", handouts.lessons()),
            (handouts.HERE / "lessons", handouts.specials()),
        ]:
            second = handouts.build(
                lessons, "again/at another place", TZ="Pacific/Kiritimati", LC_ALL="C",
                HOME="/nonexistent")
            names = sorted(file.name for file in first.iterdir())
            self.assertEqual(names, sorted(file.name for file in second.iterdir()))
            _, different, broken = filecmp.cmpfiles(
                first, second, [name for name in names if name.endswith(".html")], shallow=False)
            self.assertEqual((different, broken), ([], []))
