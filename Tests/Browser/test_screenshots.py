"""Screenshots of every lesson, to be looked at: .build-browser/screenshots."""

import handouts
from pages import PHONE, PageTest, Stepper


class ScreenshotTests(PageTest):
    def test_every_lesson_has_its_picture_taken(self):
        folder = handouts.WORK / "screenshots"
        folder.mkdir(exist_ok=True)
        for old in folder.iterdir():
            old.unlink()
        phone = {"viewport": PHONE, "has_touch": True, "is_mobile": True}
        taken = 0
        for view, options in {"light": {}, "dark": {"color_scheme": "dark"}, "phone": phone}.items():
            context = self.context(**options)
            for page in handouts.pages("index", "lesson"):
                tab = self.open(page, context=context)
                name = f"{page.parent.name}-{page.stem}"
                if view == "light":
                    tab.screenshot(path=folder / f"{name}-top.png")
                    taken += 1
                if tab.locator(".stepper").count():
                    stepper = Stepper(tab)
                    stepper.detail.select_option("1")
                    stepper.slider.evaluate(
                        "s => { s.value = s.max * .6; s.dispatchEvent(new Event('input')) }")
                    stepper.box.evaluate("box => box.scrollIntoView()")
                tab.screenshot(path=folder / f"{name}-{view}.png")
                taken += 1
                tab.close()
        self.assertEqual(len(list(folder.glob("*.png"))), taken)
        self.assertGreater(taken, 60)
