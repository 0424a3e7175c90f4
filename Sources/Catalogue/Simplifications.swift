/// Something that this kernel or machine does more simply than Linux on real hardware.
///
/// A lesson may rely on whatever is not listed here. Whoever leaves something out adds an entry;
/// whoever builds it takes the entry away.
public struct Simplification: Sendable, Hashable {
  /// What it is about, a few words.
  public let title: String
  /// What Linux, or a real machine, does; one or two sentences, `code` in backquotes.
  public let linux: String
  /// What is done here instead.
  public let here: String
  /// The identifiers of the mechanisms that it touches.
  public let mechanisms: [String]

  init(_ title: String, linux: String, here: String, _ mechanisms: String...) {
    self.title = title
    self.linux = linux
    self.here = here
    self.mechanisms = mechanisms
  }

  /// All of them, by subject.
  public static let all: [Simplification] =
    machine + memory + files + processes + interrupts
    + modules

  // MARK: The machine

  private static let machine = [
    Simplification(
      "The instruction set",
      linux: "A compiler makes an architecture's own machine code.",
      here: """
        Programs are compiled to one small instruction set of 8 bytes an instruction, which uses the \
        architecture's registers, its system call instruction and its calling convention for system \
        calls.
        """,
      "S2", "S5"),
    Simplification(
      "Kernel code",
      linux: "The kernel's own code is machine code, which is fetched and executed like any other.",
      here: """
        The kernel's routines are steps of the simulator. Each has an address, a frame on the kernel \
        stack and a cost, but its instructions are not executed one by one.
        """,
      "S2", "S17"),
    Simplification(
      "Width of registers",
      linux: "On 32-bit architectures registers and addresses have 32 bits.",
      here: """
        Registers hold 64 bits on every machine; on 32-bit ones addresses are taken modulo 2^32 and \
        registers are shown with 32 bits.
        """,
      "S5"),
    Simplification(
      "The cost of things",
      linux: """
        How long an instruction takes depends on caches, branch prediction and much else.
        """,
      here: """
        Each kind of work has a fixed cost, which `costs` sets. Caches are not simulated, except the \
        TLB.
        """,
      "S18"),
  ]

  // MARK: Memory

  private static let memory = [
    Simplification(
      "Where things lie",
      linux: """
        Stack, libraries, heap and the kernel itself lie at addresses chosen at random (ASLR, KASLR).
        """,
      here:
        "Everything lies where it would with randomisation switched off, so that a run can be repeated.",
      "S1", "S16"),
    Simplification(
      "Programs in memory",
      linux: "A program's pages are read from its file when they are first touched.",
      here: "A program that the timeline starts has its text and data in memory already.",
      "S13", "S16"),
    Simplification(
      "bss and heap",
      linux: "Where bss and heap meet and have the same rights, they are one region.",
      here: "They stay two lines of the map.",
      "S16"),
    Simplification(
      "Files of /proc",
      linux: """
        `/proc` has some hundred files, directories can be listed, and `stat` and `status` have many \
        fields more. On x86_64 the map ends with a line `[vsyscall]`, a page of calls from long ago.
        """,
      here: """
        There are `/proc/self`, `/proc/modules`, and of each process `maps`, `stat` and `status`. \
        Fields that are not kept, times among them, are 0 in `stat` and left out in `status`. There \
        is no vsyscall page, as with `vsyscall=none`.
        """,
      "S15", "S16"),
    Simplification(
      "Copies on arm64",
      linux: """
        Since version 5.11 copies from and to user memory use loads and stores that act as user \
        mode's (`ldtr`, `sttr`), and PAN stays on; only few routines switch it off.
        """,
      here: "Every copy switches PAN off and on again, as Linux did before.",
      "S6"),
    Simplification(
      "Offsets of mmap on 32-bit machines",
      linux: """
        Where libc makes `mmap2` of `mmap`, it first refuses an offset that is not a multiple of 4096 \
        (`EINVAL`).
        """,
      here: "There the offset is rounded down.",
      "S16"),
    Simplification(
      "Changing mappings",
      linux: """
        `mremap` moves and resizes regions; `mmap` has flags for huge pages, locking and more, and \
        `MADV_FREE` frees pages only when memory gets short.
        """,
      here: "There is no `mremap`, further flags are ignored, and `MADV_FREE` frees at once.",
      "S16"),
    Simplification(
      "Out of memory",
      linux: "The OOM killer chooses the process with the most memory.",
      here: "The process that asked for a page is killed.",
      "S13"),
    Simplification(
      "Page replacement",
      linux: """
        Pages of files and of processes are kept on lists of recently and less recently used ones, or \
        in generations. A thread, kswapd, frees memory before it is used up.
        """,
      here: """
        One policy, which `replacement` names, chooses among all pages that may leave. The process \
        that needs a page makes room for it and waits (direct reclaim); `lru` knows the order of all \
        uses exactly, which no hardware tells. With a swap area, 16 frames are left to the kernel; \
        without one, the last frame may be used.
        """,
      "S13"),
    Simplification(
      "Swapping",
      linux: """
        There may be several swap areas; pages around the one that is wanted are read as well, and \
        memory that is shared without a file, and tmpfs, go to the swap area, too.
        """,
      here: """
        There is one swap area, behind the file system of its disk; one page is read or written at a \
        time, and memory that is shared without a file stays where it is.
        """,
      "S13", "S16"),
    Simplification(
      "Times in getrusage",
      linux: "`getrusage` tells user and system time, too, and the peak of memory.",
      here: "It tells page faults and context switches; the rest is 0.",
      "S13"),
    Simplification(
      "Huge pages",
      linux: "Anonymous memory may be given out in pages of 2 MiB, with one fault for all of it.",
      here: "User memory comes in pages of 4 KiB only; the kernel's direct map has large ones.",
      "S13"),
    Simplification(
      "The TLB under isolation",
      linux: """
        Processors with process-context identifiers keep the TLB when the page table changes at \
        entry and exit.
        """,
      here: """
        Under `isolation kpti` the TLB is emptied at each change of the page table, as on processors \
        without such identifiers.
        """,
      "S18"),
  ]

  // MARK: Files and devices

  private static let files = [
    Simplification(
      "Times of files",
      linux: "An inode keeps when it was last read, written and changed.",
      here: "`stat` tells 0 for these times.",
      "S9", "S11"),
    Simplification(
      "Directories on ext4",
      linux: "Large directories have a hash tree.",
      here: "A directory's blocks are searched from the first to the last name.",
      "S9"),
    Simplification(
      "Write-back",
      linux: """
        Every 5 s a flusher looks for pages that have been dirty for 30 s and writes them to the disk.
        """,
      here: """
        The flusher writes all that is dirty 5 s after the first page became so. A run does not wait \
        for it: dirty pages alone keep nothing going.
        """,
      "S9"),
    Simplification(
      "Overwriting whole pages",
      linux: """
        A page of a file that a write covers from end to end is not read from the disk first.
        """,
      here: "It is read first, since the copy from user memory may fall short.",
      "S9"),
    Simplification(
      "The journal",
      linux: """
        ext4 writes changes of its own blocks to a journal first, so that a crash leaves it consistent.
        """,
      here: "There is no journal: inodes are written in place, with their first four extents.",
      "S9"),
    Simplification(
      "Requests that fail",
      linux: "Drivers try again, some errors more than once.",
      here: "A request that fails is not tried again.",
      "S9"),
    Simplification(
      "Lines and keyboards",
      linux: """
        A terminal's settings say how its bytes are treated, it echoes what is typed, and a work queue \
        does both. Control-C reaches the foreground process group.
        """,
      here: """
        A keyboard gives whole lines and a serial line gives bytes as they come (`stty raw`), without \
        echo; a tasklet does it. Control-C reaches who waits for the line. Without a keyboard, reading \
        the console sleeps for ever.
        """,
      "S9", "S10", "S14"),
    Simplification(
      "The file server",
      linux: """
        NFS sends several pages in one call and does not wait for one answer before the next call, \
        runs over TCP, checks names again after a while, renames a file that is removed while it is \
        open, and lets SIGKILL end a call that waits.
        """,
      here: """
        Each page is one READ or WRITE over UDP, one after the other; what was written is kept by \
        COMMIT. Names stay in the dentry cache, an open file stays readable at the server, and a \
        call waits until it is answered.
        """,
      "S9", "S10"),
    Simplification(
      "Names that move",
      linux: "`rename` and `link` change directories, too.",
      here: "Names can be made (`open`, `mkdir`) and removed (`unlink`, `rmdir`).",
      "S9"),
  ]

  // MARK: Processes

  private static let processes = [
    Simplification(
      "Threads",
      linux: "A process may have many threads, which share its memory.",
      here: "A process has one thread.",
      "S10", "S21"),
    Simplification(
      "The scheduler",
      linux:
        "Since version 6.6 the next task is the one with the earliest virtual deadline (EEVDF).",
      here: """
        Tasks run in turn, each for a quantum (`scheduler round_robin`), or until they sleep \
        (`scheduler fifo`).
        """,
      "S10"),
    Simplification(
      "Which signals there are",
      linux:
        "There are real-time signals, which queue, and some signals have other numbers on mips.",
      here: """
        There are only signals that have the same number on x86, arm and riscv. `kill` answers EINVAL \
        for real-time ones.
        """,
      "S20"),
    Simplification(
      "Core files",
      linux: "A signal whose default action is to dump core may leave a file behind.",
      here: "The status says that core was dumped, and there is no file.",
      "S20"),
    Simplification(
      "Signal frames",
      linux: "The frame on the user stack is laid out differently on each architecture.",
      here: "It looks alike on all of them.",
      "S20"),
    Simplification(
      "Process groups and init",
      linux: """
        A shell puts the processes of a command into a group; init is a program like others.
        """,
      here: """
        A process that the timeline starts leads a group of its own. Init has no task, and nothing \
        sent to it does anything.
        """,
      "S20", "S21"),
    Simplification(
      "ppoll",
      linux: "`ppoll` waits until a descriptor is ready, or for a signal.",
      here: "It only waits for signals.",
      "S10", "S20"),
  ]

  // MARK: Interrupts

  private static let interrupts = [
    Simplification(
      "Softirqs that take long",
      linux: """
        Softirqs that are raised again and again for 2 ms or ten rounds are left to a thread, \
        `ksoftirqd`, which takes its turn like others.
        """,
      here: "They run until none is raised.",
      "S14"),
    Simplification(
      "TLB shootdowns",
      linux: """
        A CPU that makes others forget translations waits, with interrupts on, until all have \
        answered.
        """,
      here: """
        The other CPUs' translations are gone at once, their interrupts come as in Linux, and the \
        sender does not wait.
        """,
      "S14", "S13"),
    Simplification(
      "Who takes interrupts",
      linux: "Interrupts of devices are spread over the CPUs.",
      here: "Devices interrupt the first CPU.",
      "S14"),
  ]

  // MARK: Modules and kernel mode

  private static let modules = [
    Simplification(
      "Module files",
      linux: """
        A module has many sections, parameters, and an init function that registers what the module \
        brings.
        """,
      here: """
        Text and data are its only sections, it has no parameters, and what it brings stands in \
        `.modinfo` and is registered when init has succeeded. The copy of the file that loading makes \
        in kernel memory is not counted.
        """,
      "S15"),
    Simplification(
      "What a module brings",
      linux: """
        A module may export symbols to other modules, and register what it likes: drivers for devices, \
        file systems, protocols. A driver moves the offset of an open file itself.
        """,
      here: """
        Modules bring device files in `/dev`, types of file systems and handlers of interrupts. A \
        file system of a module keeps its files in memory, with the kernel's own code, as ramfs does. \
        The kernel moves the offset by what the driver's read or write returns.
        """,
      "S15"),
    Simplification(
      "Mounting",
      linux: """
        A program may mount disks and servers, move and copy mounts, and take them off later. For an \
        unknown type the kernel asks user space to load a module.
        """,
      here: """
        Programs may mount file systems in memory; disks and servers are mounted when the machine \
        starts, and stay (ENOTBLK, EINVAL, EBUSY). Other operations on mounts give EINVAL. For an \
        unknown type nobody is asked: ENODEV.
        """,
      "S9", "S15"),
    Simplification(
      "The stack of an interrupt",
      linux:
        "A hard interrupt's handler runs on a stack of its CPU's own (x86_64, arm64, riscv64).",
      here: "It runs on the kernel stack of whoever was interrupted, below what lies there.",
      "S14", "S17"),
    Simplification(
      "A module that is loading",
      linux: "Who loads a module whose namesake is still loading waits for that one's init to end.",
      here: "The call answers EBUSY at once.",
      "S15"),
    Simplification(
      "Capabilities",
      linux: "Privilege is divided into capabilities, which a process can have one by one.",
      here: "Root has all of them, and nobody else has any.",
      "S3", "S15"),
    Simplification(
      "Control registers and ports",
      linux:
        "Privileged instructions read and write registers and ports that the machine depends on.",
      here: """
        Those that mask interrupts, wait and flush translations do so; others are told and change \
        nothing.
        """,
      "S3"),
    Simplification(
      "The end of a kernel stack",
      linux:
        "Below a kernel stack lies a page that nothing is mapped in, and touching it is fatal.",
      here: "The CPU itself checks the limit when module code pushes; the outcome is the same.",
      "S17", "S19"),
    Simplification(
      "A CPU that is stuck",
      linux: "A watchdog finds a CPU that has taken no interrupt for ten seconds, and logs it.",
      here: "A CPU that waits for an interrupt that cannot come stops the machine at once.",
      "S14", "S19"),
  ]
}
