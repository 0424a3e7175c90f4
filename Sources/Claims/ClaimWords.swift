import Catalogue
import Program
import Trace

/// Writes patterns, sets, expressions and claims back as English words, with the names of a trace.
struct ClaimWords: Bench {
  let header: TraceHeader

  /// Whether something is told of as such (`sleeps`) or as having happened (`slept`).
  enum Tense {
    case present
    case past
  }

  // MARK: Sets

  func text(_ set: EventSet) -> String {
    switch set {
    case .pattern(let pattern): text(pattern, .present)
    case .during(let inner, let state): "\(text(inner)) while \(text(state))"
    case .because(let inner, let origin): "\(text(inner)) because \(text(origin))"
    case .within(let inner, let span, let origin):
      "\(text(inner)) within \(Quantity.duration(span)) of \(text(origin))"
    case .either(let left, let right): "\(text(left)) or \(text(right))"
    }
  }

  /// An event of the trace, told in the past with all that its sentence has room for.
  func text(_ event: TraceEvent) -> String { text(pattern(of: event), .past) }

  /// The pattern that is just this event, as far as sentences tell it.
  func pattern(of event: TraceEvent) -> EventPattern {
    var pattern = EventPattern([event.kind])
    pattern.object = event.object
    let facts = event.kind.facts
    if Self.isAboutTask(event.kind) || !header.isIdle(event.taskID) {
      pattern.task = event.taskID
    }
    switch event.kind {
    case .sleeps, .wakes:
      pattern.object = nil
      pattern.waitDevice = WaitObject(rawValue: event.object).device
    case .setsNeedResched, .accountsTick, .picksNext:
      break
    default:
      if facts.a != nil { pattern.a = event.a...event.a }
      if facts.b != nil { pattern.b = event.b...event.b }
    }
    if facts.object == nil { pattern.object = nil }
    if Self.isOfCPU(event.kind) { pattern.cpu = event.cpu }
    return pattern
  }

  // MARK: Patterns

  func text(_ pattern: EventPattern, _ tense: Tense) -> String {
    var sentence = core(pattern, tense)
    if let cpu = pattern.cpu, !Self.isOfCPU(pattern.kinds.first) { sentence += " on cpu\(cpu)" }
    return sentence
  }

  /// Whether the CPU is the subject of the sentence.
  static func isOfCPU(_ kind: EventKind?) -> Bool {
    switch kind {
    case .sendsInterProcessorInterrupt, .receivesInterProcessorInterrupt, .masksInterrupts,
      .unmasksInterrupts:
      true
    default: false
    }
  }

  private func core(_ pattern: EventPattern, _ tense: Tense) -> String {
    guard let kind = pattern.kinds.first else { return "nothing" }
    func verb(_ present: String, _ past: String) -> String { tense == .past ? past : present }
    let someone = pattern.task.map { header.task($0).name }
    let who = someone ?? "a process"
    /// The detail that `object` holds, with a word before it.
    func object(_ before: String, _ type: FieldType) -> String {
      pattern.object.map { " \(before)\(header.text(Int64($0), type))" } ?? ""
    }
    let quoted =
      pattern.text.map { Quantity.quoted($0) }
      ?? pattern.object.map { Quantity.quoted(header.strings[bytes: StringID(rawValue: $0)]) }
    let call = pattern.object.map { "`\(header.text(Int64($0), .systemCall))`" }

    switch kind {
    case .callsSystemCall:
      return "\(who) \(verb("calls", "called")) \(call ?? "a system call")"
    case .systemCallReturns:
      let subject = (call ?? "a system call") + (someone.map { " by \($0)" } ?? "")
      return "\(subject) \(outcome(pattern.a, tense))"
    case .entersKernel:
      return "\(who) \(verb("enters", "entered")) the kernel" + object("by ", .entryReason)
    case .returnsToUser: return "\(who) \(verb("returns", "returned")) to user mode"
    case .sleeps, .wakes:
      let on = pattern.waitDevice.map { " on \(header.device($0).name)" } ?? ""
      return kind == .sleeps
        ? "\(who) \(verb("sleeps", "slept"))\(on)" : "\(who) \(verb("wakes", "woke"))\(on)"
    case .processStarts: return "\(who) \(verb("starts", "started"))"
    case .runs: return "\(who) \(verb("runs", "got the CPU"))"
    case .idles: return "the kernel \(verb("idles", "went idle"))"
    case .computes: return "\(who) \(verb("computes", "computed"))"
    case .isPreempted: return "\(who) \(verb("is", "was")) preempted"
    case .yields: return "\(who) \(verb("yields", "yielded"))"
    case .exits:
      let status = pattern.a.map { " with status \(bounds($0))" } ?? ""
      return "\(who) \(verb("exits", "exited"))\(status)"
    case .isKilled: return "the kernel \(verb("kills", "killed")) \(who)" + object("with ", .signal)
    case .receivesSignal:
      return "\(who) \(verb("receives", "received")) "
        + (pattern.object.map { header.text(Int64($0), .signal) } ?? "a signal")
    case .faults:
      let place = pattern.a.map { " at \(addresses($0))" } ?? ""
      return "\(who) \(verb("faults", "faulted"))\(place)" + object("with ", .exception)
    case .resolvesPageFault:
      let which = pattern.object.map { "a \(header.text(Int64($0), .pageFaultKind))" } ?? "a"
      let place = pattern.a.map { " at \(addresses($0))" } ?? ""
      return "\(which) page fault by \(who)\(place) \(verb("is", "was")) settled"
    case .interrupts:
      return (pattern.object.map { header.text(Int64($0), .device) } ?? "a device")
        + " \(verb("interrupts", "interrupted"))"
    case .deviceFails:
      return (pattern.object.map { header.text(Int64($0), .device) } ?? "a device")
        + " \(verb("fails", "failed"))"
    case .switchesContext:
      let from = pattern.a.map { " from \(tasks($0))" } ?? ""
      let to = pattern.b.map { " to \(tasks($0))" } ?? ""
      return "the kernel \(verb("switches", "switched"))\(from)\(to)"
    case .copiesString, .copiesFromUser:
      return "the kernel \(verb("copies", "copied")) \(quoted ?? "bytes") from \(who)"
    case .copiesToUser:
      return "the kernel \(verb("copies", "copied")) \(quoted ?? "bytes") to \(who)"
    case .writesConsole:
      return "\(who) \(verb("writes", "wrote")) \(quoted ?? "something") to the console"
    case .machineStarts: return "the machine \(verb("starts", "started"))"
    case .deadlocks: return "the kernel \(verb("deadlocks", "deadlocked"))"
    default: return inside(kind, pattern, tense)
    }
  }

  /// Whether the event's task is what it is about, even when that is the idle task.
  private static func isAboutTask(_ kind: EventKind) -> Bool {
    switch kind {
    case .runs, .sleeps, .wakes, .setsNeedResched, .accountsTick: true
    default: false
    }
  }

  /// Kinds of the kernel's inside, in the words that scripts have for them.
  private func inside(_ kind: EventKind, _ pattern: EventPattern, _ tense: Tense) -> String {
    func verb(_ present: String, _ past: String) -> String { tense == .past ? past : present }
    let who = pattern.task.map { header.task($0).name }
    let device =
      pattern.object.map { header.device(DeviceID(rawValue: $0)).name } ?? "a device"
    let text =
      pattern.text.map { " \(Quantity.quoted($0))" }
      ?? pattern.object.map { " \(Quantity.quoted(header.strings[bytes: StringID(rawValue: $0)]))" }
    let name = text ?? " a name"
    let bare =
      (pattern.text ?? pattern.object.map { header.strings[StringID(rawValue: $0)] })
      .map { " \($0)" } ?? ""
    let number = pattern.a.map { " \(bounds($0))" }
    let descriptor = number.map { " descriptor\($0)" } ?? " a descriptor"
    let isError = { (bounds: ClosedRange<Int64>?) in bounds.map { $0.upperBound < 0 } ?? false }
    func object(_ type: FieldType, else missing: String) -> String {
      pattern.object.map { header.text(Int64($0), type) } ?? missing
    }
    func code(_ type: FieldType, _ missing: String) -> String {
      pattern.object.map { "`\(header.text(Int64($0), type))`" } ?? missing
    }
    func kernel(_ present: String, _ past: String, _ rest: String, _ link: String = "for") -> String
    {
      "the kernel \(verb(present, past))\(rest)" + (who.map { " \(link) \($0)" } ?? "")
    }
    let softirq = " \(pattern.object == nil ? "a" : "the \(object(.softirq, else: ""))") softirq"
    switch kind {
    case .startsRequest, .startsWrite: return "\(device) \(verb("starts", "started")) a request"
    case .transfersData, .fetchesData: return "\(device) \(verb("transfers", "transferred")) data"
    case .completesRequest: return "\(device) \(verb("completes", "completed")) a request"
    case .timerFires:
      return "the timer \(verb("fires", "fired"))" + (who.map { " for \($0)" } ?? "")
    case .runsSoftirq:
      return kernel("runs", "ran", softirq)
    case .raisesSoftirq:
      return kernel("raises", "raised", softirq)
    case .callsRoutine: return kernel("runs", "ran", " \(code(.routine, "a routine"))")
    case .dispatches:
      return kernel("dispatches", "dispatched", " \(code(.systemCall, "a system call"))")
    case .checksFlags: return kernel("checks", "checked", " flags")
    case .startsPathWalk: return kernel("walks", "walked", text ?? " a path")
    case .checksSearch:
      return isError(pattern.b)
        ? kernel("refuses", "refused", " the search for\(name)", "to")
        : kernel("checks", "checked", " the search for\(name)", "by")
    case .looksUpName: return kernel("looks up", "looked up", name)
    case .findsName:
      return isError(pattern.a) ? kernel("misses", "missed", name) : kernel("finds", "found", name)
    case .crossesMount: return kernel("crosses", "crossed", " the mount\(text ?? "")")
    case .followsLink: return kernel("follows", "followed", " the link\(text ?? "")")
    case .looksUpPage:
      let found = pattern.b.map { $0.lowerBound > 0 }
      let verb =
        found == nil
        ? verb("is asked", "was asked")
        : found == true ? verb("hits", "hit") : verb("misses", "missed")
      return "the page cache \(verb)" + (who.map { " for \($0)" } ?? "")
    case .checksPermission:
      return isError(pattern.b)
        ? kernel("refuses", "refused", " permission", "to")
        : kernel("checks", "checked", " permission")
    case .reservesDescriptor: return kernel("reserves", "reserved", descriptor)
    case .opensFile: return kernel("opens", "opened", " the file")
    case .installsDescriptor: return kernel("installs", "installed", descriptor)
    case .closesDescriptor: return kernel("closes", "closed", descriptor)
    case .createsFile: return kernel("creates", "created", name)
    case .truncatesFile: return kernel("truncates", "truncated", " the file")
    case .movesOffset:
      return kernel("moves", "moved", " the offset" + (number.map { " to\($0)" } ?? ""))
    case .submitsRequest, .submitsWrite:
      return kernel("submits", "submitted", " a request to \(device)")
    case .queuesRequest: return kernel("queues", "queued", " a request to \(device)")
    case .acknowledgesInterrupt:
      return "the kernel \(verb("acknowledges", "acknowledged")) \(device)"
    case .locksPage: return kernel("locks", "locked", " a page")
    case .unlocksPage: return kernel("unlocks", "unlocked", " a page")
    case .allocatesPage: return kernel("allocates", "allocated", " a page")
    case .copyFaults:
      return "a copy by the kernel \(verb("faults", "faulted"))" + (who.map { " for \($0)" } ?? "")
    case .mapsRegion: return kernel("maps", "mapped", text ?? " a region")
    case .unmapsRegion: return kernel("unmaps", "unmapped", " a region")
    case .setsProtection: return kernel("protects", "protected", " a region")
    case .movesBreak: return kernel("moves", "moved", " the break")
    case .growsStack: return kernel("grows", "grew", " the stack")
    case .copiesPage: return kernel("copies", "copied", " a page")
    case .reusesPage: return kernel("reuses", "reused", " a page")
    case .mapsAround: return kernel("maps", "mapped", " pages around")
    case .sharesPages: return kernel("shares", "shared", " pages")
    case .freesMemory: return kernel("frees", "freed", " memory", "of")
    case .choosesVictim: return kernel("chooses", "chose", " a victim", "of")
    case .sparesPage: return kernel("spares", "spared", " a page", "of")
    case .reclaimsPage: return kernel("reclaims", "reclaimed", " a page", "of")
    case .swapsOut: return kernel("swaps out", "swapped out", " a page", "of")
    case .swapsIn: return kernel("swaps in", "swapped in", " a page", "of")
    case .picksNext: return "the kernel \(verb("picks", "picked")) \(object(.task, else: "a task"))"
    case .setsNeedResched: return "the kernel \(verb("marks", "marked")) \(who ?? "a process")"
    case .accountsTick: return kernel("accounts", "accounted", " a tick", "to")
    case .startsTimer: return kernel("starts", "started", " a timer")
    case .executesSyscall:
      return "\(who ?? "a process") \(verb("executes", "executed")) "
        + "`\(header.architecture.syscallInstruction)`"
    case .savesRegisters: return kernel("saves", "saved", " the registers", "of")
    case .restoresRegisters: return kernel("restores", "restored", " the registers", "of")
    case .opensUserAccess: return kernel("opens", "opened", " user access")
    case .closesUserAccess: return kernel("closes", "closed", " user access")
    case .inspectsAddress: return "the simulator \(verb("looks", "looked")) an address up"
    case .writesProcFile: return kernel("generates", "generated", text ?? " a file of /proc")
    case .backsRegion: return kernel("backs", "backed", " a region")
    case .writesPageTableBase:
      let mode =
        switch pattern.object.flatMap(PageTableChange.init(rawValue:)) {
        case .kernel: " for kernel mode"
        case .user: " for user mode"
        case .process: " for another process"
        case nil: ""
        }
      return "the kernel \(verb("changes", "changed")) the page table\(mode)"
    case .loadsModule: return "module\(bare) \(verb("loads", "loaded"))"
    case .unloadsModule: return "module\(bare) \(verb("unloads", "unloaded"))"
    case .checksModuleUse:
      return "module\(bare) \(verb("is", "was")) busy" + (who.map { " for \($0)" } ?? "")
    case .pinsModule:
      return "module\(bare) \(verb("is", "was")) pinned" + (who.map { " by \($0)" } ?? "")
    case .unpinsModule:
      return "module\(bare) \(verb("is", "was")) unpinned" + (who.map { " by \($0)" } ?? "")
    case .registers: return kernel("registers", "registered", text ?? " something")
    case .unregisters: return kernel("unregisters", "unregistered", text ?? " something")
    case .mountsFileSystem:
      return "\(who ?? "a process") \(verb("mounts", "mounted"))\(text ?? " a file system")"
    case .unmountsFileSystem:
      return "\(who ?? "a process") \(verb("unmounts", "unmounted"))\(text ?? " a file system")"
    case .runsModuleCode:
      return "\(who ?? "a process") \(verb("runs", "ran")) module code\(text ?? "")"
    case .executesPrivileged:
      return "the kernel \(verb("executes", "executed"))\(bare)" + (who.map { " for \($0)" } ?? "")
    case .logsMessage: return kernel("logs", "logged", text ?? " a message")
    case .oopses: return "the kernel \(verb("oopses", "oopsed"))" + (who.map { " in \($0)" } ?? "")
    case .panics: return "the kernel \(verb("panics", "panicked"))"
    case .missesTLB: return "the TLB \(verb("misses", "missed"))" + (who.map { " for \($0)" } ?? "")
    case .readsAhead: return kernel("reads", "read", " ahead")
    case .allocatesBlock: return kernel("allocates", "allocated", " a block")
    case .writesBackPage: return kernel("writes back", "wrote back", " a page")
    case .finishesWriteback: return kernel("finishes", "finished", " the write-back of a page")
    case .updatesInode: return kernel("updates", "updated", " an inode")
    case .removesName: return kernel("removes", "removed", name)
    case .lineReceives: return "\(device) \(verb("receives", "received")) bytes"
    case .takesByte: return kernel("takes", "took", " a byte from \(device)")
    case .completesLine: return "\(device) \(verb("completes", "completed")) a line"
    case .marshalsCall: return kernel("marshals", "marshalled", text ?? " a call")
    case .transmitsPacket: return "\(device) \(verb("transmits", "transmitted")) a packet"
    case .losesPacket: return "\(device) \(verb("loses", "lost")) a packet"
    case .serverAnswers: return "the server \(verb("answers", "answered"))\(text ?? "")"
    case .receivesPacket: return "\(device) \(verb("receives", "received")) a packet"
    case .handsUpPacket: return kernel("hands", "handed", "\(text ?? " a packet") up")
    case .retransmits: return kernel("retransmits", "retransmitted", " a call")
    case .checksAttributes: return kernel("checks", "checked", " attributes")
    default: return betweenTasks(kind, pattern, tense)
    }
  }

  /// Signals, processes and pipes, and what CPUs tell each other.
  private func betweenTasks(_ kind: EventKind, _ pattern: EventPattern, _ tense: Tense) -> String {
    func verb(_ present: String, _ past: String) -> String { tense == .past ? past : present }
    let who = pattern.task.map { header.task($0).name } ?? "a process"
    let forWho = pattern.task.map { " for \(header.task($0).name)" } ?? ""
    let signal = pattern.object.map { header.text(Int64($0), .signal) } ?? "a signal"
    func another(_ bounds: ClosedRange<Int64>?, _ before: String) -> String {
      bounds.map { " \(before)\(tasks($0))" } ?? ""
    }
    let sender = pattern.cpu.map { "cpu\($0)" } ?? "a CPU"
    func cpus(_ range: ClosedRange<Int64>?) -> String {
      range.map { "cpu\(bounds($0))" } ?? "a CPU"
    }
    let purpose =
      pattern.object.map { " to \(header.text(Int64($0), .interProcessorPurpose))" } ?? ""
    switch kind {
    case .sendsSignal:
      return "\(who) \(verb("sends", "sent")) \(signal)" + another(pattern.a, "to ")
    case .discardsSignal: return "\(who) \(verb("ignores", "ignored")) \(signal)"
    case .takesSignal: return "the kernel \(verb("delivers", "delivered")) \(signal) to \(who)"
    case .entersHandler: return "\(who) \(verb("handles", "handled")) \(signal)"
    case .leavesHandler: return "\(who) \(verb("returns", "returned")) from its handler"
    case .restartsSystemCall:
      let call = pattern.object.map { "`\(header.text(Int64($0), .systemCall))`" } ?? "its call"
      return "\(who) \(verb("restarts", "restarted")) \(call)"
    case .stops: return "\(who) \(verb("stops", "stopped"))"
    case .continues: return "\(who) \(verb("continues", "continued"))"
    case .forks: return "\(who) \(verb("forks", "forked"))" + another(pattern.a, "")
    case .execs:
      let path =
        (pattern.text.map { Quantity.quoted($0) }
        ?? pattern.object.map { header.text(Int64($0), .string) }).map { " \($0)" } ?? ""
      return "\(who) \(verb("execs", "exec'ed"))\(path)"
    case .isReparented: return "\(who) \(verb("is", "was")) reparented"
    case .isReaped: return "\(who) \(verb("is", "was")) reaped"
    case .createsPipe: return "the kernel \(verb("creates", "created")) a pipe\(forWho)"
    case .fillsPipe: return "the kernel \(verb("fills", "filled")) a pipe\(forWho)"
    case .drainsPipe: return "the kernel \(verb("drains", "drained")) a pipe\(forWho)"
    case .checksExitWork: return "the kernel \(verb("checks", "checked")) exit work\(forWho)"
    case .interruptReturns:
      let of = pattern.object.map { " of \(header.text(Int64($0), .device))" } ?? ""
      return "the kernel \(verb("returns", "returned")) from the interrupt\(of)"
    case .sendsInterProcessorInterrupt:
      return "\(sender) \(verb("interrupts", "interrupted")) \(cpus(pattern.a))\(purpose)"
    case .receivesInterProcessorInterrupt:
      return "\(sender) \(verb("is", "was")) interrupted by \(cpus(pattern.a))\(purpose)"
    case .kernelThreadStarts:
      let name =
        (pattern.text.map { Quantity.quoted($0) }
        ?? pattern.object.map { header.text(Int64($0), .string) }).map { " \($0)" } ?? ""
      return "the kernel \(verb("starts", "started")) a thread\(name)"
    case .invalidatesTranslation:
      let cpu = pattern.object.map { "cpu\($0)" } ?? "a CPU"
      return "\(cpu) \(verb("forgets", "forgot")) a translation"
    case .masksInterrupts: return "\(sender) \(verb("masks", "masked")) interrupts"
    case .unmasksInterrupts: return "\(sender) \(verb("unmasks", "unmasked")) interrupts"
    default: return generic(kind, pattern, tense)
    }
  }

  /// Kinds that scripts have no words for: the catalogue's name, the task, the fields.
  private func generic(_ kind: EventKind, _ pattern: EventPattern, _ tense: Tense) -> String {
    let facts = kind.facts
    var details: [String] = []
    if let field = facts.object {
      if let text = pattern.text {
        details.append("\(field.name) \(Quantity.quoted(text))")
      } else if let object = pattern.object {
        details.append("\(field.name) \(header.text(Int64(object), field.type))")
      }
    }
    for (field, bounds) in [(facts.a, pattern.a), (facts.b, pattern.b)] {
      guard let field, let bounds else { continue }
      let low = header.text(bounds.lowerBound, field.type)
      let high = header.text(bounds.upperBound, field.type)
      details.append("\(field.name) \(low == high ? low : "\(low) to \(high)")")
    }
    let by = pattern.task.map { " by \(header.task($0).name)" } ?? ""
    let with = details.isEmpty ? "" : " (\(details.joined(separator: ", ")))"
    return "`\(facts.name)`\(by)\(with)\(tense == .past ? " happened" : "")"
  }

  /// `returns 3`, `fails with ENOENT`, `fails`, `returns at least 0`.
  private func outcome(_ result: ClosedRange<Int64>?, _ tense: Tense) -> String {
    let returns = tense == .past ? "returned" : "returns"
    let fails = tense == .past ? "failed" : "fails"
    guard let result else { return returns }
    if result == -4095 ... -1 { return fails }
    if result.lowerBound == result.upperBound, let errno = Errno(returned: result.lowerBound) {
      return "\(fails) with \(errno.name)"
    }
    if result == 0...Int64.max { return tense == .past ? "succeeded" : "succeeds" }
    return "\(returns) \(bounds(result))"
  }

  private func bounds(_ range: ClosedRange<Int64>) -> String {
    if range.lowerBound == range.upperBound { return "\(range.lowerBound)" }
    if range.upperBound == .max { return "at least \(range.lowerBound)" }
    if range.lowerBound == .min { return "at most \(range.upperBound)" }
    return "\(range.lowerBound) to \(range.upperBound)"
  }

  private func addresses(_ range: ClosedRange<Int64>) -> String {
    let low = Quantity.hexadecimal(range.lowerBound)
    return range.lowerBound == range.upperBound
      ? low : "\(low)..\(Quantity.hexadecimal(range.upperBound))"
  }

  private func tasks(_ range: ClosedRange<Int64>) -> String {
    range.lowerBound == range.upperBound
      ? header.text(range.lowerBound, .task)
      : "\(header.text(range.lowerBound, .task)) to \(header.text(range.upperBound, .task))"
  }

  // MARK: Expressions

  func text(_ expression: StateExpression) -> String {
    switch expression {
    case .constant(let value, .boolean): value == 0 ? "false" : "true"
    case .constant(let value, let type): self.value(value, type)
    case .observable(let seen): text(seen)
    case .not(let inner): "not \(operand(inner, above: .max))"
    case .negate(let inner): "-\(operand(inner, above: .max))"
    case .binary(let symbol, let left, let right):
      "\(operand(left, above: symbol.binding - 1)) \(symbol.rawValue) "
        + operand(right, above: symbol.binding)
    case .query(let query): text(query)
    }
  }

  /// An operand, in parentheses unless it binds more closely than `binding`.
  private func operand(_ expression: StateExpression, above binding: Int) -> String {
    if case .binary(let symbol, _, _) = expression, symbol.binding <= binding {
      return "(\(text(expression)))"
    }
    return text(expression)
  }

  func text(_ seen: Observable) -> String {
    func task(_ id: TaskID, _ field: String) -> String { "\(header.task(id).name).\(field)" }
    func place(_ function: String, _ page: InspectedPage) -> String {
      "\(function)(\(header.task(page.task).name), \(Quantity.hexadecimal(page.address)))"
    }
    return switch seen {
    case .taskMode(let id): task(id, "mode")
    case .taskCondition(let id): task(id, "state")
    case .taskExit(let id): task(id, "exit")
    case .taskSignal(let id): task(id, "signal")
    case .taskDescriptors(let id): task(id, "fds")
    case .taskPID(let id): task(id, "pid")
    case .taskCPUTime(let id): task(id, "cputime")
    case .taskMinorFaults(let id): task(id, "faults.minor")
    case .taskMajorFaults(let id): task(id, "faults.major")
    case .taskVoluntarySwitches(let id): task(id, "switches.voluntary")
    case .taskInvoluntarySwitches(let id): task(id, "switches.involuntary")
    case .taskStackDepth(let id): task(id, "stack.depth")
    case .taskRegions(let id): task(id, "maps")
    case .taskResident(let id): task(id, "rss")
    case .taskBreak(let id): task(id, "brk")
    case .taskChildren(let id): task(id, "children")
    case .taskPending(let id): task(id, "pending")
    case .taskHasPending(let id, let signal):
      "\(header.task(id).name) has \(signal.name) pending"
    case .cpuMode(let number): "cpu\(number).mode"
    case .cpuStack(let number): "cpu\(number).stack"
    case .cpuCurrent(let number): "cpu\(number).current"
    case .addressHasRegion(let id, let address):
      "region(\(header.task(id).name), \(Quantity.hexadecimal(address)))"
    case .pageIsMapped(let page): place("mapped", page)
    case .pageIsAccessible(let page): place("accessible", page)
    case .pageFrame(let page): place("frame", page)
    case .cpuInterrupts(let number): "cpu\(number).interrupts"
    case .cpuContext(let number): "cpu\(number).context"
    case .deviceReads(let id): "\(header.device(id).name).reads"
    case .deviceWrites(let id): "\(header.device(id).name).writes"
    case .deviceInterrupts(let id): "\(header.device(id).name).interrupts"
    case .deviceQueue(let id): "\(header.device(id).name).queue"
    case .deviceSent(let id): "\(header.device(id).name).sent"
    case .deviceReceived(let id), .lineReceived(let id): "\(header.device(id).name).received"
    case .memoryFree: "memory.free"
    case .memorySwapped: "memory.swapped"
    case .liveModules: "kernel.modules"
    case .time: "time"
    case .taskSleepsOn(let id, let on):
      "\(header.task(id).name) sleeps on \(header.device(on).name)"
    }
  }

  func text(_ query: TraceQuery) -> String {
    func call(_ id: SystemCallID, _ task: TaskID) -> String {
      "\(header.text(Int64(id.rawValue), .systemCall)) by \(header.task(task).name)"
    }
    switch query {
    case .count(let set): return "count(\(text(set)))"
    case .time(let set): return "time(\(text(set)))"
    case .result(let id, let task): return "result(\(call(id, task)))"
    case .callDuration(let id, let task): return "duration(\(call(id, task)))"
    case .between(let start, let end): return "duration(\(text(start)), \(text(end)))"
    case .cpuTime(let task, let from, let until):
      let parts =
        [header.task(task).name] + (from.map { ["from \(text($0))"] } ?? [])
        + (until.map { ["until \(text($0))"] } ?? [])
      return "cputime(\(parts.joined(separator: ", ")))"
    }
  }

  func value(_ value: Int64, _ type: ValueType) -> String {
    ValueFormatter.text(value, type, header: header)
  }

  /// Why there is no value, lower case and without a full stop.
  func text(_ absence: Absence) -> String {
    switch absence {
    case .overflow: return "the result does not fit into 64 bits"
    case .zeroDivisor: return "a number is divided by zero"
    case .nobody: return "this machine has no such task, CPU or device"
    case .unanswered(let query):
      switch query {
      case .result(let id, let task), .callDuration(let id, let task):
        let name = header.text(Int64(id.rawValue), .systemCall)
        return "`\(name)` by \(header.task(task).name) has not returned"
      case .time(let set), .count(let set): return "\(text(set)): this has not happened"
      case .between(let start, let end):
        return "\(text(end)): this has not happened after \(text(start))"
      case .cpuTime(_, let from, let until):
        return [from, until].compactMap { $0 }.map(text).joined(separator: ", then ")
          + ": this has not happened"
      }
    }
  }

  // MARK: Claims

  func text(_ claim: Claim) -> String {
    switch claim {
    case .occurs(let set): text(set)
    case .never(let set): "never \(text(set))"
    case .sequence(let sets): sets.map(text).joined(separator: " then ")
    case .before(let left, let right): "\(text(left)) before \(text(right))"
    case .count(let bound, let number, let set): "\(bound.rawValue) \(number) of \(text(set))"
    case .always(let state): "always \(text(state))"
    case .eventually(let state): "eventually \(text(state))"
    case .atEnd(let state): "at end \(text(state))"
    case .when(let set, let state): "when \(text(set)): \(text(state))"
    case .not(let inner): "not (\(text(inner)))"
    case .and(let left, let right): "(\(text(left))) and (\(text(right)))"
    case .or(let left, let right): "(\(text(left))) or (\(text(right)))"
    case .implies(let left, let right): "(\(text(left))) implies (\(text(right)))"
    }
  }
}

extension BinaryOperator {
  /// How closely it binds its operands.
  fileprivate var binding: Int {
    switch self {
    case .implies: 0
    case .or: 1
    case .and: 2
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: 3
    case .add, .subtract: 4
    case .multiply, .divide, .remainder: 5
    }
  }
}
