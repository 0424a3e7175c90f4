/// What `ringwalk new` writes: a small course that can be built, checked and graded as it is.
enum CourseSkeleton {
  /// A file, by its path below the course's folder.
  struct File {
    let path: String
    let text: String
  }

  /// All files, the one to be read first in front.
  static let files = [
    File(path: "README.md", text: readme),
    File(path: ".gitignore", text: ignored),
    File(path: "lessons/book.md", text: cover),
    File(path: "lessons/01-a-first-lesson.md", text: lesson),
    File(path: "solutions/01-a-first-lesson/reader/right.walk", text: right),
    File(path: "solutions/01-a-first-lesson/reader/wrong-never-reads.walk", text: wrong),
  ]

  private static let readme = #"""
    # A course

    Made by `ringwalk new`. Everything here is yours: change it, and rename what has names.

    | place | holds |
    | --- | --- |
    | `lessons/` | the lessons; `book.md` is the cover and names their order |
    | `solutions/LESSON/TASK/` | solutions to the tasks: `right.walk` has all points, the others what their first line says |
    | `site/` | the pages, once they are built |

    ## While you write

        ringwalk serve lessons

    shows the pages in a browser and brings them up to date whenever you save. In the terminal:

        ringwalk check lessons
        ringwalk fmt lessons solutions
        ringwalk coverage lessons

    say which claims hold, bring the scripts into one style, and list what of the kernel the lessons show and what
    they never do. `ringwalk explain W0204` tells more about a message, `ringwalk explain open` about a system call.

    ## For readers

        ringwalk build lessons -o site

    makes pages that need neither a server nor a network.

    ## For students and teachers

        ringwalk grade lessons/01-a-first-lesson.md --task reader solutions/01-a-first-lesson/reader/right.walk

    says what a submission is worth and why; a folder of submissions gives a table.

        ringwalk audit lessons/01-a-first-lesson.md --solutions solutions/01-a-first-lesson

    puts mistakes into the right solution and lists those that still get all points: a file `accepted` beside it
    says which of them are none, and the others are holes in the checks.

    """#

  private static let ignored = #"""
    /site/
    *.key

    """#

  private static let cover = #"""
    ---
    title: A course
    summary: What this course is about, in a sentence.
    order: [01-a-first-lesson]
    ---

    This is the cover of the course: what it is about, for whom it is, and how to read it. The list of the
    lessons is put below it. `order` names them in the order in which they are read.

    """#

  private static let lesson = #"""
    ---
    title: A first lesson
    summary: What happens between `write` and the line in the terminal.
    ---

    # A first lesson

    This lesson is yours to be changed. Prose is CommonMark; the fences below are scripts, which are run when
    the lesson is built, and everything that they expect is checked.

    The world of the lesson comes first. Every scenario begins with it.

    ```walk world
    machine x86_64 { cpus 1 }
    user ada { uid 1000 }
    ```

    ## Saying something

    A program cannot write to the terminal by itself: it asks the kernel to.

    ```walk scenario=saying
    program greeter {
        write(1, "hi\n", 3)
        exit(0)
    }
    start greeter as ada
    run

    expect greeter calls write then greeter enters kernel by syscall then greeter writes "hi\n"
    expect when greeter writes "hi\n": greeter.mode == kernel
    expect at end greeter.exit == 0
    ```

    The call returned `{= result(write by greeter)}` after `{= duration(write by greeter)}`.

    ```walk predict=bytes points=1
    ask "How many bytes would `write(1, \"hi\\n\", 2)` write?"
    answer 2
    ```

    ## Your turn

    There is a file `note` in Ada's home. Write a program `reader` that prints what stands in it, and ends with
    status 0.

    ```walk task=reader points=5
    file "/home/ada/note" { owner ada, mode 0644, text "hello\n" }
    student program reader
    starter {
        program reader { # open note, read it, and print what you got
            bss buf 64
        }
    }
    start reader as ada in "/home/ada"
    run
    check "it reads the note" 2 points: open by reader returns then read by reader returns 6
    hint "`read` wants what `open` returned"
    check "it prints it, once" 2 points after "it reads the note": exactly 1 of reader writes "hello\n" and reader exits 0
    hidden check "also on arm64" 1 point after "it reads the note" with machine arm64: reader writes "hello\n"
    ```

    """#

  private static let right = #"""
    # 5 of 5
    program reader {
        bss buf 64
        let fd = open("note", O_RDONLY)
        let n = read(fd, buf, 64)
        write(1, buf, n)
        exit(0)
    }

    """#

  private static let wrong = #"""
    # 0 of 5: says what the note says without reading it
    program reader {
        write(1, "hello\n", 6)
        exit(0)
    }

    """#
}
