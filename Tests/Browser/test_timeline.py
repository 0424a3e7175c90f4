"""The zoom of timelines: by mouse, by keyboard, without a script."""

import unittest

import handouts
from pages import PageTest


class TimelineTest(PageTest):
    def width(self, tab):
        return tab.locator(".timeline .scroll svg").first.bounding_box()["width"]

    def test_a_timeline_is_as_large_as_its_reader_wants(self):
        for script in [True, False]:
            tab = self.open(handouts.page(handouts.FOUNDING), java_script_enabled=script)
            zoom = tab.locator(".timeline .zoom select").first
            normal = self.width(tab)
            for value, factor in [("2", 2), ("4", 4), ("1", 1)]:
                zoom.select_option(value)
                self.assertAlmostEqual(self.width(tab) / normal, factor, delta=0.05)
            zoom.select_option("4")
            room = tab.locator(".timeline .scroll").first
            self.assertGreater(
                room.evaluate("e => e.scrollWidth"), room.evaluate("e => e.clientWidth"))
            zoom.select_option("fit")
            self.assertLessEqual(
                room.evaluate("e => e.scrollWidth"), room.evaluate("e => e.clientWidth"))

    def test_the_zoom_is_reached_and_changed_by_keys(self):
        tab = self.open(handouts.page(handouts.FOUNDING))
        normal = self.width(tab)
        tab.locator(".timeline .scroll").first.focus()
        tab.keyboard.press("Tab")
        tab.keyboard.press("ArrowDown")
        self.assertAlmostEqual(self.width(tab) / normal, 2, delta=0.05)

    def test_paper_has_no_zoom(self):
        tab = self.open(handouts.page(handouts.FOUNDING))
        tab.locator(".timeline .zoom select").first.select_option("4")
        tab.emulate_media(media="print")
        self.assertFalse(tab.locator(".zoom").first.is_visible())


if __name__ == "__main__":
    unittest.main()
