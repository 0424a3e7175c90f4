"""A page in German, and one that runs from right to left."""

import handouts
from pages import PHONE, PageTest, Stepper


class LanguageTest(PageTest):
    def test_row_26_a_german_page_is_german_in_its_controls_too(self):
        tab = self.open(handouts.german() / "03-eine-datei-oeffnen.html")
        self.assertEqual(tab.locator("html").get_attribute("lang"), "de")
        self.assertEqual(tab.evaluate("document.dir"), "")
        stepper = tab.locator(".stepper").first
        for name in ["Erster Schritt", "Schritt vor", "Abspielen"]:
            self.assertEqual(stepper.get_by_role("button", name=name, exact=True).count(), 1, name)
        stepper.get_by_role("button", name="Letzter Schritt").click()
        # The script writes numbers as the page does, and finds its words in the page.
        now = stepper.locator(".now").inner_text()
        self.assertRegex(now, r"\d+,\d+ ms · ")
        self.assertIn("geändert:", now)
        self.assertRegex(
            stepper.locator("output").inner_text(), r"^Schritt \d+ von \d+: ")
        self.assertEqual(tab.locator(".copy").first.inner_text(), "Kopieren")

    def test_row_26_a_mirrored_page_keeps_code_pictures_and_controls(self):
        for size in [{}, {"viewport": PHONE}]:
            tab = self.open(handouts.page(handouts.MIRRORED), **size)
            self.assertEqual(tab.evaluate("document.dir"), "rtl")
            self.assertEqual(tab.locator("html").get_attribute("lang"), "ar-XB")
            directions = tab.evaluate(
                """() => ["p", "h2", "pre", "code", "svg", ".bar", ".timeline .scroll", "table", "li"]
                .map(s => [s, getComputedStyle(document.querySelector("main " + s)).direction])""")
            self.assertEqual(
                dict(directions),
                {"p": "rtl", "h2": "rtl", "pre": "ltr", "code": "ltr", "svg": "ltr", ".bar": "ltr",
                 ".timeline .scroll": "ltr", "table": "rtl", "li": "rtl"})
            # Text begins at the right, scripts at the left; nothing sticks out.
            box = tab.evaluate(
                """() => {const r = e => {const a = document.createRange();
                a.selectNodeContents(document.querySelector(e)); return a.getBoundingClientRect()};
                const m = document.querySelector("main").getBoundingClientRect();
                return [m.right - r("h1").right, r("h1").left - m.left,
                document.documentElement.scrollWidth, innerWidth]}""")
            self.assertLess(box[0], box[1])
            self.assertLessEqual(box[2], box[3])

    def test_row_26_steps_of_a_mirrored_page_go_as_its_pictures_do(self):
        tab = self.open(handouts.page(handouts.MIRRORED))
        stepper = Stepper(tab)
        first = stepper.sentence
        stepper.button("next").click()
        self.assertNotEqual(stepper.sentence, first)
        places = [stepper.button(name).bounding_box()["x"]
                  for name in ["first", "back", "next", "last"]]
        self.assertEqual(places, sorted(places))
