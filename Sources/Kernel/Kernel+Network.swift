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
  var size: Int64 {
    switch node.content {
    case .directory: 4096
    case .bytes(let bytes): Int64(bytes.count)
    case .zeros(let size): size
    case .link(let target): Int64(target.utf8.count)
    }
  }
}

/// What a client asks of the server (RFC 1813).
enum RemoteProcedure: Int64, Sendable {
  case getattr
  case lookup
  case read

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
  /// The name looked up, or the page read.
  var argument: Int64
  /// Where a page read goes.
  var frame: FrameNumber?
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
    system.isReadOnly = true
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
  private mutating func remoteInode(fileSystem: Int, file: Int, parent: Int) -> Int {
    let key = InodeKey(fileSystem: fileSystem, number: Int64(file) + 1)
    if let known = inodeHandles[key] { return known }
    guard fileSystems[fileSystem].remote.indices.contains(file) else { return -1 }
    let remote = fileSystems[fileSystem].remote[file]
    var inode = Inode(
      fileSystem: fileSystem, number: Int64(file) + 1, kind: .file,
      mode: remote.node.mode & 0o7777, uid: remote.node.uid, gid: remote.node.gid,
      size: remote.size, parent: parent)
    switch remote.node.content {
    case .directory: inode.kind = .directory
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
  mutating func lookUpQuietly(_ name: some Sequence<UInt8>, in directory: Int) -> Int? {
    let system = inodes[directory].fileSystem
    let file = Int(inodes[directory].number - 1)
    guard fileSystems[system].remote.indices.contains(file),
      let found = fileSystems[system].remote[file].names.first(where: {
        $0.name.elementsEqual(name)
      })
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
      remoteCalls.append(
        RemoteCall(
          xid: xid, procedure: procedure, fileSystem: system, file: Int(inodes[inode].number - 1),
          argument: frames[f].x2,
          frame: cache.pages.indices.contains(slot) ? cache.pages[slot].frame : nil))
      let name = trace.strings.intern(procedure.name)
      trace.record(
        .marshalsCall, object: name.rawValue, a: Int64(xid), b: Self.messageBytes)
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
    remoteCalls[place].cause = trace.record(
      .transmitsPacket, object: device, a: Int64(xid), b: Self.messageBytes)
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
    let result = serve(answered)
    trace.record(.serverAnswers, object: name.rawValue, a: Int64(xid), b: min(0, result))
    let count = Self.messageBytes + (answered.procedure == .read ? max(0, result) : 0)
    let arrival = trace.record(
      .receivesPacket, object: nics[nic].device.rawValue, a: Int64(xid), b: count)
    trace.cause = flow
    processors[cpu].receivedPackets.append(xid)
    takeInterrupt(device: nics[nic].device, payload: Int64(xid), cause: arrival)
  }

  /// What the server, another machine, makes of a call.
  private func serve(_ call: RemoteCall) -> Int64 {
    let files = fileSystems[call.fileSystem].remote
    guard files.indices.contains(call.file) else { return Errno.EIO.returned }
    switch call.procedure {
    case .getattr: return 0
    case .lookup:
      let name = trace.strings[bytes: StringID(rawValue: UInt32(truncatingIfNeeded: call.argument))]
      let found = files[call.file].names.first { $0.name.elementsEqual(name) }
      return found.map { Int64($0.file) } ?? Errno.ENOENT.returned
    case .read:
      let start = call.argument &* machine.architecture.pageBytes
      return max(0, min(machine.architecture.pageBytes, files[call.file].size - start))
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
      let result = serve(answered)
      remoteCalls[place].result = result
      if answered.procedure == .read, result >= 0, let frame = answered.frame {
        machine.memory.store(
          bytes: remotePage(answered), at: machine.memory.address(of: frame))
      }
      machine.queues[0].remove { $0.kind == .kernelTimer && $0.payload == xid }
      wake(key: key(ofCall: xid))
    }
  }

  /// The bytes of a page that was read, with zeros behind the end of the file.
  private func remotePage(_ call: RemoteCall) -> [UInt8] {
    let pageBytes = machine.memory.pageBytes
    var page = [UInt8](repeating: 0, count: pageBytes)
    guard case .bytes(let bytes) = fileSystems[call.fileSystem].remote[call.file].node.content
    else { return page }
    let (start, overflow) = Int(call.argument).multipliedReportingOverflow(by: pageBytes)
    if !overflow, start >= 0, start < bytes.count {
      let part = bytes[start..<min(start + pageBytes, bytes.count)]
      page.replaceSubrange(0..<part.count, with: part)
    }
    return page
  }
}
