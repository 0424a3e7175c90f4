"""Questions of a page: asked, judged and explained, by mouse and by keyboard."""

import unittest

import handouts
from pages import PHONE, PageTest

#: What the run makes of the orders and states in `lessons/questions.md`.
ORDER = ["reader sleeps", "sda interrupts", "reader wakes"]


class QuestionTest(PageTest):
    """The page conceals its steps until its questions are answered."""

    def page(self, **options):
        return self.open(handouts.page("questions"), **options)

    def answer(self, form):
        return form.locator("output").text_content()

    def test_a_page_asks_four_questions_and_conceals_what_follows(self):
        tab = self.page()
        self.assertEqual(tab.locator("form.ask").count(), 4)
        self.assertFalse(tab.locator(".stepper").last.is_visible())
        for name, typed in [("number", "3"), ("choice", None)]:
            form = tab.locator(f"#ask-{name}")
            if typed:
                form.locator("input").fill(typed)
            else:
                form.get_by_label("it sleeps").check()
            form.locator("button:not([type])").click()
            self.assertTrue(self.answer(form).startswith("Right. "), self.answer(form))
        self.assertFalse(tab.locator(".stepper").last.is_visible())
        for name in ["order", "states"]:
            tab.locator(f"#ask-{name} [data-show]").click()
        self.assertTrue(tab.locator(".stepper").last.is_visible())
        # Who answers once more conceals nothing.
        tab.locator("#ask-number input").press("Enter")
        self.assertTrue(tab.locator(".stepper").last.is_visible())

    def test_a_number_may_be_written_in_other_ways_and_a_wrong_one_is_explained(self):
        form = self.page().locator("#ask-number")
        field = form.locator("input")
        for text, is_right in [("4", False), ("0x3", True), (" 3 ", True), ("-3", False)]:
            field.fill(text)
            field.press("Enter")
            self.assertEqual(self.answer(form).startswith("Right. "), is_right, text)
            self.assertEqual(form.locator("output.yes").count(), is_right, text)
            self.assertIn("3", self.answer(form))

    def test_nothing_is_judged_before_something_is_answered(self):
        form = self.page().locator("#ask-number")
        form.locator("button:not([type])").click()
        self.assertEqual(self.answer(form), "")

    def test_the_feedback_names_a_step_and_leads_to_it(self):
        tab = self.page()
        for name in ["number", "choice", "order", "states"]:
            form = tab.locator(f"#ask-{name}")
            if form.locator("[data-show]").is_visible():
                form.locator("[data-show]").click()
        form = tab.locator("#ask-number")
        form.locator("input").fill("3")
        form.locator("input").press("Enter")
        link = form.locator("output a").first
        step = int(link.text_content().split()[-1])
        link.click()
        status = tab.locator(".stepper").last.locator("output").text_content()
        self.assertTrue(status.startswith(f"Step {step} "), status)

    def test_a_choice_by_keyboard(self):
        tab = self.page()
        form = tab.locator("#ask-choice")
        form.locator("input").first.focus()
        tab.keyboard.press("ArrowDown")
        tab.keyboard.press("Enter")
        first = self.answer(form)
        tab.keyboard.press("ArrowDown")
        tab.keyboard.press("Enter")
        self.assertEqual(
            sorted([first.split(". ")[0], self.answer(form).split(". ")[0]]), ["Not so", "Right"])

    def order(self, form):
        return [item.strip() for item in form.locator("li code").all_text_contents()]

    def test_an_order_by_keyboard(self):
        tab = self.page()
        form = tab.locator("#ask-order")
        self.assertNotEqual(self.order(form), self.right(form))
        for place, event in enumerate(ORDER):
            while True:
                at = [item.startswith(event) for item in self.order(form)].index(True)
                if at == place:
                    break
                form.locator("li").nth(at).locator("[data-move=up]").focus()
                tab.keyboard.press("Enter")
                self.assertIn(f"{at} / 3", self.answer(form))
                # The button goes along, and the focus with it.
                self.assertEqual(
                    tab.evaluate("document.activeElement.dataset.move"), "up")
        form.locator("button:not([type])").press("Enter")
        self.assertTrue(self.answer(form).startswith("Right. "), self.answer(form))

    def right(self, form):
        return sorted(self.order(form), key=lambda item: [
            item.startswith(event) for event in ORDER].index(True))

    def test_an_order_by_mouse(self):
        tab = self.page()
        form = tab.locator("#ask-order")
        form.scroll_into_view_if_needed()
        for place, event in enumerate(ORDER):
            at = [item.startswith(event) for item in self.order(form)].index(True)
            if at == place:
                continue
            source, target = form.locator("li").nth(at), form.locator("li").nth(place)
            source.drag_to(
                target, source_position={"x": 20, "y": 8}, target_position={"x": 20, "y": 2})
        self.assertEqual(self.order(form), self.right(form))
        form.locator("button:not([type])").click()
        self.assertTrue(self.answer(form).startswith("Right. "), self.answer(form))

    def test_a_table_is_judged_cell_by_cell(self):
        tab = self.page()
        form = tab.locator("#ask-states")
        cells = form.locator("select")
        self.assertEqual(cells.count(), 4)
        for index, state in enumerate(["sleeping", "runnable", "running", "running"]):
            cells.nth(index).select_option(state)
        form.locator("button:not([type])").click()
        marks = form.locator("td b").all_text_contents()
        self.assertEqual([mark[0] for mark in marks], ["✓", "✓", "✗", "✓"], self.answer(form))
        self.assertTrue(self.answer(form).startswith("3 / 4. "), self.answer(form))
        cells.nth(2).select_option("runnable")
        form.locator("button:not([type])").click()
        self.assertTrue(self.answer(form).startswith("4 / 4. "), self.answer(form))

    def test_on_a_phone_nothing_is_wider_than_the_page(self):
        tab = self.page(viewport=PHONE)
        self.assertTrue(tab.evaluate(
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth"))
        for button in tab.locator("form.ask button:visible").all():
            box = button.bounding_box()
            self.assertGreaterEqual(min(box["width"], box["height"]), 24, button.text_content())

    def test_axe_finds_nothing_before_and_after_an_answer(self):
        for scheme in ["light", "dark"]:
            tab = self.page(color_scheme=scheme)
            self.assertEqual(self.axe(tab, include="main"), [])
            form = tab.locator("#ask-number")
            form.locator("input").fill("4")
            form.locator("input").press("Enter")
            self.assertEqual(self.axe(tab, include="#ask-number"), [])

    def test_without_a_script_everything_stands_there(self):
        tab = self.page(java_script_enabled=False)
        self.assertEqual(tab.locator("form.ask button:visible").count(), 0)
        self.assertGreater(tab.locator(".steps li:visible").count(), 5)

    def test_the_key_is_not_in_the_page_in_readable_form(self):
        text = handouts.page("questions").read_text()
        form = text[text.index('id="ask-number"'):]
        form = form[:form.index("</form>")]
        self.assertNotIn("returned 3", form)
        self.assertNotIn('value="3"', form)


if __name__ == "__main__":
    unittest.main()
