import Testing
import WalkSyntax

@Suite struct `The language's page` {
  static let world = """
    machine x86_64 {            # x86_64 i386 arm64 arm riscv64 mips powerpc64 s390x loongarch64
        cpus 2, memory 16MiB, page 4KiB, tick 4ms
        scheduler round_robin { quantum 8ms }   # fifo sjf stcf mlfq lottery stride eevdf
        isolation kpti                          # or shared
        protection [smep, smap]                 # what the CPU refuses even to the kernel
        replacement clock                       # fifo lru clock opt random
        costs { syscall 120ns, fault 300ns }
    }
    user ada { uid 1000, groups [staff] }
    disk sda { latency 5ms }      nic eth0 { latency 20ms }      serial ttyS0      keyboard kbd
    mount "/net" nfs on eth0 from "fileserver"
    dir "/home/ada" { owner ada, mode 0755 }       symlink "/home/ada/link" to "foo"
    file "/lib/libc.so" { size 64KiB }
    module hello { text 8KiB, data 4KiB, init { printk("hello from kernel mode") } exit { printk("bye") } }

    """

  @Test func `its world parses`() {
    let script = parse(Self.world)
    #expect(complaints(script) == [])
    #expect(script.statements.count == 11)
  }

  @Test(arguments: [
    """
    program editor {
        bss buf 4KiB
        let fd = open("foo", O_RDONLY)
        if fd < 0 { exit(1) }
        let n = read(fd, buf, 5)
        exit(0)
    }
    program counter { repeat 20 { compute 1ms } }
    """,
    """
    start editor as ada in "/home/ada"
    start counter
    run until editor sleeps

    expect editor enters kernel by syscall
    expect kernel copies "foo" from editor
    expect editor sleeps on sda
    expect editor.mode == kernel          # asleep *inside* the kernel
    """,
    """
    run
    expect counter runs before sda interrupts
    expect sda interrupts while counter runs
    expect sda interrupts then editor wakes then open by editor returns 3
    expect at end editor.exit == 0 and sda.reads >= 1
    """,
    """
    ask "A second `open` follows the first. Which descriptor does it return?"
    answer 4
    """,
    """
    student program reader               # the submission must define it
    starter {
        program reader { # open two files so that reader sleeps exactly twice
        }
    }
    start reader as ada in "/home/ada"
    run
    check "it ends cleanly"      2 points: reader exits 0
    check "it sleeps twice"      5 points: exactly 2 of reader sleeps
    hidden check "also on arm64" 3 points with machine arm64: exactly 2 of reader sleeps
    """,
    """
    start editor named second as ada in "/home/ada" nice 5 at 2ms
    at 12ms: ttyS0 receives "x"
    at 15ms: signal SIGINT to editor
    at 20ms: sda fails                      # the next request ends in EIO
    load module hello as root
    run until editor sleeps ; run for 10ms ; run
    """,
    """
    claim "fds are per process" from "answer 2" { under isolation shared, isolation kpti: expect a sleeps }
    expect in every schedule: never a sleeps
    expect in some schedule: a sleeps then b wakes
    vary n in 2..5
    vary name in ["foo", "bar"]
    answer fd = 4
    include "path.walk"
    """,
    """
    program p {
      data msg "hello"
      data table 1, 2, 3
      fn f(a, b) { return a + b }
      touch msg
      let y = *0xffff800000000000
      privileged hlt
      privileged cli
      call libc.printf("...")
      spawn f(1, 2)
      lock m
      unlock m
      on SIGSEGV { exit(1) }
      p[3] = f(1, 2); *y = 5
      if (y == 1) { y = 2 } else if y { y = 3 } else { y = 4 }
      while 1 { }
      on = 3
      let q = &y
      if (fd < 0 && errno == ENOENT) { exit(1) }
    }
    """,
  ])
  func `what it shows parses`(_ text: String) {
    #expect(complaints(parse(text)) == [])
  }

  @Test(arguments: [
    "editor calls open", "open by editor returns 3", "open by editor fails with ENOENT",
    "editor enters kernel", "editor enters kernel by fault", "editor returns to user",
    "editor sleeps on sda", "editor wakes", "editor is preempted",
    "editor faults at 0xffff800000000000", "editor faults on buf", "page_fault by editor major",
    "kernel kills editor with SIGSEGV", "editor receives SIGINT", "editor exits 0",
    "sda interrupts while counter runs", "timer interrupts", "kernel switches from a to b",
    "module hello loads", "kernel logs \"text\"", "open by editor returns -1",
    "never editor sleeps", "exactly 2 of editor sleeps", "at least 1 of (a sleeps or b sleeps)",
    "at most 3 of open by editor while editor runs", "a sleeps within 5ms of b wakes",
    "a wakes because sda interrupts", "always a.mode == user or b runs and not c sleeps",
    "always a.x == 1 and never b sleeps", "eventually (a runs or b runs)",
    "when a sleeps: b.state == running", "not (a sleeps then b wakes)",
    "(a sleeps or b sleeps) then c wakes while d runs then e exits 0",
    "a sleeps implies b wakes implies c runs", "(a.x + 1) * 2 == 4 and a sleeps",
    "at end (count(editor sleeps) == 2 and result(open by editor) == 3)",
    "cputime(counter, until editor wakes) > 3ms", "duration(editor sleeps, editor wakes) < 5ms",
    "a sleeps\n  then b wakes\n  then c runs", "a sleeps then\n  b wakes",
    "(a sleeps then b wakes) and (never c runs or at end d.exit == 0)",
  ])
  func `its claims parse`(_ claim: String) {
    #expect(complaints(parse("expect \(claim)")) == [])
  }
}
