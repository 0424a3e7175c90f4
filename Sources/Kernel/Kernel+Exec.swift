import Catalogue
import Machine
import Program
import Trace

/// `execve`: another program in the same process (fs/exec.c).
extension Kernel {
  /// What one string may have with its NUL, and all strings and pointers together.
  private static let stringBytes: Int64 = 131_072
  private static let argumentBytes = Int(stackLimit / 4)
  /// Scripts that are run by scripts.
  private static let interpreterDepth: Int64 = 5
  /// How much of a script is looked at (BINPRM_BUF_SIZE).
  private static let headBytes = 256
  /// The entries that the auxiliary vector has here: AT_PAGESZ, AT_ENTRY, AT_UID, AT_NULL.
  private static let auxiliary: (page: Int64, entry: Int64, uid: Int64) = (6, 9, 11)

  /// Steps: see ``stepSysExecve(_:)``.
  private enum Step {
    static let walk: UInt8 = 1
    static let check: UInt8 = 2
    static let list: UInt8 = 3
    static let pointer: UInt8 = 4
    static let string: UInt8 = 5
    static let head: UInt8 = 6
    static let load: UInt8 = 7
    static let interpreter: UInt8 = 8
    static let stack: UInt8 = 9
    static let copied: UInt8 = 10
  }

  /// x0: path, x1: arguments, x2: environment; x3: inode, x4: the list that is fetched and the place
  /// in it, x5: scripts so far, x6: where the stack's content goes and how much of it is there.
  /// 0: fetch the path. walk. check what was found. Fetch strings, list by list. Read the file's
  /// head. Past the point of no return: load, and fill the new stack.
  mutating func stepSysExecve(_ f: Int) {
    let returned = tasks[current].returned
    switch frames[f].step {
    case 0:
      tasks[current].exec = ExecState()
      call(f, then: Step.walk, .getname, frames[f].x0)
    case Step.walk:
      guard returned >= 0 else { return finish(returned) }
      tasks[current].exec.path = tasks[current].buffer
      walkToProgram(f)
    case Step.check, Step.interpreter:
      guard returned >= 0 else { return finish(returned) }
      guard let error = mayExecute(Int(returned)) else {
        frames[f].x3 = returned
        // The arguments are those of the script, however many interpreters it takes.
        frames[f].step = frames[f].x5 == 0 ? Step.list : Step.head
        return
      }
      finish(error)
    case Step.list: fetchPointer(f)
    case Step.pointer:
      guard returned == 0 else { return finish(.EFAULT) }
      let pointer = bufferWords()[0]
      if pointer == 0 {
        nextList(f)
      } else {
        tasks[current].buffer.removeAll(keepingCapacity: true)
        call(f, then: Step.string, .strncpyFromUser, pointer, Self.stringBytes)
      }
    case Step.string:
      if returned == Errno.ENAMETOOLONG.returned { return finish(.E2BIG) }
      guard returned >= 0 else { return finish(returned) }
      tasks[current].exec.add(tasks[current].buffer, toEnvironment: frames[f].x4 & 1 == 1)
      guard tasks[current].exec.byteCount <= Self.argumentBytes else { return finish(.E2BIG) }
      frames[f].x4 += 2
      frames[f].step = Step.list
    case Step.head:
      let inode = Int(frames[f].x3)
      guard inodes[inode].size > 0 else { return finish(.ENOEXEC) }
      if let slot = cache.find(mapping: inode, index: 0), cache.pages[slot].isUpToDate {
        tasks[current].returned = Int64(slot)
        frames[f].step = Step.load
      } else if fileSystems[inodes[inode].fileSystem].disk == nil {
        finish(.ENOEXEC)
      } else {
        call(f, then: Step.load, .pageCacheRead, frames[f].x3, 0)
      }
    case Step.load:
      guard returned >= 0 else { return finish(returned) }
      load(f, slot: Int(returned))
    case Step.stack: fillStack(f)
    default:
      guard returned == 0 else {
        // The old program is gone, and the new one cannot begin.
        tasks[current].keepsRegisters = true
        force(.SIGKILL, .SI_KERNEL)
        return finish(0)
      }
      frames[f].step = Step.stack
    }
  }

  private mutating func walkToProgram(_ f: Int) {
    let isAbsolute = tasks[current].buffer.first == 0x2F
    let start = isAbsolute ? fileSystems.first?.root ?? 0 : tasks[current].directory
    let path = trace.strings.intern(tasks[current].buffer)
    trace.record(
      .startsPathWalk, object: path.rawValue, a: inodes[start].number, b: isAbsolute ? 1 : 0)
    call(f, then: Step.check, .linkPathWalk, Int64(start), 1)
  }

  /// What `do_open_execat` asks of a file.
  private mutating func mayExecute(_ inode: Int) -> Errno? {
    var error: Errno?
    if inodes[inode].kind == .link {
      error = .ELOOP
    } else if inodes[inode].kind != .file {
      error = .EACCES
    } else {
      error = permission(current, inode, wants: 1)
    }
    trace.record(
      .checksPermission, object: number(of: inode), a: 1, b: error?.returned ?? 0)
    if error == nil, isOpenForWriting(inode) { error = .ETXTBSY }
    return error
  }

  private func isOpenForWriting(_ inode: Int) -> Bool {
    openFiles.contains {
      $0.references > 0 && $0.inode == inode
        && $0.flags & OpenFlags.accessModeMask != OpenFlags.readOnly
    }
  }

  /// Fetches the next pointer of a list. x4 is even for arguments and odd for the environment.
  private mutating func fetchPointer(_ f: Int) {
    let isEnvironment = frames[f].x4 & 1 == 1
    let list = isEnvironment ? frames[f].x2 : frames[f].x1
    guard list != 0 else { return nextList(f) }
    copyStructure(f, then: Step.pointer, from: list &+ frames[f].x4 / 2 * 8, count: 8)
  }

  private mutating func nextList(_ f: Int) {
    if frames[f].x4 & 1 == 0 {
      frames[f].x4 = 1
      frames[f].step = Step.list
    } else {
      frames[f].step = Step.head
    }
  }

  /// The head of the file is in the page cache: a script, a program, or neither.
  private mutating func load(_ f: Int, slot: Int) {
    let inode = Int(frames[f].x3)
    let address = machine.memory.address(of: cache.pages[slot].frame)
    let bytes = machine.memory.bytes(
      at: address, count: Int(min(inodes[inode].size, machine.architecture.pageBytes)))
    if bytes.starts(with: [0x23, 0x21]) { return interpret(f, bytes) }
    guard let file = ObjectFile(bytes), file.kind == .executable,
      file.machine == machine.architecture.elfMachine,
      let program = scenario.programs.firstIndex(where: { $0.name == file.name })
    else { return finish(.ENOEXEC) }
    passPointOfNoReturn(f, program)
  }

  /// `#!interpreter argument`: the interpreter is run, with the script's path as an argument.
  private mutating func interpret(_ f: Int, _ bytes: [UInt8]) {
    let line = bytes.prefix(Self.headBytes).dropFirst(2).prefix { $0 != 0x0A && $0 != 0 }
    let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 }
    var rest = line.drop(while: isBlank)
    while let last = rest.last, isBlank(last) { rest.removeLast() }
    let interpreter = Array(rest.prefix { !isBlank($0) })
    let argument = Array(rest.dropFirst(interpreter.count).drop(while: isBlank))
    guard !interpreter.isEmpty else { return finish(.ENOEXEC) }
    guard frames[f].x5 < Self.interpreterDepth else { return finish(.ELOOP) }
    frames[f].x5 += 1
    var exec = tasks[current].exec
    exec.arguments =
      [interpreter] + (argument.isEmpty ? [] : [argument]) + [exec.path]
      + exec.arguments.dropFirst()
    exec.path = interpreter
    tasks[current].exec = exec
    tasks[current].buffer = interpreter
    walkToProgram(f)
  }

  /// The old program goes: memory, caught signals, descriptors with FD_CLOEXEC. Number, parent,
  /// directory, mask and what is pending stay.
  private mutating func passPointOfNoReturn(_ f: Int, _ program: Int) {
    destroyAddressSpace(of: current)
    let isLoaded = execAddressSpace(of: current, program: program)
    machine.setPageTable(tasks[current].root, cpu: cpu, &trace)
    letGoOfParent()
    for descriptor in tasks[current].closesOnExec.sorted()
    where tasks[current].descriptors.indices.contains(descriptor) {
      close(descriptor: descriptor)
    }
    for signal in Signal.allCases {
      let isIgnored = tasks[current].signals[signal].handler == SignalHandler.ignore
      tasks[current].signals[signal] = SignalAction(
        handler: isIgnored ? SignalHandler.ignore : SignalHandler.byDefault)
    }
    tasks[current].signals.alternateBytes = 0
    tasks[current].program = program
    // The name stays, but what the source of its calls is can be said of one program only.
    if taskNames[current].program != program { taskNames[current].program = -1 }
    tasks[current].keepsRegisters = true
    tasks[current].leavesBySlowPath = true
    guard isLoaded else {
      force(.SIGKILL, .SI_KERNEL)
      return finish(0)
    }
    layOutStack()
    let pointer = tasks[current].exec.stackPointer
    let architecture = machine.architecture
    var registers = [Int64](repeating: 0, count: architecture.registers.count)
    registers[Int(architecture.roles.stackPointer)] = pointer
    save(
      RegisterFrame(
        registers: registers, programCounter: Int64(architecture.programBase),
        flags: architecture.userFlags),
      of: current)
    let path = trace.strings.intern(tasks[current].exec.path)
    trace.record(
      .execs, object: path.rawValue, a: Int64(architecture.programBase), b: pointer)
    frames[f].x6 = 0
    frames[f].step = Step.stack
  }

  /// What a program finds on its stack: the number of arguments, pointers to them and to the
  /// environment, the auxiliary vector, and above them the strings (System V ABI, 3.4.1).
  private mutating func layOutStack() {
    let exec = tasks[current].exec
    let architecture = machine.architecture
    let strings = exec.arguments + exec.environment
    let stringBytes = strings.reduce(0) { $0 + Int64($1.count) + 1 }
    let place = Int64(architecture.userStackTop) &- 64 &- stringBytes
    var words: [Int64] = [Int64(exec.arguments.count)]
    var bytes: [UInt8] = []
    for (index, string) in strings.enumerated() {
      if index == exec.arguments.count { words.append(0) }
      words.append(place + Int64(bytes.count))
      bytes += string + [0]
    }
    if exec.environment.isEmpty { words.append(0) }
    words.append(0)
    words += [
      Self.auxiliary.page, architecture.pageBytes, Self.auxiliary.entry,
      Int64(architecture.programBase), Self.auxiliary.uid, tasks[current].uid, 0, 0,
    ]
    let pointer = (place &- Int64(words.count) * 8) & ~15
    let gap = [UInt8](repeating: 0, count: Int(place - pointer) - words.count * 8)
    tasks[current].exec.stackPointer = pointer
    tasks[current].exec.stack = words.flatMap(\.littleEndianBytes) + gap + bytes
  }

  /// Copies the next part of the stack's content to where it belongs: its pages are made by faults.
  private mutating func fillStack(_ f: Int) {
    let done = Int(frames[f].x6)
    let content = tasks[current].exec.stack
    guard done < content.count else {
      tasks[current].exec = ExecState()
      return finish(0)
    }
    let part = Array(content[done..<min(done + machine.memory.pageBytes, content.count)])
    frames[f].x6 += Int64(part.count)
    copyStructure(
      f, then: Step.copied, bytes: part,
      to: tasks[current].exec.stackPointer &+ Int64(done))
  }
}

/// What execve has fetched so far.
struct ExecState: Sendable {
  var path: [UInt8] = []
  var arguments: [[UInt8]] = []
  var environment: [[UInt8]] = []
  /// What goes on the new stack, and where.
  var stack: [UInt8] = []
  var stackPointer: Int64 = 0

  /// Bytes of all strings with their pointers.
  var byteCount = 0

  mutating func add(_ string: [UInt8], toEnvironment: Bool) {
    if toEnvironment { environment.append(string) } else { arguments.append(string) }
    byteCount += string.count + 1 + 8
  }
}
