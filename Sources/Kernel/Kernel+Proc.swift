import Catalogue
import Machine
import Program
import Trace

/// A file of `/proc`: nothing of it lies anywhere, each read makes its text anew.
struct ProcFile: Sendable, Hashable {
  /// What it tells.
  enum Kind: String, Sendable, CaseIterable {
    case root = ""
    case process
    /// The link to the directory of whoever follows it.
    case itself = "self"
    case modules
    case maps
    case stat
    case status
  }

  var kind: Kind
  /// The task that it is about; 0 for none.
  var task = 0
}

/// `/proc`: what the kernel knows, as files that are written at the moment they are read.
extension Kernel {
  // MARK: - Boot

  /// Mounts it, whatever the script has put there.
  mutating func mountProc() {
    guard let rootDirectory = fileSystems.first?.root, inodes.indices.contains(rootDirectory)
    else { return }
    procFileSystem = fileSystems.count
    var system = FileSystem(disk: nil)
    system.inodeCapacity = Int64.max
    system.freeBlocks = Int64.max
    system.nextNumber = 1
    let covered = resolveQuietly("/proc")
    system.covers = covered
    fileSystems.append(system)
    let root = procInode(ProcFile(kind: .root), parent: rootDirectory)
    fileSystems[procFileSystem].root = root
    if covered >= 0 {
      inodes[root].parent = root
      inodes[covered].mountedRoot = root
    } else {
      dentries[DentryKey(directory: rootDirectory, name: trace.strings.intern("proc"))] = root
    }
  }

  /// The inode of a file of `/proc`; made when it is first looked for.
  private mutating func procInode(_ file: ProcFile, parent: Int) -> Int {
    if let known = procInodes[file] { return known }
    let handle = inodes.count
    let number = fileSystems[procFileSystem].nextNumber
    fileSystems[procFileSystem].nextNumber += 1
    let (kind, mode): (InodeKind, Int64) =
      switch file.kind {
      case .root, .process: (.directory, 0o555)
      case .itself: (.link, 0o777)
      case .modules, .maps, .stat, .status: (.proc, 0o444)
      }
    let owner = tasks.indices.contains(file.task) && file.task > 0 ? tasks[file.task] : nil
    var inode = Inode(
      fileSystem: procFileSystem, number: number, kind: kind, mode: mode, uid: owner?.uid ?? 0,
      gid: owner?.gids.first ?? 0, size: 0, parent: parent)
    inode.proc = file
    inodes.append(inode)
    procInodes[file] = handle
    return handle
  }

  // MARK: - Names

  /// Whether a directory lies in `/proc`.
  func isProc(_ inode: Int) -> Bool { inodes[inode].fileSystem == procFileSystem }

  /// What a name in a directory of `/proc` stands for at this moment; `nil` for nothing.
  mutating func lookUpProc(_ name: [UInt8], in directory: Int) -> Int? {
    guard let place = inodes[directory].proc else { return nil }
    let text = String(decoding: name, as: UTF8.self)
    switch place.kind {
    case .root:
      if text == ProcFile.Kind.modules.rawValue {
        return procInode(ProcFile(kind: .modules), parent: directory)
      }
      if text == ProcFile.Kind.itself.rawValue {
        // Each follows it to its own directory.
        let link = procInode(ProcFile(kind: .itself), parent: directory)
        inodes[link].target = Array(String(tasks[current].pid).utf8)
        inodes[link].size = Int64(inodes[link].target.count)
        return link
      }
      guard let first = name.first, first != 0x30, let pid = Int64(text),
        let task = tasks.indices.first(where: { tasks[$0].pid == pid && isInProc($0) })
      else { return nil }
      return procInode(ProcFile(kind: .process, task: task), parent: directory)
    case .process:
      guard isInProc(place.task) else { return nil }
      let kinds: [ProcFile.Kind] = [.maps, .stat, .status]
      guard let kind = kinds.first(where: { $0.rawValue == text }) else { return nil }
      return procInode(ProcFile(kind: kind, task: place.task), parent: directory)
    case .itself, .modules, .maps, .stat, .status: return nil
    }
  }

  /// Whether a task has a directory: it is there, be it a zombie.
  private func isInProc(_ task: Int) -> Bool {
    guard tasks.indices.contains(task), tasks[task].pid > 0 else { return false }
    switch tasks[task].condition {
    case .absent, .gone: return false
    case .running, .runnable, .sleeping, .zombie, .stopped: return true
    }
  }

  /// Why the running task may not open a file of `/proc`; `nil` when it may. Of another user's
  /// process it may not see where its memory lies: `ptrace_may_access` (proc_pid_maps(5)).
  func procDenial(_ inode: Int) -> Errno? {
    guard let file = inodes[inode].proc, file.kind == .maps, file.task != current,
      tasks[current].uid != 0, hasUserHalf(file.task)
    else { return nil }
    let (own, other) = (tasks[current], tasks[file.task])
    return own.uid == other.uid && own.gids.first == other.gids.first ? nil : .EACCES
  }

  /// Whether a task has a memory map: kernel threads and zombies have none.
  private func hasUserHalf(_ task: Int) -> Bool {
    !tasks[task].isKernelThread && tasks[task].condition != .zombie
  }

  /// What a file is called, for the trace.
  private func procPath(_ file: ProcFile) -> String {
    switch file.kind {
    case .root: "/proc"
    case .process: "/proc/\(tasks[file.task].pid)"
    case .itself, .modules: "/proc/\(file.kind.rawValue)"
    case .maps, .stat, .status: "/proc/\(tasks[file.task].pid)/\(file.kind.rawValue)"
    }
  }

  // MARK: - Reading

  /// x0: open file, x1: buffer, x2: bytes wanted, x3: position; x4: bytes being copied. Returns the
  /// bytes read, a page at most. 0: make the text and copy a part of it. 1: copied.
  mutating func stepSeqRead(_ f: Int) {
    guard frames[f].step == 0 else {
      let copied = frames[f].x4 - tasks[current].returned
      return copied > 0 || frames[f].x4 == 0 ? finish(copied) : finish(.EFAULT)
    }
    guard let file = inodes[openFiles[Int(frames[f].x0)].inode].proc else { return finish(.EINVAL) }
    guard file.task == 0 || isInProc(file.task) else { return finish(.ESRCH) }
    let text = procText(file)
    let path = trace.strings.intern(procPath(file))
    trace.record(.writesProcFile, object: path.rawValue, a: Int64(text.count), b: frames[f].x3)
    let start = Int(min(max(0, frames[f].x3), Int64(text.count)))
    let part = text[start...].prefix(Int(min(frames[f].x2, machine.architecture.pageBytes)))
    guard !part.isEmpty else { return finish(0) }
    let place = workspace(current)
    machine.memory.store(bytes: part, at: place)
    frames[f].x4 = Int64(part.count)
    call(f, then: 1, .copyToUser, frames[f].x1, place, Int64(part.count))
  }

  /// The text of a file at this moment.
  func procText(_ file: ProcFile) -> [UInt8] {
    let text =
      switch file.kind {
      case .root, .process, .itself: ""
      case .modules: modulesText(showsAddresses: tasks[current].uid == 0)
      case .maps: mapsText(of: file.task)
      case .stat: statText(of: file.task)
      case .status: statusText(of: file.task)
      }
    return Array(text.utf8)
  }

  /// `/proc/PID/maps`: a line for each region, in the order of addresses. It lists the user half, for
  /// that is all that a process's regions are in; and a kernel thread has none (fs/proc/task_mmu.c).
  private func mapsText(of task: Int) -> String {
    guard hasUserHalf(task) else { return "" }
    var text = ""
    for region in tasks[task].space.regions {
      var line = MapsLine(
        start: UInt64(bitPattern: region.start), end: UInt64(bitPattern: region.end),
        rights: RegionRights(rawValue: rights(of: region)).text, name: region.name)
      if case .file(let inode, let page) = region.backing, inodes.indices.contains(inode) {
        line.offset = UInt64(clamping: page * machine.architecture.pageBytes)
        line.device = deviceNumber(of: inode)
        line.inode = inodes[inode].number
      }
      text += line.text(is64Bit: machine.architecture.is64Bit) + "\n"
    }
    return text
  }

  /// The device that a file is on, major and minor number packed as `MKDEV` of old: 8 bits each. A
  /// disk has one of its own; file systems in memory get numbers that stand for no device.
  func deviceNumber(of inode: Int) -> UInt32 {
    let system = inodes[inode].fileSystem
    if system == unnamedFileSystem { return 1 }
    if let disk = fileSystems[system].disk { return UInt32(8 << 8 | (disk * 16) & 0xFF) }
    return UInt32((16 + system) & 0xFF)
  }

  /// The letter of a task's state and what it stands for.
  private func stateLetter(of task: Int) -> (letter: String, meaning: String) {
    switch tasks[task].condition {
    case .running, .runnable: ("R", "running")
    case .sleeping where tasks[task].isInterruptible: ("S", "sleeping")
    case .sleeping: ("D", "disk sleep")
    case .stopped: ("T", "stopped")
    case .zombie: ("Z", "zombie")
    case .absent, .gone: ("X", "dead")
    }
  }

  /// The name of a task, at most 15 bytes of it (TASK_COMM_LEN).
  private func commandName(of task: Int) -> String {
    let program = tasks[task].program
    let name =
      scenario.programs.indices.contains(program) && !tasks[task].isKernelThread
      ? scenario.programs[program].name
      : taskNames.indices.contains(task) ? taskNames[task].name : ""
    return String(decoding: name.utf8.prefix(15), as: UTF8.self)
  }

  private func parentPID(of task: Int) -> Int64 {
    let parent = tasks[task].parent
    if tasks.indices.contains(parent) { return tasks[parent].pid }
    return tasks[task].isKernelThread ? 2 : Self.initPID
  }

  /// Bytes of a task's regions that a condition picks.
  private func bytes(of task: Int, where picks: (Region) -> Bool = { _ in true }) -> Int64 {
    guard hasUserHalf(task) else { return 0 }
    return tasks[task].space.regions.reduce(0) { $0 + (picks($1) ? $1.end - $1.start : 0) }
  }

  private func residentPages(of task: Int) -> Int64 {
    hasUserHalf(task) ? tasks[task].space.residentPages : 0
  }

  /// `/proc/PID/stat`: 52 fields in a row (proc_pid_stat(5)).
  private func statText(of task: Int) -> String {
    let own = tasks[task]
    let seesMemory =
      hasUserHalf(task)
      && (task == current || tasks[current].uid == 0 || tasks[current].uid == own.uid)
    var fields = [Int64](repeating: 0, count: 53)
    fields[4] = parentPID(of: task)
    fields[5] = own.group
    fields[6] = own.group
    fields[8] = -1
    (fields[10], fields[11]) = (own.minorFaults, own.childMinorFaults)
    (fields[12], fields[13]) = (own.majorFaults, own.childMajorFaults)
    fields[18] = 20
    fields[20] = 1
    fields[23] = bytes(of: task)
    fields[24] = residentPages(of: task)
    fields[25] = -1
    if seesMemory, let text = own.space.regions.first {
      (fields[26], fields[27]) = (text.start, text.end)
      fields[28] = Int64(bitPattern: machine.architecture.userStackTop)
      fields[45] = own.space.regions.dropFirst().first?.start ?? 0
      fields[47] = own.space.breakStart
    }
    fields[31] = Int64(bitPattern: own.signals.pending)
    fields[32] = Int64(bitPattern: own.signals.blocked)
    fields[33] = Int64(bitPattern: signals(of: task) { $0 == SignalHandler.ignore })
    fields[34] = Int64(
      bitPattern: signals(of: task) { $0 != SignalHandler.ignore && $0 != SignalHandler.byDefault })
    fields[38] = Int64(Signal.SIGCHLD.rawValue)
    fields[39] = Int64(own.cpu)
    if own.condition == .zombie, seesExit(of: task) { fields[52] = own.exitWord }
    // Addresses and limits are unsigned.
    let rest = fields.indices.dropFirst(4).map { index in
      index == 25 ? String(UInt64(bitPattern: fields[index])) : String(fields[index])
    }
    return
      "\(own.pid) (\(commandName(of: task))) \(stateLetter(of: task).letter) "
      + rest.joined(separator: " ") + "\n"
  }

  private func seesExit(of task: Int) -> Bool {
    tasks[current].uid == 0 || tasks[current].uid == tasks[task].uid
  }

  /// A bit for each signal whose handler a condition picks.
  private func signals(of task: Int, where picks: (Int64) -> Bool) -> UInt64 {
    var bits: UInt64 = 0
    for (number, action) in tasks[task].signals.actions.enumerated().dropFirst()
    where picks(action.handler) {
      bits |= 1 << UInt64(number - 1)
    }
    return bits
  }

  /// `/proc/PID/status`: the same for people (proc_pid_status(5)).
  private func statusText(of task: Int) -> String {
    let own = tasks[task]
    let state = stateLetter(of: task)
    func octal(_ value: Int64) -> String {
      let digits = String(value, radix: 8)
      return String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
    }
    func four(_ value: Int64) -> String {
      Array(repeating: "\(value)", count: 4).joined(separator: "\t")
    }
    func kilobytes(_ count: Int64) -> String {
      let digits = String(count >> 10)
      return String(repeating: " ", count: max(0, 8 - digits.utf8.count)) + digits + " kB"
    }
    func mask(_ bits: UInt64) -> String {
      let digits = String(bits, radix: 16)
      return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
    var lines = [
      ("Name", commandName(of: task)), ("Umask", octal(own.umask)),
      ("State", "\(state.letter) (\(state.meaning))"), ("Tgid", "\(own.pid)"), ("Ngid", "0"),
      ("Pid", "\(own.pid)"), ("PPid", "\(parentPID(of: task))"), ("TracerPid", "0"),
      ("Uid", four(own.uid)), ("Gid", four(own.gids.first ?? 0)),
      ("FDSize", "\(max(64, own.descriptors.count))"),
      ("Groups", own.gids.map { "\($0) " }.joined()), ("Kthread", own.isKernelThread ? "1" : "0"),
    ]
    if hasUserHalf(task) {
      let pageBytes = machine.architecture.pageBytes
      lines += [
        ("VmSize", kilobytes(bytes(of: task))),
        ("VmRSS", kilobytes(residentPages(of: task) * pageBytes)),
        (
          "VmData",
          kilobytes(
            bytes(of: task) { $0.protection.contains(.write) && !$0.isShared && !$0.growsDown })
        ),
        ("VmStk", kilobytes(bytes(of: task) { $0.growsDown })),
        (
          "VmExe",
          kilobytes(
            bytes(of: task) { [base = Int64(machine.architecture.programBase)] in $0.start == base }
          )
        ),
        (
          "VmLib",
          kilobytes(
            bytes(of: task) { [base = Int64(machine.architecture.programBase)] in
              $0.protection.contains(.execute) && $0.start != base
            })
        ),
      ]
    }
    lines += [
      ("Threads", "1"), ("SigPnd", mask(0)), ("ShdPnd", mask(own.signals.pending)),
      ("SigBlk", mask(own.signals.blocked)),
      ("SigIgn", mask(signals(of: task) { $0 == SignalHandler.ignore })),
      (
        "SigCgt",
        mask(signals(of: task) { $0 != SignalHandler.ignore && $0 != SignalHandler.byDefault })
      ),
      ("voluntary_ctxt_switches", "\(own.voluntarySwitches)"),
      ("nonvoluntary_ctxt_switches", "\(own.involuntarySwitches)"),
    ]
    return lines.map { "\($0.0):\t\($0.1)\n" }.joined()
  }
}
