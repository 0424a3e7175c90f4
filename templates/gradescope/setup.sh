#!/usr/bin/env bash
# Gradescope runs this once, when the image of the autograder is built.
set -euo pipefail

# Python reads what Gradescope says about a submission; cmark brings the library that ringwalk needs.
apt-get update -q
DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends cmark python3

chmod +x /autograder/source/ringwalk
# A lesson that does not hold must not grade anybody: then the image is not built.
/autograder/source/ringwalk check /autograder/source/lesson.md
