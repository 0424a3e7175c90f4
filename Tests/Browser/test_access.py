"""Whether everybody can read the pages: screen readers, keyboards, colours, phones, print, no script."""

import itertools
import pathlib
import re
import subprocess

import handouts
from coloraide import Color
from pages import PHONE, SMALL_PHONE, PageTest, Stepper

#: What is alike a hundred times on a page: axe looks at the first ones. A picture has no inside.
ALIKE = """.steps li:nth-child(n+7), tbody tr:nth-child(n+7), .timeline ~ .timeline,
  .stepper ~ .stepper, .timeline svg > :not(title, desc)"""
#: What axe has to say of colours; the rest does not depend on light and dark.
COLOURS = ["color-contrast", "link-in-text-block"]


class AxeTests(PageTest):
    """Row 1: no violation of WCAG 2.2 A and AA, nor of axe's best practice."""

    def check(self, file):
        tab = self.open(file)
        tab.evaluate("alike => document.querySelectorAll(alike).forEach(e => e.remove())", ALIKE)
        found = {"light": self.axe(tab)}
        if tab.locator(".stepper").count():
            stepper = Stepper(tab)
            stepper.button("last").click()
            found["light, at the end"] = self.axe(tab, ".stepper")
            stepper.detail.select_option("2")
            stepper.slider.evaluate(
                "s => { s.value = s.max / 2; s.dispatchEvent(new Event('input')) }")
        tab.emulate_media(color_scheme="dark")
        found["dark, halfway"] = self.axe(tab, rules=COLOURS)
        tab.close()
        return [f"{file.name}, {state}: {line}" for state in found for line in found[state]]

    def test_row_01_axe_on_every_page(self):
        self.assertEqual(
            [line for file in handouts.pages("index", "search", "lesson")
             for line in self.check(file)], [])

    def test_row_01_axe_on_pages_of_all_steps(self):
        for name in [handouts.HOSTILE, "01-modes-and-rings"]:
            self.assertEqual(self.check(handouts.page(name + ".steps")), [])

    def test_row_01_axe_finds_what_is_wrong(self):
        tab = self.open(handouts.page(handouts.FOUNDING))
        tab.evaluate("() => document.querySelector('svg[role=img]').removeAttribute('aria-labelledby')")
        tab.evaluate("() => document.querySelector('svg[role=img] title').remove()")
        tab.evaluate("() => document.querySelector('[data-go=next]').removeAttribute('aria-label')")
        tab.evaluate("() => document.querySelector('[data-go=next]').textContent = ''")
        tab.evaluate("alike => document.querySelectorAll(alike).forEach(e => e.remove())", ALIKE)
        found = " ".join(self.axe(tab))
        self.assertIn("button-name", found)
        self.assertIn("svg-img-alt", found)


class StructureTests(PageTest):
    """Rows 3, 5, 9, 14: landmarks, focus, targets, words for pictures."""

    def test_row_03_landmarks_headings_language(self):
        for file in handouts.pages():
            tab = self.open(file, java_script_enabled=False)
            facts = tab.evaluate(
                """() => ({
                  language: document.documentElement.lang,
                  title: document.title,
                  mains: document.querySelectorAll("main").length,
                  first: document.body.querySelector("a, button, input").className,
                  skipsTo: document.querySelector(
                    document.body.querySelector("a").getAttribute("href")).tagName,
                  navs: [...document.querySelectorAll("nav")].map(nav => nav.ariaLabel),
                  levels: [...document.querySelectorAll("h1,h2,h3,h4,h5,h6")]
                    .filter(heading => !heading.closest("template"))
                    .map(heading => +heading.tagName[1])
                })""")
            tab.close()
            languages = {handouts.MIRRORED: "ar-XB", handouts.UMLAUTS: "de"}
            language = languages.get(file.name.split(".")[0], "en")
            self.assertEqual(facts["language"], language, file.name)
            self.assertTrue(facts["title"], file.name)
            self.assertEqual(facts["mains"], 1, file.name)
            self.assertEqual((facts["first"], facts["skipsTo"]), ("skip", "MAIN"), file.name)
            self.assertTrue(all(facts["navs"]), file.name)
            self.assertEqual(len(facts["navs"]), len(set(facts["navs"])), file.name)
            self.assertEqual(facts["levels"].count(1), 1, file.name)
            self.assertEqual(facts["levels"][0], 1, file.name)
            for before, after in itertools.pairwise(facts["levels"]):
                self.assertLessEqual(after, before + 1, f"{file.name}: {facts['levels']}")

    def test_row_03_few_tab_stops_before_the_text(self):
        for file in handouts.pages("index", "lesson"):
            tab = self.open(file)
            for count in range(1, 11):
                tab.keyboard.press("Tab")
                # Some pages have nothing to stop at in their text.
                if tab.evaluate(
                    """() => !!(document.querySelector("main").compareDocumentPosition(
                      document.activeElement) & (Node.DOCUMENT_POSITION_FOLLOWING |
                      Node.DOCUMENT_POSITION_CONTAINED_BY))"""):
                    break
            else:
                self.fail(f"{file.name}: more than 10 Tab stops before the text")
            tab.close()
        # And one with the skip link.
        tab = self.open(handouts.page(handouts.FOUNDING))
        tab.keyboard.press("Tab")
        tab.keyboard.press("Enter")
        tab.keyboard.press("Tab")
        self.assertTrue(tab.evaluate("!!document.activeElement.closest('main')"))

    def test_row_05_focus_is_seen(self):
        for name, scheme in [(handouts.FOUNDING, "light"), (handouts.FOUNDING, "dark")]:
            tab = self.open(handouts.page(name), color_scheme=scheme)
            seen = 0
            for _ in range(90):
                tab.keyboard.press("Tab")
                focus = tab.evaluate(
                    """() => {
                      const e = document.activeElement, s = getComputedStyle(e)
                      if (e === document.body) return null
                      const r = e.getClientRects()[0]
                      const hit = document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2)
                      return {
                        what: e.outerHTML.slice(0, 80), width: parseFloat(s.outlineWidth),
                        style: s.outlineStyle, color: s.outlineColor, onTop: e.contains(hit),
                        paper: getComputedStyle(document.body).backgroundColor
                      }
                    }""")
                if focus is None:
                    break
                seen += 1
                self.assertTrue(focus["onTop"], f"something covers {focus['what']}")
                self.assertNotEqual(focus["style"], "none", focus["what"])
                self.assertGreaterEqual(focus["width"], 2, focus["what"])
                self.assertGreaterEqual(contrast(focus["color"], focus["paper"]), 3, focus["what"])
            self.assertGreater(seen, 60)

    def test_row_09_targets_are_large_enough(self):
        for viewport in [{"width": 1280, "height": 900}, SMALL_PHONE]:
            for name in [handouts.FOUNDING, "02-the-way-in", "index"]:
                tab = self.open(handouts.page(name), viewport=viewport)
                small = tab.evaluate(
                    """() => {
                      const small = []
                      const check = (selector, least) => {
                        for (const e of document.querySelectorAll(selector)) {
                          const r = e.getBoundingClientRect()
                          if (r.width && (r.width < least || r.height < least))
                            small.push(`${e.outerHTML.slice(0, 80)}: ${r.width} x ${r.height}`)
                        }
                      }
                      check("[data-go], select", 44)
                      check("button, input, summary, nav a, .why a, .near a, .steps li>a", 24)
                      return small
                    }""")
                self.assertEqual(small, [], name)

    def test_row_14_every_picture_has_words(self):
        pictures = 0
        for file in handouts.pages("lesson"):
            tab = self.open(file)
            bad = tab.evaluate(
                """() => {
                  const bad = [], text = (svg, name) => (svg.getAttribute(name) || "").split(" ")
                    .map(id => id && document.getElementById(id)?.textContent || "").join(" ").trim()
                  const all = [...document.querySelectorAll("main svg:not([aria-hidden=true])")]
                  for (const svg of all) {
                    const name = svg.getAttribute("aria-label") || text(svg, "aria-labelledby")
                    if (svg.getAttribute("role") !== "img" || !name ||
                        text(svg, "aria-describedby").length < 10)
                      bad.push(svg.outerHTML.slice(0, 200))
                  }
                  return [all.length, bad]
                }""")
            pictures += bad[0]
            self.assertEqual(bad[1], [], file.name)
            tab.close()
        self.assertGreater(pictures, 300)

    def test_row_14_the_accessibility_tree_names_pictures(self):
        tab = self.open(handouts.page(handouts.PICTURES))
        nodes = tab.context.new_cdp_session(tab).send("Accessibility.getFullAXTree")["nodes"]
        images = [
            node for node in nodes
            if node.get("role", {}).get("value") in ("image", "img") and not node["ignored"]]
        self.assertGreater(len(images), 20)
        for image in images:
            self.assertTrue(image["name"]["value"])
            self.assertTrue(image["description"]["value"], image["name"]["value"])


def contrast(one, other):
    return Color(one).contrast(Color(other), method="wcag21")


#: The pairs of a picture's colours that must be told apart, as they are on the page now.
PAIRS = """() => {
  const paper = getComputedStyle(document.body).backgroundColor, pairs = []
  const fill = e => {
    const f = getComputedStyle(e).fill, pattern = f.match(/#(pat-\\w)/)
    return pattern ? getComputedStyle(document.querySelector(`#${pattern[1]} rect`)).fill : f
  }
  const clear = color => color === "none" || color === "rgba(0, 0, 0, 0)"
  const shown = e => e.getClientRects().length > 0
  for (const text of document.querySelectorAll(".pics text")) {
    if (!shown(text) || !text.textContent) continue
    const box = text.previousElementSibling
    const under = box && box.tagName === "rect" && !clear(fill(box)) ? fill(box) : paper
    pairs.push(["text", fill(text), under, 4.5, text.textContent])
  }
  for (const box of document.querySelectorAll(".pics rect, .pics path"))
    if (shown(box)) pairs.push(["line", getComputedStyle(box).stroke, paper, 3, ""])
  for (const path of document.querySelectorAll(".timeline [role=img] path:not(.a):not(.f)"))
    pairs.push(["line", getComputedStyle(path).stroke, paper, 3, "timeline"])
  for (const word of document.querySelectorAll(".timeline [role=img] > text, .timeline .n"))
    pairs.push(["text", fill(word), paper, 4.5, word.textContent])
  for (const lane of document.querySelectorAll(".timeline [role=img] g")) {
    const spans = [...lane.querySelectorAll("path")]
    const letters = [...lane.querySelectorAll("tspan")]
    letters.forEach((letter, i) => {
      const under = spans[i] && !clear(fill(spans[i])) ? fill(spans[i]) : paper
      pairs.push(["text", fill(letter), under, 4.5, letter.textContent + " in a timeline"])
    })
  }
  return [...new Map(pairs.map(pair => [pair.slice(0, 4).join(), pair])).values()]
}"""


class ColourTests(PageTest):
    """Rows 8, 11, 12, 13: contrast, colour blindness, forced colours, motion."""

    def test_row_11_contrast_inside_pictures(self):
        for scheme in ["light", "dark"]:
            for name in [handouts.FOUNDING, handouts.PICTURES, handouts.LONG, "10-processes"]:
                tab = self.open(handouts.page(name), color_scheme=scheme)
                tab.evaluate(
                    """() => document.querySelectorAll(".stepper").forEach(box => {
                      const slider = box.querySelector("input")
                      slider.value = slider.max / 2
                      slider.dispatchEvent(new Event("input"))
                    })""")
                pairs = tab.evaluate(PAIRS)
                self.assertGreater(len(pairs), 6, name)
                for what, ink, ground, least, where in pairs:
                    self.assertNotEqual(ink, "none", where)
                    self.assertGreaterEqual(
                        round(contrast(ink, ground), 2), least,
                        f"{name} {scheme}: {what} {ink} on {ground} {where}")

    def test_row_12_modes_are_told_apart_by_the_colour_blind(self):
        text = handouts.page(handouts.FOUNDING).read_text()
        sheet = text.split("<style>")[1].split("</style>")[0]
        colours = dict(re.findall(r"(?:rect)?\.([ukizr])\{fill:(#\w+)\}", sheet))
        self.assertEqual(sorted(colours), sorted("ukizr"))
        for sight in [None, "protan", "deutan", "tritan"]:
            for one, other in itertools.combinations(colours, 2):
                pair = [Color(colours[name]) for name in (one, other)]
                if sight:
                    pair = [colour.filter(sight) for colour in pair]
                distance = pair[0].delta_e(pair[1], method="76")
                self.assertGreaterEqual(
                    distance, 20, f"{one} and {other} for {sight or 'all eyes'}")

    def test_row_12_modes_have_letters_and_patterns(self):
        tab = self.open(handouts.page(handouts.FOUNDING))
        legend = tab.evaluate(
            """() => [...document.querySelectorAll(".legend li")].map(li =>
              [li.textContent.trim(), li.querySelector("path").getAttribute("class")])""")
        looks = {}
        for words, fill in legend:
            looks.setdefault(fill, set()).add(words)
        for look, words in looks.items():
            self.assertEqual(len(words), 1, f"{words} look alike: {look}")
        letters = [words.split()[0] for words, _ in set(map(tuple, legend))]
        self.assertEqual(len(letters), len(set(letters)))
        patterns = tab.evaluate(
            """() => [...new Set([...document.querySelectorAll(".timeline path")]
              .map(path => getComputedStyle(path).fill))].filter(fill => fill.startsWith("url"))""")
        self.assertEqual(len(patterns), 4, "kernel, interrupt, asleep and waiting have patterns")
        # What changes in a stepper's picture is marked by a sign as well.
        stepper = Stepper(tab)
        stepper.button("next").click()
        stepper.button("next").click()
        marked = stepper.box.locator(".pics .new").all_text_contents()
        self.assertTrue(marked)
        self.assertTrue(all(text.startswith("▸") for text in marked), marked)

    def test_row_13_forced_colours_lose_nothing(self):
        for scheme in ["light", "dark"]:
            tab = self.open(
                handouts.page(handouts.PICTURES), forced_colors="active", color_scheme=scheme)
            stepper = Stepper(tab)
            for _ in range(6):
                stepper.button("next").click()
            pairs = tab.evaluate(PAIRS)
            self.assertEqual({pair[0] for pair in pairs}, {"text", "line"})
            for what, ink, ground, least, where in pairs:
                self.assertGreaterEqual(
                    round(contrast(ink, ground), 2), least,
                    f"{scheme}: {what} {ink} on {ground} {where}")

    def test_row_08_nothing_moves(self):
        for motion in ["reduce", "no-preference"]:
            tab = self.open(handouts.page(handouts.FOUNDING), reduced_motion=motion)
            Stepper(tab).button("next").click()
            moving = tab.evaluate(
                """() => [...document.querySelectorAll("*")].filter(e => {
                  const s = getComputedStyle(e)
                  return s.transitionDuration !== "0s" || s.animationName !== "none" ||
                    s.scrollBehavior !== "auto"
                }).length""")
            self.assertEqual(moving, 0, motion)


class LayoutTests(PageTest):
    """Rows 10, 15, 23, 24: narrow windows, no script, print, copying."""

    #: The words of what sticks out to the right.
    WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
      [...document.querySelectorAll("body *")].filter(e =>
        e.getBoundingClientRect().right > innerWidth && !e.closest(".scroll, svg")).slice(0, 3)
        .map(e => e.outerHTML.slice(0, 120))"""

    def test_row_10_no_page_scrolls_sideways_at_320_pixels(self):
        context = self.context(viewport=SMALL_PHONE)
        for file in handouts.pages("index", "search", "lesson") + [
            handouts.page(handouts.HOSTILE + ".steps"), handouts.page("02-the-way-in.steps"),
        ]:
            tab = self.open(file, context=context)
            width = tab.evaluate("document.documentElement.scrollWidth")
            self.assertLessEqual(width, 320, f"{file.name}: {tab.evaluate(self.WIDE)}")
            if tab.locator(".stepper").count():
                stepper = Stepper(tab)
                stepper.detail.select_option("2")
                stepper.button("last").click()
                width = tab.evaluate("document.documentElement.scrollWidth")
                self.assertLessEqual(width, 320, f"{file.name}: {tab.evaluate(self.WIDE)}")
            tab.close()

    def test_row_10_text_may_be_spaced(self):
        spacing = """* { line-height: 1.5 !important; letter-spacing: .12em !important;
          word-spacing: .16em !important } p { margin-bottom: 2em !important }"""
        for viewport in [SMALL_PHONE, PHONE, {"width": 1280, "height": 900}]:
            # The policy would not let the test's own sheet in.
            tab = self.open(
                handouts.page(handouts.FOUNDING), viewport=viewport, bypass_csp=True)
            tab.add_style_tag(content=spacing)
            width = tab.evaluate("document.documentElement.scrollWidth")
            self.assertLessEqual(width, viewport["width"], tab.evaluate(self.WIDE))
            cut = tab.evaluate(
                """() => [...document.querySelectorAll("button, summary, th, h1, h2, h3, .now")]
                  .filter(e => e.scrollWidth > e.clientWidth + 1 && e.clientWidth &&
                    getComputedStyle(e).overflow !== "visible")
                  .map(e => e.outerHTML.slice(0, 80))""")
            self.assertEqual(cut, [])

    def test_row_10_labels_of_buttons_fit(self):
        for viewport in [SMALL_PHONE, {"width": 1280, "height": 900}]:
            tab = self.open(handouts.page(handouts.FOUNDING), viewport=viewport)
            cut = tab.evaluate(
                """() => [...document.querySelectorAll("button")]
                  .filter(e => e.clientWidth && e.scrollWidth > e.clientWidth)
                  .map(e => e.textContent)""")
            self.assertEqual(cut, [])

    def test_row_15_without_a_script_nothing_is_missing(self):
        for file in handouts.pages("lesson"):
            with_script = self.open(file)
            prose = """() => [...document.querySelectorAll("main > p, main > h2, main > ul, pre")]
              .map(e => e.textContent).join("\\n")"""
            expected = with_script.evaluate(prose)
            steps = with_script.evaluate(
                """() => [...document.querySelectorAll(".stepper + script")]
                  .map(s => JSON.parse(s.textContent)).map(d => [d.n, d.p.split(";").length])""")
            with_script.close()
            tab = self.open(file, java_script_enabled=False)
            self.assertEqual(tab.evaluate(prose), expected, file.name)
            # The fields of a question may be filled in on paper.
            self.assertEqual(
                tab.locator("button:visible, .stepper:visible, [type=range]:visible").count(), 0)
            counts = tab.evaluate(
                """() => [...document.querySelectorAll(".steps")].map(list =>
                  [list.children.length,
                   [...list.children].filter(li => li.getClientRects().length).length])""")
            self.assertEqual(len(counts), len(steps), file.name)
            for written, visible in counts:
                self.assertGreater(written, 0, file.name)
                self.assertEqual(written, visible, f"{file.name}: a step is hidden")
            tab.close()
            every = pathlib.Path(str(file).replace(".html", ".steps.html"))
            if steps and every.exists():
                tab = self.open(every, java_script_enabled=False)
                counts = tab.evaluate(
                    """() => {
                      const runs = [];
                      for (const e of document.querySelectorAll("main h2, .steps"))
                        if (e.tagName === "H2") runs.push(0);
                        // A long run has a list in each of its chapters.
                        else runs[runs.length - 1] += e.querySelectorAll("li").length;
                      return runs }""")
                # Runs that are compared stand at the end there.
                self.assertEqual(
                    sorted(counts), sorted(count for _, count in steps), every.name)
                tab.close()

    def test_row_15_the_story_is_there_when_the_script_is_not(self):
        tab = self.open(handouts.page(handouts.FOUNDING), "#down/editor-sleeps",
                        java_script_enabled=False)
        self.assertTrue(tab.locator('[id="down/editor-sleeps"]').is_visible())
        self.assertTrue(tab.evaluate(
            "document.getElementById('down/editor-sleeps').getBoundingClientRect().top < innerHeight"))
        link = tab.locator("p.left a").first
        link.click()
        self.assertIn(handouts.FOUNDING + ".steps.html#down", tab.url)

    def test_row_23_print_shows_the_story_and_hides_the_controls(self):
        tab = self.open(handouts.page(handouts.FOUNDING), color_scheme="dark")
        written = tab.locator(".steps li").count()
        tab.emulate_media(media="print")
        hidden = tab.evaluate(
            """() => [...document.querySelectorAll(".steps li")].filter(li => {
              const r = li.getBoundingClientRect(); return !r.height }).length""")
        self.assertEqual(hidden, 0, f"of {written} steps")
        self.assertEqual(tab.locator("button:visible, .stepper:visible, nav:visible").count(), 0)
        split = tab.evaluate(
            """() => [...document.querySelectorAll("figure.timeline, figure.pics")]
              .filter(e => getComputedStyle(e).breakInside !== "avoid").length""")
        self.assertEqual(split, 0)
        paper = tab.evaluate("getComputedStyle(document.body).backgroundColor")
        self.assertEqual(contrast(paper, "white"), 1)
        for selector in ["main p", "h2", "a", "pre .k", "pre .s", "figcaption", ".steps small"]:
            ink = tab.evaluate("s => getComputedStyle(document.querySelector(s)).color", selector)
            self.assertGreaterEqual(
                contrast(ink, "white"), 4.5, f"{selector} printed from a dark screen")

    def test_row_23_pdf_is_tagged_and_has_an_outline(self):
        for name in [handouts.FOUNDING, handouts.PICTURES]:
            tab = self.open(handouts.page(name), color_scheme="dark")
            headings = tab.locator("main h2").all_text_contents()
            path = handouts.WORK / f"{name}.pdf"
            tab.pdf(path=path, tagged=True, outline=True, format="A4", print_background=True)
            info = subprocess.run(
                ["pdfinfo", path], check=True, capture_output=True, text=True).stdout
            self.assertRegex(info, r"Tagged:\s+yes")
            tree = subprocess.run(
                ["pdfinfo", "-struct-text", path], check=True, capture_output=True, text=True).stdout
            self.assertIn("Figure", tree)
            self.assertIn("H2", tree)
            text = subprocess.run(
                ["pdftotext", "-layout", path, "-"], check=True, capture_output=True, text=True).stdout
            for heading in headings:
                self.assertIn(" ".join(heading.split()), " ".join(text.split()))
            self.assertIn(b"/Outlines", path.read_bytes())

    def test_row_24_a_script_is_copied_as_it_is(self):
        context = self.context()
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        tab = self.open(handouts.page(handouts.FOUNDING), context=context)
        button = tab.locator("figure.script button").first
        self.assertEqual(button.text_content(), "Copy")
        button.press("Enter")
        tab.wait_for_function(
            "document.querySelector('figure.script button').textContent === 'Copied'")
        source = (handouts.ROOT / "lessons" / f"{handouts.FOUNDING}.md").read_text()
        fence = source.split("```walk world\n")[1].split("```")[0]
        self.assertEqual(tab.evaluate("navigator.clipboard.readText()").strip(), fence.strip())

    def test_row_24_without_the_permission_the_script_is_selected(self):
        tab = self.open(handouts.page(handouts.FOUNDING))
        tab.evaluate(
            "() => { navigator.clipboard.writeText = () => Promise.reject(new Error()) }")
        tab.locator("figure.script button").first.click()
        tab.wait_for_function("getSelection().toString().startsWith('machine')")
