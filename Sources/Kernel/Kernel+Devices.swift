import Catalogue
import Machine
import Program
import Trace

/// A serial line or a keyboard, with its driver's and its line discipline's buffers.
struct InputLine: Sendable {
  var device: DeviceID
  /// Whether reading waits for whole lines, as on keyboards; a serial line gives bytes as they come.
  var isCanonical: Bool
  /// Bytes that wait in the device.
  var arriving: [UInt8] = []
  /// Bytes that the handler has taken and nobody has looked at.
  var flip: [UInt8] = []
  /// The line that is being typed.
  var edited: [UInt8] = []
  /// What can be read: a line each, or all bytes that have come. An empty one is an end of file.
  var ready: [[UInt8]] = []
  /// The page that bytes are copied to the reader from.
  var frame: FrameNumber
  var interruptIsPending = false
  /// The event of the arrival, and the one that completed the last line.
  var cause = TraceEvent.noCause

  /// Bytes ready to be read.
  var readyCount: Int { ready.reduce(0) { $0 + $1.count } }
}

/// Device files, and the bytes that come in from outside.
extension Kernel {
  /// Bytes that a line keeps for its reader (N_TTY_BUF_SIZE); more are lost.
  static let lineBytes = 4096
  /// Bytes that a serial line's chip holds (16550A); a keyboard has one at a time.
  private static let chipBytes = 16
  /// How long 16 bytes take at 115200 baud; and how fast a quick typist is.
  private static let chipTime: Int64 = 1_390_000
  private static let keyTime: Int64 = 50_000_000

  // MARK: - Boot

  /// Mounts the device files on `/dev` (devtmpfs).
  mutating func mountDevices() {
    let firstLine = 1 + scenario.disks.count + scenario.nics.count
    for position in 0..<scenario.serials.count + scenario.keyboards.count {
      guard let frame = machine.memory.allocate() else {
        stopped = .limit(.memory)
        return
      }
      lines.append(
        InputLine(
          device: DeviceID(rawValue: UInt32(firstLine + position)),
          isCanonical: position >= scenario.serials.count, frame: frame))
    }
    guard let rootDirectory = fileSystems.first?.root, inodes.indices.contains(rootDirectory)
    else { return }
    // What it covers may have to be read first, which takes places in the table of inodes.
    let covered = resolveQuietly("/dev")
    deviceFileSystem = fileSystems.count
    var system = FileSystem(disk: nil)
    system.inodeCapacity = Int64.max
    system.freeBlocks = Int64.max
    system.root = inodes.count
    system.nextNumber = 2
    system.covers = covered
    fileSystems.append(system)
    inodes.append(
      Inode(
        fileSystem: deviceFileSystem, number: 1, kind: .directory, mode: 0o755, uid: 0, gid: 0,
        size: 0, parent: covered >= 0 ? system.root : rootDirectory))
    if covered >= 0 {
      inodes[covered].mountedRoot = system.root
    } else {
      // There is no such directory on the root file system: the name is known all the same.
      dentries[DentryKey(directory: rootDirectory, name: trace.strings.intern("dev"))] = system.root
    }
    addDeviceFile("null", .null, mode: 0o666)
    addDeviceFile("zero", .zero, mode: 0o666)
    addDeviceFile("tty", .console, mode: 0o666)
    addDeviceFile("console", .console, mode: 0o600)
    let names = scenario.serials.map(\.name) + scenario.keyboards.map(\.name)
    for (position, name) in names.enumerated() {
      let inode = addDeviceFile(name, .line, mode: 0o666)
      inodes[inode].line = position
    }
  }

  /// Makes a file in `/dev`; returns its inode.
  @discardableResult
  mutating func addDeviceFile(_ name: String, _ kind: InodeKind, mode: Int64) -> Int {
    let handle = inodes.count
    let directory = fileSystems[deviceFileSystem].root
    let number = fileSystems[deviceFileSystem].nextNumber
    fileSystems[deviceFileSystem].nextNumber += 1
    inodes.append(
      Inode(
        fileSystem: deviceFileSystem, number: number, kind: kind, mode: mode, uid: 0, gid: 5,
        size: 0, parent: directory))
    dentries[DentryKey(directory: directory, name: trace.strings.intern(name))] = handle
    return handle
  }

  // MARK: - Bytes from outside

  /// What a reader of a line waits for.
  private func key(ofLine line: Int) -> Int64 { Int64.min / 2 + (1 << 40) + Int64(line) }

  /// Bytes reach a serial line or a keyboard.
  mutating func receive(_ bytes: [UInt8], on device: DeviceID) {
    guard let line = lines.firstIndex(where: { $0.device == device }) else { return }
    let room = max(0, Self.lineBytes - lines[line].arriving.count)
    lines[line].arriving += bytes.prefix(room)
    let flow = trace.cause
    trace.cause = TraceEvent.noCause
    let text = trace.strings.intern(bytes)
    lines[line].cause = trace.record(
      .lineReceives, object: device.rawValue, a: Int64(text.rawValue), b: Int64(bytes.count))
    trace.cause = flow
    raiseLine(line, after: 0)
  }

  /// The device will interrupt, unless it has nothing or is about to.
  private mutating func raiseLine(_ line: Int, after delay: Int64) {
    guard !lines[line].interruptIsPending, !lines[line].arriving.isEmpty else { return }
    lines[line].interruptIsPending = true
    machine.queues[0].schedule(.input, at: trace.now + delay, payload: UInt32(line))
  }

  /// x0: device; x1: bytes taken. 0: acknowledge. 1: take a byte. Then leave the rest for later.
  mutating func stepInputInterrupt(_ f: Int) {
    let device = DeviceID(rawValue: UInt32(truncatingIfNeeded: frames[f].x0))
    guard let line = lines.firstIndex(where: { $0.device == device }) else { return finish(0) }
    if frames[f].step == 0 {
      trace.record(.acknowledgesInterrupt, object: device.rawValue)
      frames[f].x1 = 0
      frames[f].step = 1
      return
    }
    let atOnce = lines[line].isCanonical ? 1 : Self.chipBytes
    if frames[f].x1 < atOnce, !lines[line].arriving.isEmpty {
      let byte = lines[line].arriving.removeFirst()
      frames[f].x1 += 1
      if lines[line].flip.count < Self.lineBytes { lines[line].flip.append(byte) }
      let waiting = min(lines[line].arriving.count, atOnce - Int(frames[f].x1))
      trace.record(.takesByte, object: device.rawValue, a: Int64(byte), b: Int64(waiting))
      return
    }
    raiseLine(line, after: lines[line].isCanonical ? Self.keyTime : Self.chipTime)
    raise(.tasklet)
    finish(0)
  }

  /// 0: the line discipline looks at what one line's handler has taken; whoever reads is woken.
  mutating func stepLineReceive(_ f: Int) {
    guard let line = lines.firstIndex(where: { !$0.flip.isEmpty }) else { return finish(0) }
    let bytes = lines[line].flip
    lines[line].flip = []
    var isReady = false
    for byte in bytes where lines[line].readyCount + lines[line].edited.count < Self.lineBytes {
      guard lines[line].isCanonical else {
        if lines[line].ready.isEmpty { lines[line].ready.append([]) }
        lines[line].ready[0].append(byte)
        isReady = true
        continue
      }
      switch byte {
      case 0x03:
        // Control-C throws the typed line away and interrupts who waits for it.
        lines[line].edited = []
        interruptReaders(ofLine: line)
      case 0x7F: _ = lines[line].edited.popLast()
      case 0x04, 0x0A, 0x0D:
        // Control-D gives what is there, without itself; nothing at all reads as the end of file.
        if byte != 0x04 { lines[line].edited.append(0x0A) }
        lines[line].ready.append(lines[line].edited)
        lines[line].edited = []
        isReady = true
      default: lines[line].edited.append(byte)
      }
    }
    guard isReady else { return }
    trace.record(
      .completesLine, object: lines[line].device.rawValue, a: Int64(lines[line].readyCount))
    wake(key: key(ofLine: line))
  }

  /// Sends SIGINT to those who read a line: the foreground group of this simpler terminal.
  private mutating func interruptReaders(ofLine line: Int) {
    for task in tasks.indices
    where tasks[task].condition == .sleeping && tasks[task].waitKey == key(ofLine: line) {
      signalFromOutside(.SIGINT, to: TaskID(rawValue: UInt16(clamping: task)))
    }
  }

  /// x0: line, -1 when nobody can ever type; x1: buffer, x2: count, x3: not 0 not to sleep; x4: bytes
  /// being copied. 0: is there anything? 1: copied.
  mutating func stepTtyRead(_ f: Int) {
    let line = Int(frames[f].x0)
    let isThere = lines.indices.contains(line)
    if frames[f].step == 1 {
      let copied = frames[f].x4 - tasks[current].returned
      if copied > 0 || frames[f].x4 == 0 {
        // One reader at a time has the lock: the first line is still the one that was copied.
        lines[line].ready[0].removeFirst(Int(copied))
        if lines[line].ready[0].isEmpty { lines[line].ready.removeFirst() }
      }
      unlock(.line(line))
      if copied == 0, frames[f].x4 > 0 { return finish(.EFAULT) }
      return finish(copied)
    }
    guard frames[f].x2 > 0 else { return finish(0) }
    guard isThere, !lines[line].ready.isEmpty else {
      if frames[f].x3 != 0 { return finish(.EAGAIN) }
      if signalIsPending { return finish(Interrupted.restart) }
      // Without a keyboard the reader sleeps for ever.
      let device =
        isThere ? lines[line].device : DeviceID(rawValue: UInt32(scenario.devices.count - 1))
      sleep(
        on: WaitObject(.device, device: device), key: key(ofLine: line), interruptible: true)
      return call(f, then: 0, .schedule, 0)
    }
    guard lock(f, .line(line)), let first = lines[line].ready.first else { return }
    let bytes = first.prefix(Int(min(frames[f].x2, Int64(machine.memory.pageBytes))))
    let address = machine.memory.address(of: lines[line].frame)
    machine.memory.store(bytes: bytes, at: address)
    frames[f].x4 = Int64(bytes.count)
    call(f, then: 1, .copyToUser, frames[f].x1, address, Int64(bytes.count))
  }

  /// x0: buffer, x1: count; x2: bytes done, x3: bytes of this round. 0: the next page. 1: copied.
  mutating func stepReadZero(_ f: Int) {
    if frames[f].step == 1 {
      let copied = frames[f].x3 - tasks[current].returned
      frames[f].x2 += copied
      if tasks[current].returned > 0 {
        if frames[f].x2 > 0 { finish(frames[f].x2) } else { finish(.EFAULT) }
        return
      }
    }
    let count = min(frames[f].x1 - frames[f].x2, machine.architecture.pageBytes)
    guard count > 0 else { return finish(frames[f].x2) }
    frames[f].x3 = count
    call(
      f, then: 1, .copyToUser, frames[f].x0 &+ frames[f].x2,
      machine.memory.address(of: zeroFrame), count)
  }
}
