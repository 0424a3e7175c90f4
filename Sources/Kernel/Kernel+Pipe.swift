import Catalogue
import Machine
import Program
import Trace

/// A pipe's content and who has its ends open.
struct Pipe: Sendable {
  /// A page of it.
  struct Slot: Sendable {
    var frame: FrameNumber
    /// Where in the page what is left begins, and how many bytes it is.
    var offset: Int64 = 0
    var count: Int64 = 0
  }

  /// What was written and not yet read, the oldest first.
  var slots: [Slot] = []
  /// How many slots there can be: 16, unless F_SETPIPE_SZ has changed that.
  var capacity = 16
  /// Open file descriptions of each end.
  var readers = 1
  var writers = 1

  /// Bytes that it holds.
  var held: Int64 { slots.reduce(0) { $0 + $1.count } }
}

/// Pipes: a row of pages between two open files (fs/pipe.c).
extension Kernel {
  /// What readers and writers of a pipe wait for.
  private static func readKey(_ inode: Int) -> Int64 { Int64.min / 8 + Int64(inode) * 2 }
  private static func writeKey(_ inode: Int) -> Int64 { Int64.min / 8 + Int64(inode) * 2 + 1 }

  /// x0: where the two descriptors go. 1: done.
  mutating func stepSysPipe(_ f: Int) {
    guard frames[f].step == 0 else { return finish(tasks[current].returned) }
    call(f, then: 1, .doPipe2, frames[f].x0, 0)
  }

  /// x0: where the two descriptors go, x1: flags. 1: done.
  mutating func stepSysPipe2(_ f: Int) {
    guard frames[f].step == 0 else { return finish(tasks[current].returned) }
    call(f, then: 1, .doPipe2, frames[f].x0, frames[f].x1)
  }

  /// x0: where the two descriptors go, x1: flags; x2 and x3: the descriptors, x4: the inode.
  /// 0: make the pipe and tell its descriptors. 1: they are written.
  mutating func stepDoPipe2(_ f: Int) {
    let flags = Int64(Int32(truncatingIfNeeded: frames[f].x1))
    guard frames[f].step == 0 else {
      let (reader, writer) = (Int(frames[f].x2), Int(frames[f].x3))
      let inode = Int(frames[f].x4)
      guard tasks[current].returned == 0 else {
        // Nobody has seen the numbers: both ends go.
        tasks[current].descriptors[reader] = -1
        tasks[current].descriptors[writer] = -1
        pipes[inode] = nil
        freePipeInodes.append(inode)
        return finish(.EFAULT)
      }
      let status = flags & OpenFlags.nonBlocking
      for (descriptor, access) in [
        (reader, OpenFlags.readOnly), (writer, OpenFlags.writeOnly),
      ] {
        let file = addOpenFile(OpenFile(inode: inode, flags: access | status, references: 1))
        tasks[current].descriptors[descriptor] = Int32(truncatingIfNeeded: file)
        setCloseOnExec(descriptor, flags & OpenFlags.closeOnExec != 0)
        trace.record(
          .installsDescriptor, object: number(of: inode), a: Int64(descriptor),
          b: Int64(file))
      }
      trace.record(
        .createsPipe, object: number(of: inode), a: Int64(reader), b: Int64(writer))
      return finish(0)
    }
    guard flags & ~(OpenFlags.closeOnExec | OpenFlags.nonBlocking) == 0 else {
      return finish(.EINVAL)
    }
    guard let reader = reserveDescriptor(from: 0) else { return finish(.EMFILE) }
    guard let writer = reserveDescriptor(from: 0) else {
      tasks[current].descriptors[reader] = -1
      return finish(.EMFILE)
    }
    let inode = freePipeInodes.popLast() ?? makePipeInode()
    inodes[inode].uid = tasks[current].uid
    pipes[inode] = Pipe()
    frames[f].x2 = Int64(reader)
    frames[f].x3 = Int64(writer)
    frames[f].x4 = Int64(inode)
    // Two numbers of 4 bytes.
    copyStructure(f, then: 1, [Int64(writer) << 32 | Int64(reader)], to: frames[f].x0)
  }

  private mutating func makePipeInode() -> Int {
    inodes.append(
      Inode(
        fileSystem: 0, number: Int64(inodes.count), kind: .pipe, mode: 0o600, uid: 0, gid: 0,
        size: 0, parent: fileSystems.first?.root ?? 0))
    return inodes.count - 1
  }

  /// Makes an open file description, in a place that is free.
  mutating func addOpenFile(_ file: OpenFile) -> Int {
    if let free = openFiles.indices.first(where: { openFiles[$0].references == 0 && $0 > 0 }) {
      openFiles[free] = file
      return free
    }
    openFiles.append(file)
    return openFiles.count - 1
  }

  /// A descriptor less stands for an open file. With the last one, an end of a pipe is closed.
  mutating func release(file: Int) {
    openFiles[file].references -= 1
    let inode = openFiles[file].inode
    if openFiles[file].references == 0, inodes[inode].kind == .device { noteRelease(of: inode) }
    guard openFiles[file].references == 0, inodes[inode].kind == .pipe, pipes[inode] != nil else {
      return
    }
    if openFiles[file].flags & OpenFlags.accessModeMask == OpenFlags.readOnly {
      pipes[inode]?.readers -= 1
    } else {
      pipes[inode]?.writers -= 1
    }
    // Readers find the end of the file, writers nobody to read.
    wake(key: Self.readKey(inode))
    wake(key: Self.writeKey(inode))
    guard let pipe = pipes[inode], pipe.readers == 0, pipe.writers == 0 else { return }
    for slot in pipe.slots { release(slot.frame) }
    pipes[inode] = nil
    freePipeInodes.append(inode)
  }

  /// x0: open file, x1: buffer, x2: bytes still wanted; x3: bytes done, x4: bytes of this copy.
  /// 0: look. 1: a page's part is copied. 2: awake again.
  mutating func stepPipeRead(_ f: Int) {
    let inode = openFiles[Int(frames[f].x0)].inode
    let done = frames[f].x3
    if frames[f].step == 1 {
      let left = tasks[current].returned
      let copied = frames[f].x4 - left
      frames[f].x1 &+= copied
      frames[f].x2 -= copied
      frames[f].x3 += copied
      drain(inode, copied)
      if left > 0 {
        return endPipe(inode, frames[f].x3 > 0 ? frames[f].x3 : Errno.EFAULT.returned)
      }
      frames[f].step = 0
      return
    }
    frames[f].step = 0
    guard frames[f].x2 > 0 else { return endPipe(inode, done) }
    guard lock(f, .inode(inode)) else { return }
    guard let pipe = pipes[inode] else { return endPipe(inode, 0) }
    if let slot = pipe.slots.first {
      let count = min(slot.count, frames[f].x2)
      frames[f].x4 = count
      return call(
        f, then: 1, .copyToUser, frames[f].x1, machine.memory.address(of: slot.frame) + slot.offset,
        count)
    }
    // What is there is given at once; only an empty pipe makes readers wait.
    if done > 0 || pipe.writers == 0 { return endPipe(inode, done) }
    if openFiles[Int(frames[f].x0)].flags & OpenFlags.nonBlocking != 0 {
      return endPipe(inode, Errno.EAGAIN.returned)
    }
    if signalIsPending { return endPipe(inode, Interrupted.restart) }
    unlock(.inode(inode))
    sleep(on: WaitObject(.pipe), key: Self.readKey(inode), interruptible: true)
    call(f, then: 2, .schedule, 0)
  }

  /// Takes bytes out of a pipe's first page; an empty page is free.
  private mutating func drain(_ inode: Int, _ count: Int64) {
    guard count > 0, var slot = pipes[inode]?.slots.first else { return }
    slot.offset += count
    slot.count -= count
    if slot.count > 0 {
      pipes[inode]?.slots[0] = slot
    } else {
      pipes[inode]?.slots.removeFirst()
      release(slot.frame)
    }
    trace.record(
      .drainsPipe, object: number(of: inode), a: count, b: pipes[inode]?.held ?? 0)
    if slot.count == 0 { wake(key: Self.writeKey(inode)) }
  }

  private mutating func endPipe(_ inode: Int, _ result: Int64) {
    unlock(.inode(inode))
    finish(result)
  }

  /// x0: open file, x1: buffer, x2: bytes still to write; x3: bytes done, x4: bytes of this copy,
  /// x5: 1 when the copy goes behind the last page's bytes, x6: a page for it. 0: look. 1: copied.
  /// 2: awake again.
  mutating func stepPipeWrite(_ f: Int) {
    let inode = openFiles[Int(frames[f].x0)].inode
    let done = frames[f].x3
    if frames[f].step == 1 { return pipeIsCopied(f, inode) }
    frames[f].step = 0
    guard frames[f].x2 > 0 else { return endPipe(inode, done) }
    guard lock(f, .inode(inode)) else { return }
    guard let pipe = pipes[inode], pipe.readers > 0 else {
      send(
        SignalInfo(
          signal: .SIGPIPE, code: .SI_USER, pid: tasks[current].pid, uid: tasks[current].uid),
        to: current)
      return endPipe(inode, done > 0 ? done : Errno.EPIPE.returned)
    }
    let pageBytes = machine.architecture.pageBytes
    let rest = frames[f].x2 % pageBytes
    if done == 0, frames[f].x5 == 0, rest > 0, let last = pipe.slots.last,
      last.offset + last.count + rest <= pageBytes
    {
      // What does not fill pages goes behind what is in the last one.
      frames[f].x5 = 1
      frames[f].x4 = rest
      return call(
        f, then: 1, .copyFromUser, frames[f].x1, rest,
        machine.memory.address(of: last.frame) + last.offset + last.count)
    }
    frames[f].x5 = 2
    if pipe.slots.count < pipe.capacity {
      guard let frame = takeFrame() else {
        return endPipe(inode, done > 0 ? done : Errno.ENOMEM.returned)
      }
      let count = min(frames[f].x2, pageBytes)
      frames[f].x4 = count
      frames[f].x6 = Int64(frame.rawValue)
      return call(
        f, then: 1, .copyFromUser, frames[f].x1, count, machine.memory.address(of: frame))
    }
    if openFiles[Int(frames[f].x0)].flags & OpenFlags.nonBlocking != 0 {
      return endPipe(inode, done > 0 ? done : Errno.EAGAIN.returned)
    }
    if signalIsPending { return endPipe(inode, done > 0 ? done : Interrupted.restart) }
    unlock(.inode(inode))
    sleep(on: WaitObject(.pipe), key: Self.writeKey(inode), interruptible: true)
    call(f, then: 2, .schedule, 0)
  }

  /// Bytes have come from user memory into a page of a pipe, or into one that it gets.
  private mutating func pipeIsCopied(_ f: Int, _ inode: Int) {
    let failed = tasks[current].returned > 0
    let copied = frames[f].x4 - tasks[current].returned
    let frame = FrameNumber(rawValue: Int32(truncatingIfNeeded: frames[f].x6))
    if frames[f].x5 == 1 {
      // All or nothing: of what was copied only in part the reader sees nothing.
      if failed { return endPipe(inode, Errno.EFAULT.returned) }
      if let last = pipes[inode]?.slots.indices.last { pipes[inode]?.slots[last].count += copied }
    } else if failed || pipes[inode] == nil {
      release(frame)
      let done = frames[f].x3
      return endPipe(inode, done > 0 ? done : Errno.EFAULT.returned)
    } else {
      pipes[inode]?.slots.append(Pipe.Slot(frame: frame, count: copied))
    }
    frames[f].x1 &+= copied
    frames[f].x2 -= copied
    frames[f].x3 += copied
    trace.record(.fillsPipe, object: number(of: inode), a: copied, b: pipes[inode]?.held ?? 0)
    wake(key: Self.readKey(inode))
    frames[f].step = 0
  }

  /// `F_SETPIPE_SZ`: a power of two of pages, never less than what is in use.
  mutating func resizePipe(_ inode: Int, to bytes: Int64) {
    guard let pipe = pipes[inode] else { return finish(.EBADF) }
    let pageBytes = machine.architecture.pageBytes
    guard bytes >= 0, bytes <= Int64(Int32.max) else { return finish(.EINVAL) }
    var pages: Int64 = 1
    while pages * pageBytes < bytes { pages *= 2 }
    // /proc/sys/fs/pipe-max-size, which binds all but root.
    if pages * pageBytes > 1 << 20, tasks[current].uid != 0 { return finish(.EPERM) }
    guard pages >= Int64(pipe.slots.count) else { return finish(.EBUSY) }
    pipes[inode]?.capacity = Int(pages)
    wake(key: Self.writeKey(inode))
    finish(pages * pageBytes)
  }

  /// `F_GETPIPE_SZ`.
  func pipeBytes(_ inode: Int) -> Int64 {
    Int64(pipes[inode]?.capacity ?? 0) * machine.architecture.pageBytes
  }
}
