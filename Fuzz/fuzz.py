"""Has libFuzzer look for inputs that break a law, for some seconds each: what `make fuzz SECONDS=…` runs."""

import argparse
import concurrent.futures
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
SCRATCH = ROOT / ".build-fuzzer"
COURSES = [
    "lessons", "lessons-de", "manual", "templates", "docs", "Tests/Fixtures", "Tests/Solutions", "Tests/Browser",
]

# The largest input of each target, in bytes.
TARGETS = {
    "Parser": 8 << 10, "Formatter": 8 << 10, "Lesson": 4 << 10, "LanguageServer": 4 << 10,
    "Archive": 32 << 10, "Table": 4 << 10,
}
# The longest that an input may take, in seconds.
TIMEOUT = 10
FLAGS = [
    "-c", "release", "--sanitize", "fuzzer", "--sanitize", "address",
    # The last -sanitize counts, and the package manager writes one for each.
    "-Xswiftc", "-sanitize=fuzzer,address", "-Xswiftc", "-enable-testing",
]
if sys.platform == "linux":
    FLAGS += ["-Xswiftc", "-use-ld=lld"]


def build(target):
    """Builds a target, and gives the place of its program."""
    swift = [os.environ.get("SWIFT", "swift"), "build", *FLAGS, "--scratch-path", str(SCRATCH)]
    environment = os.environ | {"RINGWALK_FUZZ": "1"}
    subprocess.run([*swift, "--product", f"Fuzz{target}"], cwd=ROOT, env=environment, check=True)
    place = subprocess.run(
        [*swift, "--show-bin-path"], cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
    return pathlib.Path(place.stdout.strip()) / f"Fuzz{target}"


# What is tried first


def files(pattern):
    """The files of the house that match, but for what was found before."""
    for folder in COURSES:
        for path in sorted((ROOT / folder).rglob(pattern)):
            if path.is_file():
                yield path.read_bytes()


def fences(lesson):
    """The scripts of a lesson."""
    return re.findall(rb"^```walk[^\n]*\n(.*?)^```", lesson, re.MULTILINE | re.DOTALL)


def scripts():
    return [*files("*.walk"), *(fence for lesson in files("*.md") for fence in fences(lesson))]


def sections():
    """Lessons of one section each, with the world that theirs speaks of: small ones are tried more often."""
    for lesson in files("*.md"):
        world = re.search(rb"^```walk world[^\n]*\n.*?^```\n\n", lesson, re.MULTILINE | re.DOTALL)
        head, *parts = re.split(rb"^(?=## )", lesson, flags=re.MULTILINE)
        yield head
        for part in parts:
            yield part if world is None or world.group() in part else world.group() + part


def framed(message):
    body = json.dumps(message).encode()
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


def stream(text):
    """A short conversation as it comes over the wire."""
    document = {"uri": "file:///ringwalk-fuzz/a.md"}
    opened = document | {"languageId": "markdown", "version": 1, "text": text}
    place = {"textDocument": document, "position": {"line": 3, "character": 4}}
    messages = [
        {"id": 1, "method": "initialize", "params": {"capabilities": {}}},
        {"method": "textDocument/didOpen", "params": {"textDocument": opened}},
        {"id": "a", "method": "textDocument/hover", "params": place},
        {"id": "b", "method": "textDocument/completion", "params": place},
        {"id": 2, "method": "shutdown"}, {"method": "exit"},
    ]
    return b"".join(framed({"jsonrpc": "2.0"} | message) for message in messages)


def conversations():
    """Texts with what an editor does to them, in the form that `Laws.conversationFlaw` reads."""
    chance = random.Random(1)
    pieces = [b"", b" ", b"\n", b"x", b"}", b"{", b"```\n", b"```walk\n", b"expect ", b"\r", b"\xc3\xa9", b"run\n"]
    texts = [(0, text) for text in sections()] + [(8, text) for text in files("*.walk")]
    for index, (kind, text) in enumerate(texts):
        acts = []
        for _ in range(chance.randrange(1, 10)):
            act = bytes([chance.choice([0, 0, 0, 1, 2, 3, 4, 4, 4, 4, 5, 7])])
            act += bytes(chance.randrange(40) for _ in range(4)) + chance.choice(pieces)
            acts.append(act)
        if len(text) < TARGETS["LanguageServer"] - 200:
            yield b"\xff".join([bytes([kind | chance.choice([0, 2, 4, 6])]) + text, *acts])
        if index % 10 == 0 and len(text) < 2_000:
            yield b"\x3f" + stream(text.decode(errors="replace"))
            yield b"\x02" + b"a\xff\x06\0\0\0\0" + json.dumps({"id": 7, "method": "x", "params": [1]}).encode()


def seeds(target):
    if target in ("Parser", "Formatter"):
        return scripts()
    if target == "Lesson":
        return [section for section in sections() if len(section) <= TARGETS[target]]
    if target == "LanguageServer":
        return conversations()
    if target == "Archive":
        return [path.read_bytes() for path in (ROOT / "Tests/Fixtures/Archives").iterdir()]
    return files("*.csv")


# Words


def quoted(word):
    """A word as libFuzzer reads it."""
    return '"' + "".join(
        chr(byte) if 0x20 <= byte < 0x7F and byte not in b'"\\' else f"\\x{byte:02X}" for byte in word) + '"'


def words(target):
    """What the target is likely to know: keywords and signs of the grammar, what stands behind fences' marks."""
    if target in ("Archive", "Table"):
        names = ["ustar  \0", "PK\x03\x04", "PK\x01\x02", "PK\x05\x06", "id", "email", "name", '""', ";", "\t", "\r"]
        return {name.encode() for name in names}
    grammar = (ROOT / "grammar/walk.ebnf").read_text()
    found = {a or b for a, b in re.findall(r'"([^"\n]+)"|\'([^\'\n]+)\'', grammar)}
    found |= {"\n", "\r\n", "\"\"", "0x", "1ms", "4KiB", "# "}
    if target in ("Lesson", "LanguageServer"):
        lessons = b"".join(files("*.md")).decode(errors="replace")
        for line in re.findall(r"^```walk([^\n]*)$", lessons, re.MULTILINE):
            found |= set(re.findall(r"[a-z]+=?", line))
        for block in re.findall(r"\A---\n(.*?)^---", lessons, re.MULTILINE | re.DOTALL):
            found |= set(re.findall(r"^[a-z]+:", block, re.MULTILINE))
        found |= {"```walk ", "```\n", "~~~", "---\n", "> ", "- ", "`{= ", "}`", "[^1]", "[^1]: ", "](#", "<b>",
                  "&amp;", "&a ", "*a", "| a |", "\t", "\u00e9", "\U0001f600", "```table\n", "```output\n"}
    if target == "LanguageServer":
        server = (ROOT / "Sources/ringwalk/LanguageServer+Requests.swift").read_text()
        found |= set(re.findall(r'"((?:textDocument|workspace)/[^"]+)"', server))
        found |= {"Content-Length: ", "\r\n\r\n", '"id":', '"method":', '"params":', '"jsonrpc":"2.0"', "null"}
    known = {word.encode() for word in found}
    return known | ({b"\xff\x00", b"\xff\x04", b"\xff\x03"} if target == "LanguageServer" else set())


# Running


def prepare(target):
    """The folders of a target: what it starts from, what is kept of its runs, and what it has found."""
    folders = [SCRATCH / "fuzz" / target / name for name in ("seeds", "corpus", "findings")]
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
    for old in folders[0].iterdir():
        old.unlink()
    kept = ROOT / "Tests/Fixtures/Fuzz" / target
    found = [path.read_bytes() for path in kept.iterdir()] if kept.is_dir() else []
    for index, seed in enumerate([*seeds(target), *found]):
        (folders[0] / f"{index:04}").write_bytes(seed)
    dictionary = SCRATCH / "fuzz" / target / "words.dict"
    dictionary.write_text("".join(quoted(word) + "\n" for word in sorted(words(target))))
    return folders, dictionary


def run(program, options, folders, log):
    """Runs a program of libFuzzer; gives its status and what it said."""
    # The language's own handler of crashes would wait for a debugger; the sanitizer's says where it was.
    environment = os.environ | {"SWIFT_BACKTRACE": "enable=no", "ASAN_OPTIONS": "detect_leaks=0"}
    with log.open("wb") as out:
        status = subprocess.run(
            [str(program), *options, *map(str, folders)], cwd=SCRATCH, env=environment,
            stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT).returncode
    return status, log.read_text(errors="replace")


def is_real(program, path):
    """Whether an input takes its time also alone, and of the processor: a clock goes on while others run."""
    environment = os.environ | {"SWIFT_BACKTRACE": "enable=no", "ASAN_OPTIONS": "detect_leaks=0"}
    process = subprocess.Popen(
        [str(program), "-timeout=300", str(path)], cwd=SCRATCH, env=environment, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if status == 0 and usage.ru_utime + usage.ru_stime < TIMEOUT:
        path.unlink()
        return False
    return True


def fuzz(target, program, seconds):
    """Runs a target; says what came of it, and whether that is good."""
    (start, corpus, findings), dictionary = prepare(target)
    known = set(findings.iterdir())
    log = SCRATCH / "fuzz" / target / "log"
    options = [
        f"-max_len={TARGETS[target]}", f"-dict={dictionary}", f"-timeout={TIMEOUT}", "-rss_limit_mb=3072",
        # Swift keeps bits of its own in pointers, which the search for leaks does not know for pointers then.
        "-detect_leaks=0", "-report_slow_units=10000", f"-artifact_prefix={findings}/", "-print_final_stats=1",
    ]
    deadline = time.monotonic() + seconds
    count, state, status, found = 0, "nothing covered", 0, []
    while status == 0 and not found and (left := int(deadline - time.monotonic())) > 0:
        status, text = run(program, [*options, f"-max_total_time={left}"], [corpus, start], log)
        count += int((re.findall(r"stat::number_of_executed_units: (\d+)", text) or ["0"])[-1])
        state = (re.findall(r"cov: \d+ ft: \d+ corp: \S+", text) or [state])[-1]
        new = sorted(set(findings.iterdir()) - known)
        found = [path for path in new if not path.name.startswith("timeout-")
                 or is_real(program, path)]
        if new and not found:
            status = 0
    summary = f"{target}: {count} executions, {state}"
    for path in found:
        law = re.search(r"Fatal error: (.*)", text) or re.search(r"(SUMMARY: .*)", text)
        summary += f"\n  found: {path}"
        summary += f"\n  which breaks: {law.group(1)}" if law else ""
        summary += f"\n  again: SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=0 {program} {path}"
        summary += f"\n  once it is mended, move it to Tests/Fixtures/Fuzz/{target}/, under a name that says what it is"
    if status != 0 and not found:
        summary += f"\n  ended with status {status}; see {log}"
    return summary, status == 0 and not found


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seconds", type=int)
    parser.add_argument("targets", nargs="*", default=[], help=", ".join(TARGETS))
    parser.add_argument("--jobs", type=int, default=max(1, (os.cpu_count() or 1) // 2))
    arguments = parser.parse_args()
    targets = arguments.targets or list(TARGETS)
    for target in targets:
        if target not in TARGETS:
            parser.error(f"there is no target {target}; there are {', '.join(TARGETS)}")
    programs = {target: build(target) for target in targets}
    good = True
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        runs = [pool.submit(fuzz, target, program, arguments.seconds) for target, program in programs.items()]
        for run in concurrent.futures.as_completed(runs):
            summary, is_good = run.result()
            good = good and is_good
            print(summary, flush=True)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
