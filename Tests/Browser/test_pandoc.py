"""Pandoc itself with `ringwalk pandoc` as its filter."""

import os
import pathlib
import subprocess
import tempfile
import unittest

BOOK = """---
title: A "book"
---

# One

Prose with *all* that Pandoc has.[^1]

``` {.walk scenario=first}
program hello { write(1, "hi\\n", 3) }
start hello
run
expect hello exits 0
```

It took `{= time}`.

``` {.walk show=processes at="hello exits"}
```

``` sh
echo '{= time}'
```

[^1]: A note.
"""


class PandocTest(unittest.TestCase):
    """`ringwalk-pandoc` is a link to ringwalk: the name that `--filter` takes."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "ringwalk-pandoc").symlink_to(os.environ["RINGWALK"])

    def pandoc(self, book, output):
        return subprocess.run(
            ["pandoc", "--filter", "./ringwalk-pandoc", "--no-highlight", "--to", output],
            input=book, cwd=self.folder, capture_output=True, text=True, check=False)

    def test_html_has_the_story_and_its_pictures(self):
        done = self.pandoc(BOOK, "html")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("What happens in first:", done.stdout)
        self.assertEqual(done.stdout.count("data:image/svg+xml,"), 2)
        self.assertIn("<code>echo &#39;{= time}&#39;", done.stdout)
        self.assertNotIn("<code>{=", done.stdout)
        self.assertIn('class="footnote', done.stdout)

    def test_other_formats_have_it_in_letters(self):
        for output in ["latex", "docx", "gfm", "plain", "rst"]:
            with self.subTest(output=output):
                done = subprocess.run(
                    ["pandoc", "--filter", "./ringwalk-pandoc", "--to", output, "--output", "out"],
                    input=BOOK, cwd=self.folder, capture_output=True, text=True, check=False)
                self.assertEqual(done.returncode, 0, done.stderr)
                back = self.folder / "out"
                text = subprocess.run(
                    ["pandoc", "--from", {"plain": "markdown"}.get(output, output), "--to", "plain",
                     "--wrap", "none", back],
                    capture_output=True, text=True, check=True).stdout
                self.assertIn("What happens in first:", text)
                self.assertIn("hello exits with status 0", text)

    def test_a_claim_that_fails_ends_the_document(self):
        done = self.pandoc(BOOK.replace("exits 0", "exits 1"), "html")
        self.assertNotEqual(done.returncode, 0)
        self.assertEqual(done.stdout, "")
        self.assertIn("hello exits 1", done.stderr)


if __name__ == "__main__":
    unittest.main()
