"""The page that searches the book: rows 4, 6, 15, 16, 17, 20."""

import functools
import html.parser
import http.server
import json
import re
import threading

import handouts
from pages import PHONE, PageTest


class Text(html.parser.HTMLParser):
    """The text of a lesson's page that a search is for: no scripts, verdicts, steps and pictures."""

    VOID = {"img", "input", "br", "hr", "meta", "link", "col", "wbr"}

    def __init__(self, page):
        super().__init__()
        self.text, self.open, self.left_out = [], [], []
        self.feed(page.read_text())

    def handle_starttag(self, tag, attributes):
        if tag in self.VOID:
            return
        names = dict(attributes).get("class") or ""
        self.open.append(tag)
        if tag in ("script", "style", "template", "svg", "details", "header", "footer", "title") or (
                set(names.split()) & {"script", "verdicts", "timeline", "pics", "stepper", "skip"}):
            self.left_out.append(len(self.open))

    def handle_endtag(self, tag):
        if tag in self.VOID:
            return
        if self.left_out and self.left_out[-1] == len(self.open):
            self.left_out.pop()
        self.open.pop()

    def handle_data(self, data):
        if not self.left_out:
            self.text.append(data)


def index(page):
    """The index of a page that searches, as text."""
    return re.search(r'<script[^>]* id="index">(.*?)</script>', page.read_text(), re.DOTALL)[1]


class SearchTests(PageTest):
    def search(self, site, words, **options):
        """A tab in which words were typed."""
        tab = self.open(site / "search.html", **options)
        tab.locator("input").press_sequentially(words)
        return tab

    def found(self, tab):
        """The headings that were found, with the titles of their lessons."""
        return [tuple(lines.split("\n")[:2]) for lines in
                [item.inner_text().replace("\n\n", "\n") for item in tab.locator("#places li").all()]]

    def test_row_20_the_index_is_small_and_only_on_its_page(self):
        site = handouts.lessons()
        text = sum(
            len(re.sub(r"\s+", " ", "".join(Text(page).text)).encode())
            for page in handouts.pages("lesson", "index") if page.parent == site)
        size = len(index(site / "search.html").encode())
        print(f"\n  index {size} bytes, text {text}: {100 * size / text:.1f} %", end="", flush=True)
        self.assertGreater(text, 150_000)
        self.assertLessEqual(size, text / 4)
        for page in handouts.pages("lesson", "index", "steps"):
            self.assertNotIn('id="index"', page.read_text(), page.name)

    def test_row_20_each_place_is_there(self):
        for site in [handouts.lessons(), handouts.specials()]:
            tab = self.open(site / "search.html")
            links = 0
            for words in ["e", "a", "o", "n"]:
                tab.locator("input").fill(words)
                for link in tab.locator("#places a").all():
                    name, _, fragment = link.evaluate(
                        "a => decodeURIComponent(a.getAttribute('href'))").partition("#")
                    page = site / name
                    self.assertTrue(page.exists(), name)
                    if fragment:
                        self.assertIn(f'id="{fragment}"', page.read_text(), name)
                    links += 1
            self.assertGreater(links, 10)

    def test_row_20_search_works_from_the_disk(self):
        tab = self.search(handouts.lessons(), "kernel stack")
        places = self.found(tab)
        self.assertGreater(len(places), 5)
        # Both words stand in the heading of the first, and are marked.
        self.assertEqual(
            [word.lower() for word in tab.locator("#places li:first-child h2 mark").all_inner_texts()],
            ["kernel", "stack"])
        for item in tab.locator("#places li").all():
            marked = " ".join(item.locator("mark").all_inner_texts()).lower()
            self.assertIn("kernel", marked)
            self.assertIn("stack", marked)
        tab.locator("#places a").first.click()
        tab.wait_for_url(re.compile(r"\.html#(?!q=)"))
        self.assertEqual(tab.locator(":target").count(), 1)
        # The way back leads to what was found.
        tab.go_back()
        self.assertEqual(tab.locator("input").input_value(), "kernel stack")
        self.assertEqual(self.found(tab), places)

    def test_row_20_search_works_over_http(self):
        handler = functools.partial(Quiet, directory=handouts.lessons())
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            address = f"http://127.0.0.1:{server.server_port}/search.html"
            context = self.context(offline=False)
            tab = context.new_page()
            tab.on("console", lambda message: self.complaints.append(message.text))
            asked = []
            tab.on("request", lambda request: asked.append(request.url))
            tab.goto(address + "#q=interrupt")
            self.assertGreater(tab.locator("#places li").count(), 5)
            # A browser asks for the icon of a site by itself.
            self.assertEqual(
                [url for url in asked if not url.endswith("/favicon.ico")], [address])
        finally:
            server.shutdown()
            server.server_close()

    def test_accents_capitals_and_beginnings(self):
        first = ("Übertragung", "Geräte und Straßen")
        for words in ["übertragung", "UBERTRAG", "Uber", "cafe strasse", "CAFÉ STRASSE"]:
            tab = self.search(handouts.specials(), words)
            self.assertEqual(self.found(tab)[0], first, words)
        self.assertEqual(self.found(self.search(handouts.specials(), "strase cafe")), [])
        tab = self.search(handouts.specials(), "naiven gerat cafe")
        self.assertEqual(self.found(tab), [first])
        marked = [word.lower() for word in tab.locator("#places mark").all_inner_texts()]
        self.assertEqual(set(marked), {"naïven", "gerät", "café"})
        # A heading counts more than prose.
        self.assertEqual(
            self.found(self.search(handouts.specials(), "gerät"))[0][0], "Geräte und Straßen")

    def test_hostile_text_is_text(self):
        tab = self.search(handouts.specials(), "script")
        self.assertIn("</script> und „Größe“?", [heading for heading, *_ in self.found(tab)])
        tab.locator("input").fill("</script><b onclick=alert(1)>")
        self.assertEqual(tab.locator("b, main script:not([type]), img, svg").count(), 0)
        tab.goto((handouts.specials() / "search.html").as_uri() + "#q=%E0%A4%A")
        self.assertEqual(self.found(tab), [])

    def test_row_04_no_key_does_anything_outside_the_field(self):
        tab = self.open(handouts.lessons() / "search.html")
        tab.evaluate("document.activeElement.blur()")
        before = tab.content(), tab.url
        for key in ["s", "/", "?", "f", "n", "p", ".", "ArrowLeft", "ArrowRight", "Home", "End", "Enter"]:
            tab.keyboard.press(key)
            self.assertEqual(tab.evaluate("document.activeElement.tagName"), "BODY", key)
        self.assertEqual((tab.content(), tab.url), before)

    def test_row_04_by_keyboard_alone(self):
        tab = self.open(handouts.lessons() / "index.html")
        link = tab.locator("header a", has_text="Search")
        link.focus()
        tab.keyboard.press("Enter")
        tab.wait_for_url("**/search.html")
        # Whoever comes here wants to type.
        self.assertEqual(tab.evaluate("document.activeElement.type"), "search")
        tab.keyboard.type("copy on write")
        tab.keyboard.press("Enter")
        tab.keyboard.press("Tab")
        self.assertEqual(tab.evaluate("document.activeElement.closest('h2') !== null"), True)
        tab.keyboard.press("Enter")
        tab.wait_for_url(re.compile(r"\.html#(?!q=)"))
        self.assertNotIn("search.html", tab.url)

    def test_row_06_what_is_found_is_announced(self):
        tab = self.search(handouts.lessons(), "enoent")
        count = tab.locator("#places li").count()
        status = tab.get_by_role("status")
        self.assertEqual(status.inner_text(), f"Found in {count} sections:")
        tree = tab.context.new_cdp_session(tab).send("Accessibility.getFullAXTree")
        roles = [node.get("role", {}).get("value") for node in tree["nodes"]]
        self.assertIn("status", roles)
        self.assertIn("search", roles)
        tab.locator("input").fill("no such words anywhere zzz")
        self.assertEqual(status.inner_text(), "No section has all of these words.")
        tab.locator("input").fill("")
        self.assertEqual((status.inner_text(), self.found(tab)), ("", []))

    def test_many_places_are_counted_and_not_all_shown(self):
        tab = self.search(handouts.lessons(), "the")
        self.assertRegex(
            tab.get_by_role("status").inner_text(), r"^Found in \d{3} sections; the first 50:$")
        self.assertEqual(tab.locator("#places li").count(), 50)

    def test_row_15_without_a_script_the_contents_are_offered(self):
        tab = self.open(handouts.lessons() / "search.html", java_script_enabled=False)
        self.assertFalse(tab.locator("form").is_visible())
        tab.locator("main a").click()
        self.assertTrue(tab.url.endswith("/index.html"))
        with_script = self.open(handouts.lessons() / "search.html")
        self.assertEqual(with_script.locator("#instead").count(), 0)

    def test_row_16_searching_asks_for_nothing(self):
        self.search(handouts.lessons(), "page table")
        self.assertEqual(len(self.requests), 1)

    def test_row_17_the_policy_allows_its_own_script_alone(self):
        tab = self.search(handouts.lessons(), "mode")
        policy = tab.locator("meta[http-equiv]").get_attribute("content")
        self.assertRegex(policy, r"^default-src 'none'; style-src 'sha256-\S+' 'sha256-\S+'; "
                                 r"script-src 'sha256-\S+'; ")
        self.assertEqual(
            tab.evaluate("document.querySelectorAll('[style],[onclick],[oninput]').length"), 0)

    def test_rows_01_09_10_11_accessible_with_results_light_dark_and_small(self):
        for options in [{}, {"color_scheme": "dark"}, {"viewport": PHONE},
                        {"viewport": {"width": 320, "height": 568}}]:
            tab = self.search(handouts.lessons(), "kernel stack", **options)
            self.assertEqual(self.axe(tab), [], options)
            self.assertTrue(tab.evaluate(
                "document.documentElement.scrollWidth <= document.documentElement.clientWidth"))

    def test_its_index_says_what_the_page_shows(self):
        data = json.loads(index(handouts.specials() / "search.html"))
        titles = [lesson[0] for lesson in data["l"]]
        self.assertIn("Geräte und Straßen", titles)


class Quiet(http.server.SimpleHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/favicon.ico":
            # A refusal would be a complaint of the browser, at any moment of the test.
            self.send_response(204)
            self.end_headers()
        else:
            super().do_GET()

    def log_message(self, *arguments):
        pass
