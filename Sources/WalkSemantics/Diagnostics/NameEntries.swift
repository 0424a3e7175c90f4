import SourceText

// W02xx: names.
extension SemanticsCatalogue {
  static let nameEntries: [DiagnosticEntry] = [
    DiagnosticEntry(
      .undeclaredVariable, "a name that nothing here has",
      explanation: """
        A program's variables begin with `let`; `data` and `bss` give names to memory, `fn` to
        functions. A function sees its parameters and its own variables, besides the program's data
        and bss: the variables of the top level are in another stack frame. A variable ends with
        the block it was declared in.
        """,
      failing: "program p {\n    let count = 1\n    exit(cuont)\n}\nstart p\nrun\n",
      mended: "program p {\n    let count = 1\n    exit(count)\n}\nstart p\nrun\n"),
    DiagnosticEntry(
      .usedBeforeDeclaration, "a variable is used above its `let`",
      explanation: """
        Statements run from top to bottom, so a variable has a value only below its `let`. Move the
        declaration up, above the first use and outside of inner blocks.
        """,
      failing: "program p {\n    n = 1\n    let n = 2\n}\nstart p\nrun\n",
      mended: "program p {\n    let n = 2\n    n = 1\n}\nstart p\nrun\n"),
    DiagnosticEntry(
      .declaredTwice, "one name is declared twice in a program",
      explanation: """
        `let` makes a new variable. To give an old one another value, leave `let` away. Inner blocks
        do not hide outer names: a reader could not tell which one is meant.
        """,
      failing: "program p {\n    let n = 1\n    let n = 2\n}\nstart p\nrun\n",
      mended: "program p {\n    let n = 1\n    n = 2\n}\nstart p\nrun\n"),
    DiagnosticEntry(
      .unknownSystemCall, "a call to something that is no system call and no function",
      explanation: """
        Everything in a program that looks like a call is a function declared with `fn`, or a system
        call with its Linux name. The message lists the calls that this kernel serves. A number that
        no call has can be tried with `syscall(NUMBER, …)`: the kernel answers ENOSYS.
        """,
      failing: "program p { let n = reed(0, \"\", 0) }\nstart p\nrun\n",
      mended: "program p {\n    bss buf 16\n    let n = read(0, buf, 0)\n}\nstart p\nrun\n"),
    DiagnosticEntry(
      .unknownProgram, "a program that is started and nowhere declared",
      explanation: """
        `start` makes a process from a program of the scenario or of the lesson's world. The name is
        the one after `program`; `named` gives the process another one.
        """,
      failing: "program editor { exit(0) }\nstart editr\nrun\n",
      mended: "program editor { exit(0) }\nstart editor\nrun\n"),
    DiagnosticEntry(
      .unknownUser, "a user or group that nobody declared",
      explanation: """
        The users `root` and `student` always exist; others are declared with `user NAME { uid N }`.
        Each user has a group of the same name; further groups come into being where a user's
        `groups [...]` names them.
        """,
      failing: "program p { exit(0) }\nstart p as ada\nrun\n",
      mended: "user ada { uid 1001 }\nprogram p { exit(0) }\nstart p as ada\nrun\n"),
    DiagnosticEntry(
      .unknownDevice, "a device that nobody declared",
      explanation: """
        Disks are declared with `disk NAME { latency 5ms }`. Each machine also has a timer.
        """,
      failing: "disk sda { latency 5ms }\nmount \"/\" ext4 on sdb\n",
      mended: "disk sda { latency 5ms }\nmount \"/\" ext4 on sda\n"),
    DiagnosticEntry(
      .duplicateDeclaration, "one thing is declared twice",
      explanation: """
        Declarations of a scenario come on top of those of the lesson's world; they add to it and
        replace nothing. Only `machine` in a scenario takes the place of the world's. Choose another
        name or path, or remove one of the two.
        """,
      failing: "file \"/etc/motd\" { text \"hi\" }\nfile \"/etc/motd\" { text \"ho\" }\n",
      mended: "file \"/etc/motd\" { text \"hi\" }\nfile \"/etc/issue\" { text \"ho\" }\n"),
    DiagnosticEntry(
      .startedTwice, "a second process would have the name of the first",
      explanation: """
        A process is called like its program. When a program is started twice, the second process
        needs a name of its own, or no claim could say which of the two is meant.
        """,
      failing: "program p { exit(0) }\nstart p\nstart p\nrun\n",
      mended: "program p { exit(0) }\nstart p\nstart p named q\nrun\n"),
    DiagnosticEntry(
      .nameTaken, "a name that means something else already",
      explanation: """
        Claims speak of `kernel`, `user`, `timer`, `memory`, `time`, `cpu0` and of the states of
        processes; programs of `errno`, the constants of the C headers and the system calls. These
        words cannot be the names of other things.
        """,
      failing: "program kernel { exit(0) }\nstart kernel\nrun\n",
      mended: "program shell { exit(0) }\nstart shell\nrun\n"),
    DiagnosticEntry(
      .unknownArchitecture, "an architecture that the language does not know",
      explanation: "Architectures have the names that Linux gives them, such as `x86_64`.",
      failing: "machine x86_46 { tick 4ms }\n",
      mended: "machine x86_64 { tick 4ms }\n"),
    DiagnosticEntry(
      .notSimulated, "a part of the language that a later version simulates",
      explanation: """
        The statement is right, and this version cannot run it. Rather than leave it out silently,
        which would make the simulation say something false, it is refused.
        """,
      failing: "program p { lock m }\nstart p\nrun\n",
      mended: "program p { exit(0) }\nstart p\nrun\n"),
    DiagnosticEntry(
      .unknownItem, "an item that its block does not know",
      explanation: "The message lists the items that may stand in this block.",
      failing: "disk sda { latncy 5ms }\n",
      mended: "disk sda { latency 5ms }\n"),
    DiagnosticEntry(
      .unknownChoice, "a word where one of a few others is wanted",
      explanation: "The message lists the words to choose from.",
      failing: "machine x86_64 { scheduler round_robbin }\n",
      mended: "machine x86_64 { scheduler round_robin }\n"),
    DiagnosticEntry(
      .unknownPrivilegedInstruction, "an instruction that the architecture does not have",
      explanation: """
        `privileged` executes a machine instruction that only kernel mode may execute, to show what
        happens. Its name is that of the machine's manual.
        """,
      failing: "program p { privileged halt }\nstart p\nrun\n",
      mended: "program p { privileged hlt }\nstart p\nrun\n"),
    DiagnosticEntry(
      .badPath, "a path that no file of the world can have",
      explanation: """
        Paths of the world are absolute: they begin with `/`. A name between slashes has at most 255
        bytes, a path at most 4095, and neither holds a NUL byte (path_resolution(7)).
        """,
      failing: "file \"etc/motd\" { text \"hi\" }\n",
      mended: "file \"/etc/motd\" { text \"hi\" }\n"),
    DiagnosticEntry(
      .notADirectory, "a file stands where a directory is needed",
      explanation: """
        Only a directory has something below it, can be mounted on, or can be the place where a
        process works.
        """,
      failing: "file \"/a\" { text \"x\" }\nfile \"/a/b\" { text \"y\" }\n",
      mended: "dir \"/a\"\nfile \"/a/b\" { text \"y\" }\n"),
    DiagnosticEntry(
      .missingDirectory, "a process would start in a directory that does not exist",
      explanation: """
        A process works in a directory from its first instruction on. Without `in` it is the home
        directory of its user; another one must be declared with `dir`, or hold a declared file.
        """,
      failing: "program p { exit(0) }\nstart p in \"/srv\"\nrun\n",
      mended: "dir \"/srv\"\nprogram p { exit(0) }\nstart p in \"/srv\"\nrun\n"),
    DiagnosticEntry(
      .misplacedStatement, "a statement in a fence that has no use for it",
      explanation: """
        A `world` fence declares; a scenario declares, runs and expects; a `continue` fence goes on
        with a machine that is running, which can get no new disks or files from outside; checks
        and starters stand in a `task`, questions and answers in a `predict` fence.
        """,
      failing: "check \"it ends\" 2 points: kernel idles\n",
      mended: "expect not kernel deadlocks\n"),
    DiagnosticEntry(
      .nestedFunction, "a function inside of a block",
      explanation: "As in C, functions are declared at the top level of their program.",
      failing: "program p { if 1 { fn f() { return 1 } } }\nstart p\nrun\n",
      mended: "program p {\n    fn f() { return 1 }\n    if 1 { f() }\n}\nstart p\nrun\n"),
    DiagnosticEntry(
      .notAssignable, "a value stands where a place is wanted",
      explanation: """
        What stands before `=` is a place in memory: a variable, `*p` or `p[i]`. A name of `data` or
        `bss` is an address, like an array in C: its elements can be assigned to, the name cannot.
        """,
      failing: "program p {\n    bss buf 16\n    buf = 1\n}\nstart p\nrun\n",
      mended: "program p {\n    bss buf 16\n    buf[0] = 1\n}\nstart p\nrun\n"),
    DiagnosticEntry(
      .missingStudentProgram, "a task's starter lacks a program that students must write",
      explanation: """
        `student program NAME` says what a submission must define. The starter is where students
        begin, and what the task itself is checked with; so it has the program too, empty if need be.
        """,
      failing: "student program reader\nstarter { program other { exit(0) } }\n",
      mended: "student program reader\nstarter { program reader { exit(0) } }\n"),
    DiagnosticEntry(
      .notAValue, "something that has no value in a program",
      explanation: """
        A program sees its own memory and the results of its system calls, and nothing else. What
        can be seen of the machine from outside is for claims.
        """,
      failing: "program p {\n    let n = exit\n}\nstart p\nrun\n",
      mended: "program p {\n    let n = getpid()\n}\nstart p\nrun\n"),
    DiagnosticEntry(
      .unknownLibraryFunction, "a library call that no library has",
      explanation: """
        Library code runs in user mode. There are two libraries: `libc`, with functions such as
        `strlen`, `malloc` and `printf`, and the `vdso`, with `clock_gettime` and `getcpu`. Anything
        that the kernel does is called by its name alone: `write(1, "x", 1)`.
        """,
      failing: "program p { call libc.prinft(\"hi\\n\") }\nstart p\nrun\n",
      mended: "program p { call libc.printf(\"hi\\n\") }\nstart p\nrun\n"),
    DiagnosticEntry(
      .unknownSignal, "a signal that does not exist",
      explanation: """
        Signals have the names of signal(7): `SIGINT`, `SIGSEGV`, `SIGUSR1` and others.
        """,
      failing: "program p { on SIGSEGF { exit(1) } }\nstart p\nrun\n",
      mended: "program p { on SIGSEGV { exit(1) } }\nstart p\nrun\n"),
    DiagnosticEntry(
      .unknownModule, "a module that is loaded and nowhere declared",
      explanation: """
        `load module NAME` starts a process that opens `/lib/modules/NAME.ko` and hands it to the
        kernel. The file comes from a `module` statement.
        """,
      failing: "module hello { init { } }\nload module helo as root\nrun\n",
      mended: "module hello { init { } }\nload module hello as root\nrun\n"),
    DiagnosticEntry(
      .unknownKernelFunction, "a call in a module to what the kernel does not export",
      explanation: """
        Code of a module runs in kernel mode: it makes no system calls and has no libc. It calls its
        own functions, and those that the kernel exports, such as `printk` and `copy_to_user`.
        """,
      failing: "module hello { init { prink(\"hi\") } }\nload module hello as root\nrun\n",
      mended: "module hello { init { printk(\"hi\") } }\nload module hello as root\nrun\n"),
    DiagnosticEntry(
      .nobodyForks, "a child of a process where no program forks",
      explanation: """
        The processes that `shell` makes with `fork` are `shell.child`, `shell.child2` and so on, in
        the order in which they are made. In a scenario without `fork` there are none.
        """,
      failing: "program shell { exit(0) }\nstart shell\nrun\nexpect shell.child exits 0\n",
      mended:
        "program shell { fork()\n  exit(0) }\nstart shell\nrun\nexpect shell.child exits 0\n"),
  ]
}
