import Catalogue
import Machine
import Program
import Trace

/// A network card, as its driver knows it.
struct NetworkCard: Sendable {
  var device: DeviceID
  /// Nanoseconds from sending a call until its answer's interrupt.
  var latency: Int64
  /// Whether its next packet is lost.
  var losesNext = false
}

/// A file as the server has it.
struct RemoteFile: Sendable {
  var node: NodeConfiguration
  /// Its names, when it is a directory, and the positions of what they stand for.
  var names: [(name: [UInt8], file: Int)] = []
  /// Bytes of its content.
  var size: Int64
  /// Pages that clients have written.
  private var written: [Int64: [UInt8]] = [:]
  /// How much of the content that it had at first still counts.
  private var kept: Int64

  init(node: NodeConfiguration) {
    self.node = node
    size =
      switch node.content {
      case .directory: 4096
      case .bytes(let bytes): Int64(bytes.count)
      case .zeros(let size): size
      case .link(let target): Int64(target.utf8.count)
      }
    kept = size
  }

  /// A page, with zeros behind the end of the file.
  func page(_ index: Int64, pageBytes: Int) -> [UInt8] {
    if let page = written[index] { return page }
    var page = [UInt8](repeating: 0, count: pageBytes)
    guard case .bytes(let bytes) = node.content else { return page }
    let (start, overflow) = Int(index).multipliedReportingOverflow(by: pageBytes)
    let end = min(bytes.count, Int(kept))
    if !overflow, start >= 0, start < end {
      let part = bytes[start..<min(start + pageBytes, end)]
      page.replaceSubrange(0..<part.count, with: part)
    }
    return page
  }

  /// A client's WRITE of the beginning of a page.
  mutating func write(_ bytes: [UInt8], page index: Int64, pageBytes: Int) {
    var page = page(index, pageBytes: pageBytes)
    let count = min(bytes.count, pageBytes)
    page.replaceSubrange(0..<count, with: bytes.prefix(count))
    written[index] = page
    size = max(size, index &* Int64(pageBytes) &+ Int64(count))
  }

  /// A client's SETATTR of the size.
  mutating func truncate(to length: Int64, pageBytes: Int) {
    let bytes = Int64(pageBytes)
    if length < size {
      let last = length / bytes
      if length % bytes > 0 {
        var page = page(last, pageBytes: pageBytes)
        for offset in Int(length % bytes)..<pageBytes { page[offset] = 0 }
        written[last] = page
      }
      written = written.filter { $0.key * bytes < length }
      kept = min(kept, length)
    }
    size = length
  }
}

/// What a client asks of the server (RFC 1813).
enum RemoteProcedure: Int64, Sendable {
  case getattr
  case setattr
  case lookup
  case read
  case write
  case commit
  case create
  case mkdir
  case remove
  case rmdir

  /// The protocol's name.
  var name: String { "\(self)".uppercased() }
}

/// A remote procedure call that waits for its answer.
struct RemoteCall: Sendable {
  /// Its number, which the answer carries, too.
  var xid: UInt32
  var procedure: RemoteProcedure
  var fileSystem: Int
  /// The file's position at the server.
  var file: Int
  /// A name, with the mode of what is to be made above it; the page read or written; a new size.
  var argument: Int64
  /// Where a page read goes, or where one that is written comes from.
  var frame: FrameNumber?
  /// How many bytes are written.
  var count: Int64 = 0
  /// For whom it is made (AUTH_SYS).
  var uid: Int64 = 0
  var gid: Int64 = 0
  /// The bytes to write, once the card has fetched them.
  var content: [UInt8] = []
  /// The server's answer, from when it has carried the call out: a second copy of the call gets the
  /// same one (the server's duplicate request cache).
  var answer: Int64?
  /// The event of its last transmission.
  var cause = TraceEvent.noCause
  /// What the server says, once the answer has come.
  var result: Int64?
  /// Whether its time ran out.
  var isLate = false
}

/// Files of a server: calls over the network, the card's interrupts, and what waits for answers.
///
/// The server is another machine and not simulated: its answer is there after the card's latency.
extension Kernel {
  /// How long a call waits before it is sent again (timeo=11); doubled each time.
  static let callTimeout: Int64 = 1_100_000_000
  /// How long a card needs to fetch a packet.
  private static let sendTime: Int64 = 2_000
  /// Bytes of a call and of an answer's header.
  private static let messageBytes: Int64 = 128

  /// What the caller of a remote procedure waits for.
  private func key(ofCall xid: UInt32) -> Int64 { Int64.min / 2 + (1 << 41) + Int64(xid) }

  // MARK: - Mounting

  /// Mounts a server's files; of its root everything is known since the mount.
  mutating func mountRemote(_ system: FileSystem, _ position: Int, _ nodes: [NodeConfiguration]) {
    if nics.isEmpty {
      for (index, nic) in scenario.nics.enumerated() {
        nics.append(
          NetworkCard(
            device: DeviceID(rawValue: UInt32(1 + scenario.disks.count + index)),
            latency: max(0, nic.latency)))
      }
    }
    var system = system
    system.inodeCapacity = Int64.max
    var places: [String: Int] = [:]
    for (index, node) in nodes.enumerated() {
      places[node.path] = index
      system.remote.append(RemoteFile(node: node))
      guard !node.path.isEmpty else { continue }
      let parent = node.path.lastIndex(of: "/").map { String(node.path[..<$0]) } ?? ""
      let name = node.path.utf8.split(separator: 0x2F).last.map(Array.init) ?? []
      if let directory = places[parent] {
        system.remote[directory].names.append((name, index))
      }
    }
    fileSystems.append(system)
    let root = remoteInode(fileSystem: position, file: 0, parent: -1)
    fileSystems[position].root = root
    if inodes.indices.contains(root) { inodes[root].parent = root }
  }

  /// The inode of a server's file, made when it is first heard of.
  mutating func remoteInode(fileSystem: Int, file: Int, parent: Int) -> Int {
    let key = InodeKey(fileSystem: fileSystem, number: Int64(file) + 1)
    if let known = inodeHandles[key] { return known }
    guard fileSystems[fileSystem].remote.indices.contains(file) else { return -1 }
    let remote = fileSystems[fileSystem].remote[file]
    var inode = Inode(
      fileSystem: fileSystem, number: Int64(file) + 1, kind: .file,
      mode: remote.node.mode & 0o7777, uid: remote.node.uid, gid: remote.node.gid,
      size: remote.size, parent: parent)
    switch remote.node.content {
    case .directory:
      inode.kind = .directory
      inode.links =
        2
        + Int64(
          remote.names.count {
            fileSystems[fileSystem].remote[$0.file].node.content == .directory
          })
    case .bytes, .zeros: break
    case .link(let target):
      inode.kind = .link
      inode.target = Array(target.utf8)
    }
    inode.attributesTime = trace.now
    inodes.append(inode)
    inodeHandles[key] = inodes.count - 1
    return inodes.count - 1
  }

  /// Looks a name up without the machine noticing.
  mutating func lookUpQuietly(_ name: [UInt8], in directory: Int) -> Int? {
    let system = inodes[directory].fileSystem
    let file = Int(inodes[directory].number - 1)
    guard fileSystems[system].remote.indices.contains(file),
      let found = fileSystems[system].remote[file].names.first(where: { $0.name == name })
    else { return nil }
    return remoteInode(fileSystem: system, file: found.file, parent: directory)
  }

  // MARK: - What the file system asks

  /// x0: directory, x1: name; returns the inode. 0: ask. 1: answered.
  mutating func stepNfsLookup(_ f: Int) {
    let directory = Int(frames[f].x0)
    let name = StringID(rawValue: UInt32(truncatingIfNeeded: frames[f].x1))
    if frames[f].step == 0 {
      return call(
        f, then: 1, .rpcCall, Int64(directory), RemoteProcedure.lookup.rawValue, frames[f].x1, -1)
    }
    let file = tasks[current].returned
    let key = DentryKey(directory: directory, name: name)
    guard file >= 0 else {
      if file == Errno.ENOENT.returned { dentries[key] = -1 }
      trace.record(.findsName, object: name.rawValue, a: file)
      return finish(file)
    }
    let inode = remoteInode(
      fileSystem: inodes[directory].fileSystem, file: Int(file), parent: directory)
    guard inode >= 0 else { return finish(.EIO) }
    inodes[inode].attributesTime = trace.now
    dentries[key] = inode
    trace.record(.findsName, object: name.rawValue, a: inodes[inode].number)
    finish(Int64(inode))
  }

  /// Whether what is known of a file is from this very `open`; else the server is asked
  /// (close-to-open consistency), and the frame goes on with its step 0 again.
  mutating func attributesAreFresh(_ f: Int, _ inode: Int) -> Bool {
    let event = Int(tasks[current].callEvent)
    let start = trace.events.indices.contains(event) ? trace.events[event].time : trace.now
    let age = trace.now - inodes[inode].attributesTime
    let isFresh = inodes[inode].attributesTime >= start
    trace.record(.checksAttributes, object: number(of: inode), a: age, b: isFresh ? 1 : 0)
    if isFresh { return true }
    call(f, then: 0, .rpcCall, Int64(inode), RemoteProcedure.getattr.rawValue, 0, -1)
    return false
  }

  /// x0: inode, x1: page; x2: slot of the page, which is returned. 0: is it here, or on its way?
  /// 1: answered. 2: another task's call was answered. 3: memory was short.
  mutating func stepRemotePage(_ f: Int, inode: Int) {
    let page = frames[f].x1
    switch frames[f].step {
    case 1:
      let slot = Int(frames[f].x2)
      let count = tasks[current].returned
      cache.setUpToDate(slot, hasError: count < 0)
      let address = machine.memory.address(of: cache.pages[slot].frame)
      trace.record(.unlocksPage, a: address)
      wake(key: address)
      finish(count < 0 ? count : Int64(slot))
    case 3: tryAgain(f)
    default:
      if let found = cache.find(mapping: inode, index: page) {
        frames[f].x2 = Int64(found)
        if cache.pages[found].isUpToDate { return finish(Int64(found)) }
        if cache.pages[found].isLocked {
          return call(f, then: 2, .waitOnWriteback, Int64(found))
        }
        lockAgain(found)
      } else {
        guard let slot = insertLockedPage(mapping: inode, index: page) else {
          return call(f, then: 3, .shrink)
        }
        frames[f].x2 = Int64(slot)
      }
      call(
        f, then: 1, .rpcCall, Int64(inode), RemoteProcedure.read.rawValue, page, frames[f].x2)
    }
  }

  // MARK: - Writing

  /// The file behind an open file, when it is a server's and not all that was written has been sent.
  func unsentFile(_ file: Int) -> Int? {
    let inode = openFiles[file].inode
    guard fileSystems[inodes[inode].fileSystem].nic != nil,
      openFiles[file].flags & OpenFlags.accessModeMask != OpenFlags.readOnly,
      cache.hasDirtyPages(inode)
    else { return nil }
    return inode
  }

  /// x0: inode; x1: slot of the page that is sent, x2: how many were. Sends a server's file what was
  /// written to it. 0: which pages. 1: the next one, by WRITE. 2: answered. 3: the server is told to
  /// keep them, by COMMIT. 4: answered.
  mutating func stepNfsWritePages(_ f: Int) {
    let inode = Int(frames[f].x0)
    switch frames[f].step {
    case 0:
      tasks[current].writeList = cache.dirtyIndices(inode).sorted(by: >)
      frames[f].step = 1
    case 1:
      guard let index = tasks[current].writeList.popLast() else {
        frames[f].step = 3
        return
      }
      guard let slot = cache.find(mapping: inode, index: index), cache.pages[slot].isDirty,
        !cache.pages[slot].isLocked
      else { return }
      if cache.pages[slot].isWriteback {
        tasks[current].writeList.append(index)
        return call(f, then: 1, .waitOnWriteback, Int64(slot))
      }
      cache.beginWriteback(slot)
      // Who writes through a mapping from now on will be seen, and makes the page dirty again.
      protectEverywhere(cache.pages[slot].frame)
      trace.record(
        .writesBackPage, object: number(of: inode), a: index,
        b: machine.memory.address(of: cache.pages[slot].frame))
      frames[f].x1 = Int64(slot)
      call(
        f, then: 2, .rpcCall, frames[f].x0, RemoteProcedure.write.rawValue, index, frames[f].x1)
    case 2:
      let slot = Int(frames[f].x1)
      finishWriteback(slot, failed: tasks[current].returned < 0)
      wake(key: machine.memory.address(of: cache.pages[slot].frame))
      frames[f].x2 += 1
      frames[f].step = 1
    case 3:
      if let slot = cache.writebackSlot(ofMapping: inode) {
        return call(f, then: 3, .waitOnWriteback, Int64(slot))
      }
      guard frames[f].x2 > 0 else { return finish(0) }
      call(f, then: 4, .rpcCall, frames[f].x0, RemoteProcedure.commit.rawValue, 0, -1)
    default: finish(0)
    }
  }

  // MARK: - Remote procedure calls

  /// x0: inode, x1: procedure, x2: name or page, x3: slot for a page, or -1; x4: the call, x5: how
  /// often it was sent. Returns what the server says. 0: pack the message. 1: send it. 2: sleep until
  /// there is an answer, or time is up.
  mutating func stepRpcCall(_ f: Int) {
    let xid = UInt32(truncatingIfNeeded: frames[f].x4)
    let inode = Int(frames[f].x0)
    let system = inodes[inode].fileSystem
    guard let nic = fileSystems[system].nic, nics.indices.contains(nic) else {
      return finish(.EIO)
    }
    switch frames[f].step {
    case 0:
      let procedure = RemoteProcedure(rawValue: frames[f].x1) ?? .getattr
      let xid = nextRemoteCall
      nextRemoteCall += 1
      frames[f].x4 = Int64(xid)
      let slot = Int(frames[f].x3)
      var call = RemoteCall(
        xid: xid, procedure: procedure, fileSystem: system, file: Int(inodes[inode].number - 1),
        argument: frames[f].x2,
        frame: cache.pages.indices.contains(slot) ? cache.pages[slot].frame : nil)
      call.uid = tasks[current].uid
      call.gid = tasks[current].gids.first ?? 0
      if procedure == .write {
        let start = frames[f].x2 &* machine.architecture.pageBytes
        call.count = max(0, min(machine.architecture.pageBytes, inodes[inode].size &- start))
      }
      remoteCalls.append(call)
      let name = trace.strings.intern(procedure.name)
      trace.record(
        .marshalsCall, object: name.rawValue, a: Int64(xid), b: Self.messageBytes + call.count)
      frames[f].step = 1
    case 1:
      frames[f].x5 += 1
      call(f, then: 2, .netTransmitPacket, Int64(nic), frames[f].x4, frames[f].x5)
    default:
      guard let place = remoteCalls.firstIndex(where: { $0.xid == xid }) else {
        return finish(.EIO)
      }
      if let result = remoteCalls[place].result {
        remoteCalls.remove(at: place)
        inodes[inode].attributesTime = trace.now
        return finish(result)
      }
      if remoteCalls[place].isLate {
        remoteCalls[place].isLate = false
        trace.record(
          .retransmits, object: nics[nic].device.rawValue, a: Int64(xid), b: frames[f].x5 + 1)
        frames[f].step = 1
        return
      }
      sleep(
        on: WaitObject(.device, device: nics[nic].device), key: key(ofCall: xid),
        interruptible: false)
      call(f, then: 2, .schedule, 0)
    }
  }

  /// x0: card, x1: call, x2: how often it was sent. The card fetches the packet by itself.
  mutating func stepNetTransmitPacket(_ f: Int) {
    let nic = Int(frames[f].x0)
    let xid = UInt32(truncatingIfNeeded: frames[f].x1)
    guard let place = remoteCalls.firstIndex(where: { $0.xid == xid }) else { return finish(0) }
    let device = nics[nic].device.rawValue
    let count = remoteCalls[place].count
    if remoteCalls[place].procedure == .write, let frame = remoteCalls[place].frame {
      remoteCalls[place].content = machine.memory.bytes(
        at: machine.memory.address(of: frame), count: Int(count))
    }
    remoteCalls[place].cause = trace.record(
      .transmitsPacket, object: device, a: Int64(xid), b: Self.messageBytes + count)
    machine.queues[0].schedule(
      .packetSent, at: trace.now + Self.sendTime, payload: UInt32(nic))
    if nics[nic].losesNext {
      nics[nic].losesNext = false
      trace.record(.losesPacket, object: device, a: Int64(xid))
    } else {
      let (time, overflow) = trace.now.addingReportingOverflow(nics[nic].latency)
      machine.queues[0].schedule(
        .packet, at: overflow ? Int64.max - 1 : time, payload: xid)
    }
    let doublings = min(5, max(0, frames[f].x2 - 1))
    machine.queues[0].schedule(
      .kernelTimer, at: trace.now + Self.callTimeout << doublings, payload: xid)
    finish(0)
  }

  /// No answer has come in time: the caller sends the call again.
  mutating func remoteCallTimesOut(_ xid: UInt32) {
    guard let place = remoteCalls.firstIndex(where: { $0.xid == xid && $0.result == nil }) else {
      return
    }
    remoteCalls[place].isLate = true
    wake(key: key(ofCall: xid))
  }

  // MARK: - The card

  /// A packet has left: the card says so, for its memory.
  mutating func packetSent(_ nic: Int) {
    guard nics.indices.contains(nic) else { return }
    processors[cpu].sentPackets += 1
    takeInterrupt(
      device: nics[nic].device, payload: 0,
      cause: remoteCalls.last?.cause ?? TraceEvent.noCause)
  }

  /// The server's answer has come over the wire, and the card has put it into memory.
  mutating func answerArrives(_ xid: UInt32) {
    // An answer to a call that was answered before: it is a late copy.
    guard let place = remoteCalls.firstIndex(where: { $0.xid == xid && $0.result == nil }),
      let nic = fileSystems[remoteCalls[place].fileSystem].nic
    else { return }
    let answered = remoteCalls[place]
    let flow = trace.cause
    trace.cause = answered.cause
    let name = trace.strings.intern(answered.procedure.name)
    let result = answered.answer ?? serve(answered)
    remoteCalls[place].answer = result
    trace.record(.serverAnswers, object: name.rawValue, a: Int64(xid), b: min(0, result))
    let count = Self.messageBytes + (answered.procedure == .read ? max(0, result) : 0)
    let arrival = trace.record(
      .receivesPacket, object: nics[nic].device.rawValue, a: Int64(xid), b: count)
    trace.cause = flow
    processors[cpu].receivedPackets.append(xid)
    takeInterrupt(device: nics[nic].device, payload: Int64(xid), cause: arrival)
  }

  /// What the server, another machine, makes of a call.
  private mutating func serve(_ call: RemoteCall) -> Int64 {
    let (system, file) = (call.fileSystem, call.file)
    guard fileSystems[system].remote.indices.contains(file) else { return Errno.EIO.returned }
    let pageBytes = machine.memory.pageBytes
    func name() -> [UInt8] {
      Array(
        trace.strings[bytes: StringID(rawValue: UInt32(truncatingIfNeeded: call.argument))])
    }
    switch call.procedure {
    case .getattr, .commit: return 0
    case .setattr:
      fileSystems[system].remote[file].truncate(to: call.argument, pageBytes: pageBytes)
      return 0
    case .lookup:
      let name = name()
      let found = fileSystems[system].remote[file].names.first { $0.name == name }
      return found.map { Int64($0.file) } ?? Errno.ENOENT.returned
    case .read:
      let start = call.argument &* Int64(pageBytes)
      return max(0, min(Int64(pageBytes), fileSystems[system].remote[file].size - start))
    case .write:
      fileSystems[system].remote[file].write(
        call.content, page: call.argument, pageBytes: pageBytes)
      return Int64(call.content.count)
    case .create, .mkdir:
      let made = fileSystems[system].remote.count
      fileSystems[system].remote.append(
        RemoteFile(
          node: NodeConfiguration(
            path: "", content: call.procedure == .mkdir ? .directory : .bytes([]), uid: call.uid,
            gid: call.gid, mode: call.argument >> 32 & 0o7777)))
      fileSystems[system].remote[file].names.append((name(), made))
      return Int64(made)
    case .remove, .rmdir:
      let name = name()
      let files = fileSystems[system].remote
      guard let place = files[file].names.firstIndex(where: { $0.name == name }) else {
        return Errno.ENOENT.returned
      }
      if call.procedure == .rmdir, !files[files[file].names[place].file].names.isEmpty {
        return Errno.ENOTEMPTY.returned
      }
      fileSystems[system].remote[file].names.remove(at: place)
      return 0
    }
  }

  /// x0: device. 0: acknowledge; sending and receiving are left for later.
  mutating func stepNicInterrupt(_ f: Int) {
    let device = UInt32(truncatingIfNeeded: frames[f].x0)
    trace.record(.acknowledgesInterrupt, object: device)
    if processors[cpu].sentPackets > 0 { raise(.networkTransmit) }
    if !processors[cpu].receivedPackets.isEmpty { raise(.networkReceive) }
    finish(0)
  }

  /// 0: the packets that were sent need no memory any more.
  mutating func stepNetTransmit(_ f: Int) {
    processors[cpu].sentPackets = 0
    finish(0)
  }

  /// x0: the call that a packet answers. 0: the next packet; IP. 1: UDP. 2: RPC, which finds the call.
  mutating func stepNetReceive(_ f: Int) {
    func handUp(_ layer: String) {
      let name = trace.strings.intern(layer)
      trace.record(.handsUpPacket, object: name.rawValue, a: frames[f].x0)
    }
    switch frames[f].step {
    case 0:
      guard !processors[cpu].receivedPackets.isEmpty else { return finish(0) }
      frames[f].x0 = Int64(processors[cpu].receivedPackets.removeFirst())
      handUp("IP")
      frames[f].step = 1
    case 1:
      handUp("UDP")
      frames[f].step = 2
    default:
      handUp("RPC")
      frames[f].step = 0
      let xid = UInt32(truncatingIfNeeded: frames[f].x0)
      guard let place = remoteCalls.firstIndex(where: { $0.xid == xid && $0.result == nil }) else {
        return
      }
      let answered = remoteCalls[place]
      let result = answered.answer ?? Errno.EIO.returned
      remoteCalls[place].result = result
      if answered.procedure == .read, result >= 0, let frame = answered.frame {
        let file = fileSystems[answered.fileSystem].remote[answered.file]
        machine.memory.store(
          bytes: file.page(answered.argument, pageBytes: machine.memory.pageBytes),
          at: machine.memory.address(of: frame))
      }
      machine.queues[0].remove { $0.kind == .kernelTimer && $0.payload == xid }
      wake(key: key(ofCall: xid))
    }
  }
}
