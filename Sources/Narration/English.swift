import Catalogue
import Trace

/// The sentences of all events in English.
struct English: Phrasebook {
  let names: EventNames
  let language = Language.english

  private var header: TraceHeader { names.header }
  private var architecture: Architecture { names.architecture }

  /// One sentence with a full stop.
  func sentence(_ event: TraceEvent) -> String {
    let task = names.task(event)
    func hex(_ value: Int64) -> String { names.hex(value) }

    switch event.kind {
    // The machine and the lives of processes.
    case .machineStarts:
      return "The machine starts: \(architecture.name), \(count(event.b, "CPU")), "
        + "\(Quantity.bytes(event.a)) of memory."
    case .processStarts:
      let program = header.strings[event.string]
      let running = program.isEmpty || program == task ? "" : ", running the program \(program),"
      return "\(task)\(running) starts as process \(event.a) of user \(event.b): "
        + "it is runnable and waits for a CPU."
    case .runs:
      let after = names.task(event.a)
      let from = event.a == 0 || event.a == Int64(event.task) ? "" : " after \(after)"
      // A new process has no frame yet: it begins in the kernel, on its way to user mode.
      let mode =
        event.mode == .user ? "" : " and \(event.depth == 0 ? "begins" : "goes on") in kernel mode"
      return "\(task) gets \(cpu(event))\(from)\(mode)."
    case .idles: return "Nobody can run: \(cpu(event)) idles."
    case .computes:
      return event.mode == .user
        ? "\(task) computes for \(Quantity.duration(event.a)) in user mode."
        : "The kernel's code works for \(Quantity.duration(event.a)): \(task) cannot leave the CPU."
    case .isPreempted:
      return "\(task) is preempted: it could go on, but it is the others' turn."
    case .yields: return "\(task) gives \(cpu(event)) away with `sched_yield` and stays runnable."
    case .sleeps:
      let state = event.a == 0 ? "state D" : "state S"
      let frames =
        event.depth == 0
        ? "its kernel stack is kept"
        : "\(count(Int64(event.depth), "frame")) on its kernel stack \(event.depth == 1 ? "stays" : "stay") where \(event.depth == 1 ? "it is" : "they are")"
      return "\(task) sleeps (\(state)): it waits for \(waitedFor(event)), and \(frames)."
    case .wakes:
      return "\(task) wakes after \(Quantity.duration(event.a)): "
        + "it is runnable again, still in kernel mode."
    case .exits: return "\(task) exits with status \(event.a)."
    case .isKilled: return "The kernel kills \(task) with \(signal(event))."
    case .receivesSignal: return "\(task) receives \(signal(event)): \(signalReason(event))."
    case .writesConsole: return "\(task) writes \(names.quoted(event)) to the console."
    case .deadlocks:
      return "Deadlock: \(count(event.a, "process", "processes")) "
        + "\(event.a == 1 ? "sleeps" : "sleep"), and nothing is pending that could wake "
        + "\(event.a == 1 ? "it" : "them")."
    case .runsOutOfMemory:
      let free = event.a == 0 ? "none is free" : "the kernel keeps the last \(event.a) for itself"
      return "Memory is used up: \(task) needs a page, \(free), and none can be taken back."

    // In and out of the kernel.
    case .callsSystemCall:
      guard let call = names.callAsWritten(event) else {
        return "\(task) calls system call number \(event.a), which does not exist."
      }
      return "\(task) calls `\(call)`."
    case .systemCallReturns:
      let call = names.call(event).map { "`\($0)`" } ?? "The unknown system call"
      guard let errno = Errno(returned: event.a) else {
        return "\(call) returns \(event.a) to \(task)."
      }
      return "\(call) fails: the kernel's result \(event.a) becomes -1 with errno \(errno.name) "
        + "(\(errno.meaning)) in \(task)."
    case .entersKernel:
      return "\(task) enters the kernel\(entryReason(event)): "
        + "\(architecture.userModeName) → \(architecture.kernelModeName)."
    case .returnsToUser:
      return "\(task) is back in user mode: "
        + "\(architecture.kernelModeName) → \(architecture.userModeName)."
    case .faults: return fault(event)
    case .resolvesPageFault: return resolvedFault(event)
    case .interrupts:
      let during = names.isIdle(event) ? "the CPU idles" : "\(task) runs"
      return "\(names.isTimer(event) ? "The timer" : names.device(event)) interrupts "
        + "while \(during)."
    case .interruptReturns:
      return "The handler of \(names.isTimer(event) ? "the timer" : names.device(event))'s "
        + "interrupt is done."

    // What the CPU does.
    case .loadsRegister:
      return "\(header.text(Int64(event.object), .register)) ← \(hex(event.a))\(role(event))."
    case .executesSyscall: return systemCallInstruction(event)
    case .switchesStack:
      return "From the user stack (\(hex(event.a))) to \(task)'s kernel stack "
        + "(\(hex(event.b))): \(stackSwitch(event))."
    case .savesRegisters:
      return "The entry code saves \(task)'s user registers (\(count(event.b, "word"))) "
        + "at the top of its kernel stack, at \(hex(event.a))."
    case .restoresRegisters:
      return "The exit code loads \(task)'s user registers (\(count(event.b, "word"))) "
        + "from the top of its kernel stack, at \(hex(event.a))."
    case .executesReturn: return returnInstruction(event)
    case .pushesInterruptFrame:
      return "The CPU itself pushes stack pointer, \(architecture.flagsRegister) and "
        + "\(architecture.programCounter) \(hex(event.b)) on \(interruptStack(event)), "
        + "at \(hex(event.a)), "
        + "and goes through vector "
        + "\(hex(Int64(event.object)))."
    case .savesReturnState: return savedState(event)
    case .advancesReturnAddress:
      return "The kernel moves the saved \(architecture.programCounter) past the "
        + "`\(architecture.syscallInstruction)`: \(hex(event.a)) → \(hex(event.b))."
    case .storesResult: return storedResult(event)
    case .masksInterrupts: return "Interrupts are off\(onCPU(event))."
    case .unmasksInterrupts: return "Interrupts are on again\(onCPU(event))."
    case .writesPageTableBase:
      let meaning =
        switch PageTableChange(rawValue: event.object) {
        case .kernel: "\(task)'s table for kernel mode, which maps the whole kernel"
        case .user:
          "\(task)'s table for user mode, which has no more of the kernel than the trampoline"
        case .process, nil: "another address space"
        }
      return "\(architecture.pageTableBase) ← \(hex(event.a)), was \(hex(event.b)): \(meaning)."
    case .opensUserAccess: return userAccess(event, opens: true)
    case .closesUserAccess: return userAccess(event, opens: false)
    case .writesProcFile:
      return "The kernel writes \(text(event)) as it is at this moment: "
        + "\(Quantity.bytes(event.a)), "
        + "wanted from byte \(event.b) on."
    case .backsRegion:
      return "The region at \(hex(event.a)) shows the file with inode \(event.object)"
        + (event.b >> 8 == 0
          ? ", which is on no disk." : " of device \(event.b >> 8):\(event.b & 0xFF).")
    case .flushesTLB:
      return event.a == 0
        ? "The TLB is flushed; it was empty."
        : "The TLB forgets its \(count(event.a, "translation")) of the old page table."
    case .missesTLB:
      return "The TLB has no translation of \(hex(event.a)) (\(access(event))): "
        + "\(architecture.tableWalker) walks the page table."
    case .readsPageTableEntry: return tableEntry(event)
    case .fillsTLB:
      return "The TLB keeps the translation found: \(hex(event.a)) (\(access(event))) is in "
        + "frame \(hex(event.b))."

    // What the kernel's routines do.
    case .callsRoutine:
      let purpose = KernelRoutine(rawValue: UInt8(truncatingIfNeeded: event.object))?.purpose
      return "`\(names.routine(event))` \(purpose ?? "begins") "
        + "(\(count(event.a, "frame")) on the kernel stack)."
    case .routineReturns:
      return "`\(names.routine(event))` returns \(rawResult(event.a))."
    case .dispatches:
      guard let call = SystemCall[SystemCallID(rawValue: event.object)], let routine = call.routine
      else {
        return "Number \(event.a) is not in the system call table: the result will be "
          + "\(error(.ENOSYS))."
      }
      return "Number \(event.a) in the system call table is `\(call.name)`, "
        + "served by `\(architecture.name(of: routine))`."
    case .checksFlags:
      let outcome = Errno(returned: event.b).map { "they contradict each other, \(error($0))" }
      return "The flags \(names.openFlags(event.a)) are checked: \(outcome ?? "they are in order")."
    case .copiesString:
      return "`\(architecture.name(of: .strncpyFromUser))` copies \(names.quoted(event)) "
        + "from \(hex(event.a)) in \(task)'s memory into the kernel "
        + "(\(Quantity.bytes(event.b)) and the NUL)."
    case .copiesFromUser:
      if event.b > 0, header.strings[event.string].isEmpty {
        return "`\(architecture.name(of: .copyFromUser))` copies \(Quantity.bytes(event.b)) "
          + "from \(hex(event.a)) in \(task)'s memory into the kernel."
      }
      return "`\(architecture.name(of: .copyFromUser))` copies \(names.quoted(event)) "
        + "from \(hex(event.a)) in \(task)'s memory into the kernel (\(Quantity.bytes(event.b)))."
    case .copiesToUser:
      if event.b > 0, header.strings[event.string].isEmpty {
        return "`\(architecture.name(of: .copyToUser))` copies \(Quantity.bytes(event.b)) "
          + "from the kernel to \(hex(event.a)) in \(task)'s memory."
      }
      return "`\(architecture.name(of: .copyToUser))` copies \(names.quoted(event)) "
        + "from the kernel to \(hex(event.a)) in \(task)'s memory (\(Quantity.bytes(event.b)))."
    case .copyFaults:
      let rest = event.b > 0 ? ", and \(Quantity.bytes(event.b)) stay uncopied" : ""
      return "The copy meets \(hex(event.a)), which \(task) may not use: "
        + "the exception table makes that an error instead of a crash\(rest)."
    case .reservesDescriptor:
      if let errno = Errno(returned: event.a) {
        return "No descriptor is free for \(task): \(error(errno))."
      }
      return "Descriptor \(event.a) is the lowest that \(task) has free: it is set aside."
    case .startsPathWalk:
      return "The walk along \(names.quoted(event)) begins in the "
        + "\(event.b == 0 ? "working" : "root") directory (inode \(event.a))."
    case .checksSearch:
      let search = "look for \(names.quoted(event)) in the directory (inode \(event.a))"
      if let errno = Errno(returned: event.b) {
        return "\(task) may not \(search), for want of search permission (x): \(error(errno))."
      }
      return "\(task) may \(search): it has search permission (x)."
    case .looksUpName:
      return event.b != 0
        ? "The dentry cache has \(names.quoted(event)) of directory inode \(event.a)."
        : "The dentry cache does not have \(names.quoted(event)): "
          + "the directory (inode \(event.a)) must be read."
    case .findsName:
      if let errno = Errno(returned: event.a) {
        return "The directory has no entry \(names.quoted(event)): \(error(errno))."
      }
      return "The directory says that \(names.quoted(event)) is inode \(event.a)."
    case .crossesMount:
      return "Another file system is mounted on \(names.quoted(event)): "
        + "the walk goes on in its root (inode \(event.a))."
    case .followsLink:
      return "The name is a symbolic link, the \(ordinal(event.a)) on this way: "
        + "the walk goes on along \(names.quoted(event))."
    case .looksUpPage:
      // Inode 0 stands for the file system's own blocks.
      let page =
        event.object == 0
        ? "block \(event.a) of the file system" : "page \(event.a) of inode \(event.object)"
      return event.b != 0
        ? "The page cache has \(page): no disk is needed."
        : "The page cache does not have \(page)."
    case .allocatesPage:
      return "Page frame \(hex(event.a)) is taken from free memory; \(freeFrames(event.b))."
    case .locksPage:
      return "The page in frame \(hex(event.a)) is locked until its content has come."
    case .unlocksPage:
      return "The content of the page in frame \(hex(event.a)) is there: the page is unlocked."
    case .mapsBlock:
      return "ext4 finds the block behind page \(event.a) of inode \(event.object): "
        + "disk block \(event.b)."
    case .dirtiesPage:
      return "Page \(event.a) of inode \(event.object) has changed in memory and is marked dirty: "
        + "it must reach the disk some day."
    case .checksPermission:
      let wish = "\(task) wants to \(wanted(event.a)) inode \(event.object)"
      if let errno = Errno(returned: event.b) {
        return "\(wish): owner, group and mode are checked, and it may not, \(error(errno))."
      }
      return "\(wish): owner, group and mode are checked, and it may."
    case .createsFile:
      return "A new file \(names.quoted(event)) is made: inode \(event.a), "
        + "mode \(Quantity.octal(event.b))."
    case .truncatesFile:
      return event.a == 0
        ? "The file (inode \(event.object)) is emptied."
        : "The file (inode \(event.object)) has the size \(Quantity.bytes(event.a)) now."
    case .opensFile:
      return "An open file description for inode \(event.object) is made: "
        + "\(names.openFlags(event.a)), offset 0."
    case .installsDescriptor:
      // Inode 0 is the console, which has none.
      let file =
        event.object == 0
        ? "the console" : "open file description \(event.b) (inode \(event.object))"
      return "From now on descriptor \(event.a) of \(task) stands for \(file)."
    case .closesDescriptor:
      return "Descriptor \(event.a) of \(task) is free again; \(task) has \(event.b) open."
    case .movesOffset:
      return "The file behind descriptor \(event.object) goes on at offset \(event.a)."
    case .mapsRegion:
      let region =
        header.strings[event.string].isEmpty
        ? "an anonymous region" : "the region \(names.quoted(event))"
      return "\(task)'s memory map gets \(region) from \(hex(event.a)) to \(hex(event.b))."
    case .setsProtection:
      let rights = RegionRights(rawValue: event.object).text
      return "\(task) may use its memory from \(hex(event.a)) to \(hex(event.b)) as `\(rights)`."
    case .unmapsRegion:
      return "\(task)'s memory map loses what lay from \(hex(event.a)) to \(hex(event.b))."
    case .movesBreak:
      return "The end of \(task)'s heap, the break, moves from \(hex(event.b)) to \(hex(event.a))."
    case .growsStack:
      return "The region of \(task)'s stack grows down from \(hex(event.b)) to \(hex(event.a))."
    case .copiesPage:
      return "The page in frame \(hex(event.a)) is copied to frame \(hex(event.b)): "
        + "others still use the old one."
    case .reusesPage:
      return "Nobody else uses the page in frame \(hex(event.a)) any more: "
        + "it becomes writable without a copy."
    case .mapsAround:
      return "Fault-around: \(count(event.b, "more page")) of the file near \(hex(event.a)) "
        + "\(event.b == 1 ? "is" : "are") in the page cache and mapped as well."
    case .sharesPages:
      return "\(names.task(Int64(event.object))) gets \(task)'s address space: "
        + "\(count(event.a, "page-table entry", "page-table entries")) copied, "
        + "private pages read-only on both sides; \(freeFrames(event.b))."
    case .invalidatesTranslation:
      return "The TLB of cpu\(event.object) forgets the page at \(hex(event.a))."
    case .countsResidentPages:
      return "\(count(event.a, "page")) of \(task) \(event.a == 1 ? "is" : "are") in memory."
    case .freesMemory:
      return "\(count(event.a, "page frame")) of \(task) \(event.a == 1 ? "goes" : "go") back to "
        + "free memory; \(freeFrames(event.b))."
    case .loadsProgram:
      return "The program \(names.quoted(event)) is loaded: page table, kernel stack, text, data "
        + "and first stack page take \(count(event.a, "frame")); \(freeFrames(event.b))."
    case .reclaimsPage:
      let what =
        event.object == 0
        ? "the page cache drops a clean page from frame \(hex(event.a))"
        : "the swap area has the page in frame \(hex(event.a)), which is free again"
      return "Memory is short: \(what); \(freeFrames(event.b))."
    case .choosesVictim: return victim(event)
    case .sparesPage:
      return "\(task) has used the page in frame \(hex(event.a)) since the last round: "
        + "its accessed bit is cleared, and it stays for another round."
    case .swapsOut:
      return "\(task)'s page at \(hex(event.a)) leaves memory: its page-table entry is not present "
        + "any more and names slot \(event.b) of the swap area."
    case .swapsIn:
      return event.object == 0
        ? "\(task)'s page at \(hex(event.a)) is back from slot \(event.b) of the swap area, "
          + "and mapped."
        : "\(task)'s page at \(hex(event.a)), swapped out to slot \(event.b), is still in memory: "
          + "it is mapped again without the disk."
    case .takesSwapSlot:
      return "Slot \(event.a) of the swap area is taken; \(count(event.b, "slot")) "
        + "\(event.b == 1 ? "is" : "are") in use."
    case .freesSwapSlot:
      return "Nobody needs slot \(event.a) of the swap area any more; \(count(event.b, "slot")) "
        + "\(event.b == 1 ? "is" : "are") in use."

    // Block layer and disk.
    case .submitsRequest:
      return "Request \(event.a), for block \(event.b) of \(names.device(event)), "
        + "goes to the block layer."
    case .queuesRequest:
      return "Request \(event.a) joins \(names.device(event))'s queue (\(event.b) waiting)."
    case .startsRequest:
      return "\(names.device(event)) begins with request \(event.a): block \(event.b)."
    case .transfersData:
      return "\(names.device(event)) moves the block of request \(event.a) into frame "
        + "\(hex(event.b)) by DMA, without a CPU."
    case .acknowledgesInterrupt:
      return "The handler tells \(names.device(event)) that its interrupt was seen."
    case .raisesSoftirq:
      return "The handler raises the \(softirq(event)) softirq: the rest of the work can wait "
        + "until interrupts are on again."
    case .runsSoftirq: return "The \(softirq(event)) softirq runs, with interrupts on."
    case .completesRequest:
      if let errno = Errno(returned: event.b) {
        return "Request \(event.a) of \(names.device(event)) has failed: \(error(errno))."
      }
      return "Request \(event.a) of \(names.device(event)) is done."

    // Scheduling.
    case .startsTimer:
      return "A timer is set that will wake \(task) at \(Quantity.duration(event.a))."
    case .timerFires: return "The timer that \(task) sleeps on has run out."
    case .accountsTick:
      return event.a > 0
        ? "The tick is charged to \(task): \(count(event.a, "tick")) of its time slice "
          + "\(event.a == 1 ? "is" : "are") left."
        : "The tick is charged to \(task): its time slice is used up."
    case .setsNeedResched:
      return "\(task) is marked (NEED_RESCHED): it is to give up the CPU before it returns to "
        + "user mode."
    case .checksExitWork:
      return "Before user mode the kernel looks for pending work: \(exitWork(event.a))."
    case .picksNext:
      return names.header.isIdle(TaskID(rawValue: UInt16(truncatingIfNeeded: event.object)))
        ? "The scheduler finds nobody runnable and chooses the idle task."
        : "The scheduler chooses \(names.task(Int64(event.object))) (\(event.a) runnable)."
    case .switchesContext:
      return
        "\(header.cpuCount > 1 ? cpu(event) : "The CPU") goes from \(names.task(event.a)) to \(names.task(event.b)): "
        + "kernel stack and address space change."

    // Between CPUs.
    case .sendsInterProcessorInterrupt:
      let aim =
        switch InterProcessorPurpose(rawValue: event.object) {
        case .reschedule, nil: "so that it looks at its run queue"
        case .signal: "so that the task there comes into the kernel and sees its signal"
        case .invalidate: "so that its TLB forgets what has changed"
        }
      return "cpu\(event.cpu) interrupts cpu\(event.a), \(aim)."
    case .receivesInterProcessorInterrupt:
      return "cpu\(event.a) interrupts cpu\(event.cpu): vector \(event.b)."
    case .acknowledgesInterProcessorInterrupt:
      return "The handler tells the interrupt controller that it has begun."

    // Write-back and readahead.
    case .kernelThreadStarts:
      return "The kernel starts a thread of its own, \(names.quoted(event)) (process \(event.a)): "
        + "it lives in kernel mode and has no user half."
    case .readsAhead:
      return "The file (inode \(event.object)) is read in order: the kernel asks for "
        + "\(count(event.b, "page")) from page \(event.a) on, wanted or not yet (readahead)."
    case .submitsWrite:
      return "Request \(event.a), to write block \(event.b) of \(names.device(event)), "
        + "goes to the block layer."
    case .startsWrite:
      return
        "\(names.device(event)) begins with request \(event.a): it will write block \(event.b)."
    case .fetchesData:
      return "\(names.device(event)) fetches the new content for request \(event.a) from frame "
        + "\(hex(event.b)) by DMA, without a CPU."
    case .allocatesBlock:
      return "ext4 chooses disk block \(event.b) for page \(event.a) of inode \(event.object), "
        + "only now that it is written (delayed allocation)."
    case .writesBackPage:
      return "Write-back of \(page(event)) begins, from frame \(hex(event.b)): "
        + "the page counts as clean from now on."
    case .finishesWriteback:
      if let errno = Errno(returned: event.b) {
        return "Write-back of \(page(event)) has failed, \(error(errno)): "
          + "whoever calls `fsync` next will be told."
      }
      return "\(upper(page(event))) is safe: its write-back is finished."
    case .updatesInode:
      return "Inode \(event.object) (size \(Quantity.bytes(event.a))) is updated in block "
        + "\(event.b) of the inode table, which is dirty now."
    case .removesName:
      return "The name \(names.quoted(event)) is taken out of its directory: inode \(event.a) has "
        + "\(count(event.b, "name")) left."

    // Bytes from outside.
    case .lineReceives:
      return "\(Quantity.bytes(event.b)) from outside reach \(names.device(event)): "
        + "\(header.text(event.a, .string))."
    case .takesByte:
      return "The handler reads the byte \(hex(event.a)) from \(names.device(event)); "
        + (event.b > 0 ? "\(event.b) more are waiting there." : "no more is waiting there.")
    case .completesLine:
      return "The line discipline has \(Quantity.bytes(event.a)) from \(names.device(event)) "
        + "for whoever reads."

    // A file server behind a network card.
    case .marshalsCall:
      return "The remote procedure call \(names.quoted(event)) is packed into a message of "
        + "\(Quantity.bytes(event.b)): call \(event.a)."
    case .transmitsPacket:
      return "The driver tells \(names.device(event)) to send call \(event.a) "
        + "(\(Quantity.bytes(event.b))): the card fetches the packet by DMA."
    case .losesPacket:
      return "The packet with call \(event.a) is lost: \(names.device(event)) was broken."
    case .serverAnswers:
      if let errno = Errno(returned: event.b) {
        return "The server has looked at call \(event.a), \(names.quoted(event)), and answers "
          + "\(error(errno))."
      }
      return "The server has carried out call \(event.a), \(names.quoted(event)), and answers."
    case .receivesPacket:
      return "\(names.device(event)) has put the answer to call \(event.a) "
        + "(\(Quantity.bytes(event.b))) into memory by DMA."
    case .handsUpPacket:
      return "\(header.text(Int64(event.object), .string)) has checked its header "
        + "and hands the answer to call \(event.a) up."
    case .retransmits:
      return "No answer to call \(event.a) has come in time: it is sent again, for the "
        + "\(ordinal(event.b)) time, over \(names.device(event))."
    case .checksAttributes:
      return event.b != 0
        ? "What is known of inode \(event.object) is \(Quantity.duration(event.a)) old: fresh enough."
        : "What is known of inode \(event.object) is too old: the server is asked."
    // Signals.
    case .sendsSignal: return "\(task) sends \(signal(event)) to \(names.task(event.a))."
    case .discardsSignal:
      return "\(signal(event)) is dropped: \(task) ignores it."
    case .takesSignal:
      return "The kernel takes \(signal(event)) out of what is pending for \(task)."
    case .setsSignalAction:
      let action =
        switch event.a {
        case SignalHandler.byDefault: "its default action"
        case SignalHandler.ignore: "nothing: it is ignored"
        default: "the handler at \(hex(event.a))"
        }
      return "\(task) says what \(signal(event)) does from now on: \(action)."
    case .setsSignalMask:
      return "The set of signals that \(task) blocks is \(hex(event.a)), was \(hex(event.b))."
    case .entersHandler:
      return "\(task) handles \(signal(event)): a frame with its registers lies at "
        + "\(hex(event.b)) on its user stack, and user mode goes on at \(hex(event.a))."
    case .leavesHandler:
      return "\(task)'s handler is done: `rt_sigreturn` has loaded registers and mask from the "
        + "frame on the user stack, and \(task) goes on at \(hex(event.a))."
    case .restartsSystemCall:
      let call = names.call(event).map { "`\($0)`" } ?? "the system call"
      return "\(task) is to make \(call) again: \(architecture.programCounter) goes back to "
        + "\(hex(event.a))."
    case .stops: return "\(signal(event)) stops \(task) (state T)."
    case .continues: return "\(task) goes on: it was stopped."

    // Parents and children, pipes.
    case .forks:
      return "\(task) forks: \(names.task(event.a)), process \(event.b), is its copy and will "
        + "get 0 from the same call."
    case .execs:
      return "\(task) runs \(names.quoted(event)) from now on: its old memory is gone, and it "
        + "begins at \(hex(event.a)) with its stack at \(hex(event.b))."
    case .isReparented:
      return "The parent of \(task) has ended: process \(event.a) is its parent now."
    case .isReaped:
      return "Process \(event.a) has fetched \(task)'s status \(hex(event.b)): nothing is left of "
        + "\(task)."
    case .createsPipe:
      return "A pipe is made for \(task): descriptor \(event.a) reads from it, descriptor "
        + "\(event.b) writes into it."
    case .fillsPipe:
      return "\(Quantity.bytes(event.a)) go into the pipe, which holds "
        + "\(Quantity.bytes(event.b)) now."
    case .drainsPipe:
      return "\(Quantity.bytes(event.a)) come out of the pipe, which holds "
        + "\(Quantity.bytes(event.b)) now."

    // Looked at from outside.
    case .inspectsAddress:
      let table =
        event.mode == .user ? architecture.userModeName : architecture.kernelModeName
      guard event.b >= 0 else {
        return "The page tables of \(task), looked at from outside (\(table)), lead from "
          + "\(hex(event.a)) to no page."
      }
      let isUsers = PagePermission(rawValue: UInt8(truncatingIfNeeded: event.object)).contains(
        .user)
      return "The page tables of \(task), looked at from outside (\(table)), lead from "
        + "\(hex(event.a)) to the physical address \(hex(event.b)), "
        + (isUsers ? "which user mode may use." : "for kernel mode alone.")

    // The timeline's own acts.
    // Modules and code of theirs in kernel mode.
    case .checksCapability:
      return "\(text(event)) is asked for: user \(event.a) "
        + (event.b == 0
          ? "has it." : "has it not, \(error(.EPERM)). The CPU's mode is no matter here.")
    case .checksModule:
      guard let errno = Errno(returned: event.b) else {
        return "The file is a module for this kernel, named \(text(event)); no other has that name."
      }
      return "The file is refused (\(text(event))): \(error(errno))."
    case .mapsModule:
      return "The section \(text(event)) is copied into page frames that are mapped at "
        + "\(hex(event.a))–\(hex(event.b)), in the kernel's part of every page table."
    case .resolvesSymbol:
      return event.b == 0
        ? "The module wants \(text(event)): the kernel exports it, at \(hex(event.a))."
        : "The module wants \(text(event)), which the kernel does not export."
    case .relocatesModule:
      return "\(count(event.a, "address", "addresses")) in the code of \(text(event)) "
        + "\(event.a == 1 ? "is" : "are") filled in, now that its place is known."
    case .protectsModule:
      return "\(text(event)) at \(hex(event.a)) can be "
        + (event.b != 0
          ? "read and executed from here on, and no more written."
          : "read and written, and not executed.")
    case .loadsModule:
      return "The module \(text(event)) is live: \(Quantity.bytes(event.b)) at \(hex(event.a)) "
        + "are part of the kernel, for every process."
    case .unloadsModule:
      guard let errno = Errno(returned: event.b) else {
        return
          "The module \(text(event)) is taken out of the kernel; \(count(event.a, "page frame")) free."
      }
      return "The module \(text(event)) is taken out of the kernel again, because of "
        + "\(error(errno)); \(count(event.a, "page frame")) free."
    case .checksModuleUse:
      let uses = "it is used \(event.a == 1 ? "once" : "\(event.a) times")"
      return switch Errno(returned: event.b) {
      case nil: "The module \(text(event)) may be removed: it is live, and nobody uses it."
      case .EAGAIN: "The module \(text(event)) cannot be removed now: \(uses), \(error(.EAGAIN))."
      case let errno?:
        "The module \(text(event)) cannot be removed: it is not live, or has an init and no exit, "
          + "\(error(errno))."
      }
    case .pinsModule:
      return "\(task) uses the module \(text(event)) from now on: its use count is \(event.a), and "
        + "while that is not 0 the module cannot be removed."
    case .unpinsModule:
      return "The use count of the module \(text(event)) is \(event.a) now."
    case .registers:
      let module = header.strings[StringID(rawValue: UInt32(truncatingIfNeeded: event.a))]
      return "The kernel knows \(text(event)) from now on: the module \(module) brings it."
    case .unregisters: return "The kernel does not know \(text(event)) any more."
    case .looksUpFileSystem:
      guard event.b == 0 else {
        return "The kernel knows no type of file system that is called \(text(event)): "
          + "\(error(.ENODEV))."
      }
      return "The kernel knows the type of file system \(text(event)): "
        + (event.a != 0 ? "a module has brought it." : "it is built in.")
    case .mountsFileSystem:
      return "A new file system of type \(text(event)) is on the directory with inode \(event.a): "
        + "whoever walks there comes into its root."
    case .checksMountUse:
      return event.b == 0
        ? "Nobody has a file of the file system open, and nobody is in it: it may go."
        : "The file system cannot be taken off its directory: \(error(.EBUSY))."
    case .unmountsFileSystem:
      return
        "The file system of type \(text(event)) is off its directory, and what was in it is gone."
    case .runsModuleCode:
      return "\(text(event)) begins at \(hex(event.a)), in \(architecture.kernelModeName), "
        + "on \(task)'s kernel stack at \(hex(event.b)): \(task) is still the current process."
    case .executesPrivileged: return privilegedInstruction(event)
    case .logsMessage: return "The kernel logs \(names.quoted(event))."
    case .oopses:
      return "Oops: \(text(event)). Nothing mends this fault at \(hex(event.b)): \(task) is ended "
        + "where it is, with all that it holds, and the system goes on."
    case .panics: return "Kernel panic: \(text(event)). The machine stops."

    // The timeline's own acts.
    case .deviceFails:
      return header.device(event.device).kind == .nic
        ? "\(names.device(event)) breaks: its next packet will be lost."
        : "\(names.device(event)) breaks: its next request will end in \(error(.EIO))."

    }
  }

  /// What an event was the reason for, to be read after "because"; `nil` where that says nothing.
  func reason(_ origin: TraceEvent, for event: TraceEvent) -> String? {
    let task = names.task(origin)
    switch origin.kind {
    case .startsRequest, .startsWrite, .transfersData, .fetchesData:
      return "\(names.device(origin)) worked on request \(origin.a)"
    case .submitsRequest, .submitsWrite, .queuesRequest:
      return "\(task) asked \(names.device(origin)) for request \(origin.a)"
    case .completesRequest:
      return
        "\(names.device(origin)) \(origin.b < 0 ? "failed at" : "finished") request \(origin.a)"
    case .interrupts:
      return "\(names.isTimer(origin) ? "the timer" : names.device(origin)) interrupted"
    case .unlocksPage: return "the page it waited for is there"
    case .finishesWriteback: return "the write-back it waited for is finished"
    case .lineReceives: return "bytes reached \(names.device(origin))"
    case .completesLine: return "a line from \(names.device(origin)) is complete"
    case .transmitsPacket: return "\(names.device(origin)) sent call \(origin.a)"
    case .serverAnswers: return "the server answered call \(origin.a)"
    case .receivesPacket: return "the answer to call \(origin.a) came"
    case .kernelThreadStarts: return "the kernel started \(task)"
    case .startsTimer: return "\(task) set a timer"
    case .timerFires: return "the timer ran out"
    case .wakes: return "\(task) woke"
    case .sleeps: return "\(task) went to sleep"
    case .yields: return "\(task) gave the CPU away"
    case .isPreempted: return "\(task) was preempted"
    case .setsNeedResched: return "\(task) was to give up the CPU"
    case .accountsTick: return "a tick was charged to \(task)"
    case .exits: return "\(task) exited"
    case .isKilled: return "\(task) was killed"
    case .receivesSignal: return "\(task) received \(header.text(Int64(origin.object), .signal))"
    case .faults: return "\(task)'s instruction faulted"
    case .sendsSignal:
      return "\(task) sent \(header.text(Int64(origin.object), .signal))"
    case .forks: return "\(task) forked"
    case .fillsPipe: return "\(task) wrote into the pipe"
    case .drainsPipe: return "\(task) read from the pipe"
    case .callsSystemCall:
      return "\(task) called " + (names.call(origin).map { "`\($0)`" } ?? "an unknown system call")
    case .processStarts: return "\(task) was started"
    case .sendsInterProcessorInterrupt: return "cpu\(origin.cpu) interrupted cpu\(origin.a)"
    case .receivesInterProcessorInterrupt: return "cpu\(origin.a) interrupted it"
    case .deviceFails: return "\(names.device(origin)) broke"
    default: return nil
    }
  }

  func because(_ reason: String) -> String { "because \(reason)" }

  func step(_ number: Int) -> String { "step \(number)" }

  var unnamedCall: String { "a system call" }

  // MARK: Parts of sentences

  /// Which page leaves memory, and why this one.
  private func victim(_ event: TraceEvent) -> String {
    let spared =
      event.b == 0
      ? ""
      : "; \(count(event.b, "page")) before it had been used and \(event.b == 1 ? "stays" : "stay")"
    let why =
      switch VictimReason(rawValue: event.object) {
      case .notUsedSinceLastRound:
        "The clock's hand has come to it, and nobody has used it since the last round\(spared)"
      case .cameFirst: "No other page that could leave has been in memory for so long"
      case .unusedForLongest: "No other page that could leave has been unused for so long"
      case .drawnAtRandom, nil: "It was drawn at random"
      }
    return "Memory is short: the page in frame \(names.hex(event.a)) is to leave. Why this one? "
      + "\(why)."
  }

  /// A string of the trace, as it is.
  private func text(_ event: TraceEvent) -> String { header.strings[event.string] }

  private func privilegedInstruction(_ event: TraceEvent) -> String {
    let effect =
      switch UInt32(exactly: event.a).flatMap(PrivilegedEffect.init(rawValue:)) {
      case .masksInterrupts: "interrupts are off"
      case .unmasksInterrupts: "interrupts are on"
      case .waits: "the CPU waits for the next interrupt"
      case .flushesTranslations: "the TLB is emptied"
      case .usesPort: "a port is used, and no device answers"
      case .leavesKernel: "it would leave the kernel with a state that nobody has prepared"
      case .usesControlRegister, nil: "a register is used that user mode does not have"
      }
    let executor = header.cpuCount > 1 ? cpu(event) : "The CPU"
    return "\(executor) executes `\(text(event))`, which \(architecture.kernelModeName) may: "
      + "\(effect)."
  }

  /// The window of copies, in the architecture's words.
  private func userAccess(_ event: TraceEvent, opens: Bool) -> String {
    guard let window = architecture.userAccessWindow else {
      return "User pages are \(opens ? "open" : "closed") to \(architecture.kernelModeName)."
    }
    if event.object != 0 {
      return opens
        ? "\(window.flag) is as before, since \(window.openedAtReturn): user pages are open again."
        : "\(window.flag) is not kept during this: \(window.closedAtEntry). User pages are closed."
    }
    return opens
      ? "`\(window.openInstruction)`: \(window.flag) opens user pages to \(architecture.kernelModeName), for this copy alone."
      : "`\(window.closeInstruction)`: \(window.flag) closes user pages to \(architecture.kernelModeName) again."
  }

  /// Where the CPU has pushed: with isolation it takes a stack of its own at first.
  private func interruptStack(_ event: TraceEvent) -> String {
    guard let stack = architecture.kernelIsolation?.entryStack else { return "the kernel stack" }
    let distance = UInt64(bitPattern: event.a) &- stack.address(ofCPU: Int(event.cpu))
    return distance < UInt64(architecture.pageBytes) ? "its entry stack" : "the kernel stack"
  }

  private func count(_ number: Int64, _ one: String, _ many: String? = nil) -> String {
    "\(number) \(number == 1 ? one : many ?? one + "s")"
  }

  private func ordinal(_ number: Int64) -> String {
    let suffix =
      switch (number % 10, number % 100) {
      case (1, 11), (2, 12), (3, 13): "th"
      case (1, _): "st"
      case (2, _): "nd"
      case (3, _): "rd"
      default: "th"
      }
    return "\(number)\(suffix)"
  }

  private func upper(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }

  private func cpu(_ event: TraceEvent) -> String {
    header.cpuCount > 1 ? "cpu\(event.cpu)" : "the CPU"
  }

  private func onCPU(_ event: TraceEvent) -> String {
    header.cpuCount > 1 ? " on cpu\(event.cpu)" : ""
  }

  private func error(_ errno: Errno) -> String { "\(errno.name) (\(errno.meaning))" }

  private func rawResult(_ value: Int64) -> String {
    Errno(returned: value).map { "\(value), which is -\($0.name)" } ?? "\(value)"
  }

  private func freeFrames(_ number: Int64) -> String {
    number == 0 ? "none is free" : "\(number) \(number == 1 ? "is" : "are") free"
  }

  private func waitedFor(_ event: TraceEvent) -> String {
    let object = WaitObject(rawValue: event.object)
    let device = header.device(object.device).name
    return switch object.reason {
    case .device: device
    case .page: "a page that is on its way from \(device)"
    case .timer: "its timer"
    case .lock: "a lock that another task has"
    case .signal: "a signal"
    case .child: "the end of a child"
    case .pipe: "the other end of a pipe"
    case .nothing: "nothing that could ever come"
    }
  }

  private func signal(_ event: TraceEvent) -> String {
    guard let signal = Signal(rawValue: UInt8(truncatingIfNeeded: event.object)) else {
      return "signal \(event.object)"
    }
    let meaning: String? =
      switch signal {
      case .SIGHUP: "hangup"
      case .SIGINT: "interrupt from the keyboard"
      case .SIGQUIT: "quit from the keyboard"
      case .SIGILL: "illegal instruction"
      case .SIGTRAP: "trap"
      case .SIGABRT: "abort"
      case .SIGBUS: "bus error"
      case .SIGFPE: "arithmetic error"
      case .SIGKILL: "kill, which cannot be caught"
      case .SIGSEGV: "segmentation fault"
      case .SIGPIPE: "broken pipe"
      case .SIGALRM: "alarm clock"
      case .SIGTERM: "termination"
      case .SIGCHLD: "a child has ended"
      case .SIGCONT: "continue"
      case .SIGSTOP: "stop, which cannot be caught"
      case .SIGTSTP: "stop from the keyboard"
      case .SIGTTIN: "a background process reads the terminal"
      case .SIGTTOU: "a background process writes to the terminal"
      case .SIGURG: "urgent data"
      case .SIGXCPU: "too much CPU time"
      case .SIGXFSZ: "a file too large"
      case .SIGVTALRM: "virtual alarm clock"
      case .SIGPROF: "profiling timer"
      case .SIGWINCH: "the window has another size"
      case .SIGIO: "a descriptor is ready"
      case .SIGPWR: "power failure"
      case .SIGSYS: "bad system call"
      case .SIGSTKFLT, .SIGUSR1, .SIGUSR2: nil
      }
    return signal.name + (meaning.map { " (\($0))" } ?? "")
  }

  private func signalReason(_ event: TraceEvent) -> String {
    let address = names.hex(event.b)
    return switch SignalCode(rawValue: UInt8(truncatingIfNeeded: event.a)) {
    case .SEGV_MAPERR: "SEGV_MAPERR, nothing is mapped at \(address)"
    case .SEGV_ACCERR: "SEGV_ACCERR, the mapping at \(address) does not permit the access"
    case .FPE_INTDIV: "FPE_INTDIV, a division by zero at \(address)"
    case .ILL_ILLOPN: "ILL_ILLOPN, no such instruction at \(address)"
    case .ILL_ILLOPC: "ILL_ILLOPC, an instruction that it may not execute at \(address)"
    case .ILL_PRVOPC: "ILL_PRVOPC, a privileged instruction at \(address)"
    case .SEGV_BNDERR: "SEGV_BNDERR, \(address) is outside of what may be used"
    case .BUS_ADRALN: "BUS_ADRALN, \(address) is not aligned"
    case .BUS_ADRERR:
      "BUS_ADRERR, nothing is behind \(address): no page of a file, or no memory at all"
    case .SI_KERNEL: "SI_KERNEL, the kernel sent it"
    case .SI_USER: "SI_USER, process \(event.b) sent it"
    case .CLD_EXITED: "CLD_EXITED, its child \(event.b) has exited"
    case .CLD_KILLED: "CLD_KILLED, its child \(event.b) was killed"
    case .CLD_DUMPED: "CLD_DUMPED, its child \(event.b) was killed and leaves a core file"
    case .CLD_STOPPED: "CLD_STOPPED, its child \(event.b) has stopped"
    case .CLD_CONTINUED: "CLD_CONTINUED, its child \(event.b) goes on"
    case nil: "code \(event.a)"
    }
  }

  private func entryReason(_ event: TraceEvent) -> String {
    switch EntryReason(rawValue: event.object) {
    case .syscall: " by its system call"
    case .fault: " by a fault"
    case .interrupt: " because an interrupt came while it ran"
    case nil: ""
    }
  }

  private func fault(_ event: TraceEvent) -> String {
    let task = names.task(event)
    guard let kind = ExceptionKind(rawValue: UInt8(truncatingIfNeeded: event.object)) else {
      return "\(task)'s instruction faults."
    }
    let name = architecture.facts(of: kind).name
    switch kind {
    case .divideError: return "\(task) divides by zero: \(name)."
    case .invalidOpcode: return "\(task) executes an instruction that does not exist: \(name)."
    case .generalProtection:
      return "\(task) does what only the kernel may do"
        + (architecture.protectsAddresses ? ", or uses an address that cannot be" : "")
        + ": \(name)."
    case .addressError:
      return "\(task) uses an address that it may not even name, \(names.hex(event.a)): \(name)."
    case .pageFault:
      let report = architecture.faultStatus.decode(UInt64(bitPattern: event.b))
      let access =
        switch report.access {
        case .execute: "fetching an instruction"
        case .write: "writing"
        case .read: "reading"
        }
      let why =
        switch report.isPresent {
        case true: "the page there does not permit it"
        case false: "no page is there"
        case nil: "the page table does not permit it"
        }
      let who = event.mode == .user ? task : "The kernel, working for \(task),"
      return "\(who) faults (\(report.name)) at \(names.hex(event.a)), \(access): \(why)."
    }
  }

  private func resolvedFault(_ event: TraceEvent) -> String {
    let how =
      switch PageFaultKind(rawValue: event.object) {
      case .minor: "a minor fault, settled without the disk"
      case .major: "a major fault, the disk was needed"
      case .cow: "a copy-on-write fault, the page is its own now"
      case .stack: "the stack has grown"
      case nil: "settled"
      }
    return "The page at \(names.hex(event.a)) is there now, in frame \(names.hex(event.b)): \(how)."
  }

  private func role(_ event: TraceEvent) -> String {
    let roles = architecture.roles
    let number = UInt8(truncatingIfNeeded: event.object)
    if number == roles.number { return ", the number of the system call" }
    if let position = roles.arguments.firstIndex(of: number) { return ", argument \(position + 1)" }
    return ""
  }

  private func systemCallInstruction(_ event: TraceEvent) -> String {
    var acts: [String] = []
    let saved = architecture.savedBySyscall
    switch saved.programCounter {
    case .nowhere(let how): acts.append("no return address is saved, it is \(how)")
    case .stack: break
    case .register, .special:
      acts.append(
        "\(place(saved.programCounter)) ← \(architecture.programCounter) \(names.hex(event.a))"
          + (architecture.savesOwnAddress ? ", its own address" : ""))
    }
    switch saved.flags {
    case .stack: break
    case .nowhere(let how):
      if case .nowhere = saved.programCounter { break }
      acts.append(how)
    case .special where saved.flags == saved.programCounter:
      acts.append("\(architecture.flagsRegister) \(names.hex(event.b)) beside it")
    case .register, .special:
      acts.append(
        "\(place(saved.flags)) ← \(architecture.flagsRegister) \(names.hex(event.b))")
    }
    if let cause = architecture.syscallCause { acts.append(cause) }
    acts.append("interrupts off")
    acts.append("\(architecture.userModeName) → \(architecture.kernelModeName)")
    acts.append(
      "\(architecture.programCounter) ← \(architecture.entryPointHolder) "
        + names.hex(architecture.syscallEntry))
    let held = event.object == 0 ? "" : " \(event.object)"
    return "`\(architecture.syscallInstruction)\(held)`: \(acts.joined(separator: ", "))."
  }

  private func place(_ place: SavedPlace) -> String {
    switch place {
    case .register(let number): names.register(number)
    case .special(let name): name
    case .stack: "the kernel stack"
    case .nowhere(let how): how
    }
  }

  private func stackSwitch(_ event: TraceEvent) -> String {
    event.object == EntryReason.syscall.rawValue
      ? architecture.stackSwitch : architecture.interruptStackSwitch ?? architecture.stackSwitch
  }

  /// What the CPU keeps at an exception or interrupt where it pushes nothing.
  private func savedState(_ event: TraceEvent) -> String {
    let isInterrupt = event.b == Int64(EntryReason.interrupt.rawValue)
    let saved = isInterrupt ? architecture.savedByInterrupt : architecture.savedByException
    let kept =
      "\(architecture.programCounter) \(names.hex(event.a)) in \(place(saved.programCounter))"
    let flags =
      switch saved.flags {
      case .nowhere(let how): ", \(how)"
      case saved.programCounter: " with \(architecture.flagsRegister)"
      default: ", \(architecture.flagsRegister) in \(place(saved.flags))"
      }
    let cause =
      architecture.causeRegister.map { register in
        ", the cause in \(register)"
          + (isInterrupt ? "" : " and the address in \(architecture.faultAddressRegister)")
      } ?? ""
    return "The CPU itself keeps \(kept)\(flags)\(isInterrupt ? "" : cause); nothing is pushed."
  }

  private func storedResult(_ event: TraceEvent) -> String {
    let register = names.register(UInt8(truncatingIfNeeded: event.object))
    let saved = "The kernel stores into the saved \(register)"
    switch architecture.errorConvention {
    case .negative: return "\(saved): \(rawResult(event.a))."
    case .flagRegister(let flag) where UInt32(flag) == event.object:
      return "\(saved): \(event.a), which says that the call "
        + (event.a == 0 ? "succeeded." : "failed.")
    case .conditionBit(let condition, let mask, let name) where UInt32(condition) == event.object:
      return UInt64(bitPattern: event.a) & mask == 0
        ? "The kernel clears \(name): the call succeeded."
        : "The kernel sets \(name): the call failed."
    case .flagRegister, .conditionBit: return "\(saved): \(event.a)."
    }
  }

  private func returnInstruction(_ event: TraceEvent) -> String {
    let instruction =
      ReturnKind(rawValue: event.object) == .interruptReturn
      ? architecture.interruptReturnInstruction : architecture.syscallReturnInstruction
    let stack = names.register(architecture.roles.stackPointer)
    return "`\(instruction)`: \(architecture.programCounter) ← \(names.hex(event.a)), "
      + "\(stack) is the user's \(names.hex(event.b)), "
      + "\(architecture.kernelModeName) → \(architecture.userModeName)."
  }

  private func access(_ event: TraceEvent) -> String { header.text(Int64(event.object), .access) }

  private func softirq(_ event: TraceEvent) -> String { header.text(Int64(event.object), .softirq) }

  /// A page of a file, or a block of the file system itself.
  private func page(_ event: TraceEvent) -> String {
    event.object == 0
      ? "block \(event.a) of the file system" : "page \(event.a) of inode \(event.object)"
  }

  private func tableEntry(_ event: TraceEvent) -> String {
    let (place, entry) = names.tableEntry(event)
    let start = "The MMU reads \(place) at \(names.hex(event.a)): \(names.hex(event.b))"
    switch entry {
    case .empty: return "\(start), not present."
    case .withheld: return "\(start), not present: nobody may use the page."
    case .swapped: return "\(start), not present: the page is in the swap area."
    case .table(let next, _): return "\(start) → next table \(names.hex(next))."
    case .page(let address, let permission, _, _):
      let rights =
        (permission.contains(.write) ? "writable" : "read-only")
        + (permission.contains(.user) ? ", open to user mode" : ", for the kernel alone")
      return "\(start) → page frame \(names.hex(address)) (\(rights))."
    }
  }

  private func wanted(_ bits: Int64) -> String {
    let verbs = [(4, "read"), (2, "write"), (1, "execute")] as [(Int64, String)]
    let found = verbs.filter { bits & $0.0 != 0 }.map(\.1)
    return found.isEmpty ? "use" : found.joined(separator: " and ")
  }

  private func exitWork(_ bits: Int64) -> String {
    var work: [String] = []
    if bits & 1 != 0 { work.append("another task is to have the CPU") }
    if bits & 2 != 0 { work.append("a signal is pending") }
    if bits & 4 != 0 { work.append("a driver is to be told of a last close") }
    return work.isEmpty ? "there is none" : work.joined(separator: ", and ")
  }
}
