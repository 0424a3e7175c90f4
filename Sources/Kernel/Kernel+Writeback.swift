import Catalogue
import Machine
import Program
import Trace

/// Dirty pages on their way to the disk: `fsync`, `sync`, and the thread that flushes.
///
/// A page under write-back counts as clean: what changes it meanwhile makes it dirty again. Data is
/// written before the inodes that speak of it (data=ordered). A failed write-back is told once to
/// each open file description, by its next `fsync` (errseq_t); the page stays clean, as in Linux.
extension Kernel {
  /// How long a page may be dirty before the flusher looks (dirty_writeback_centisecs).
  static let flushInterval: Int64 = 5_000_000_000
  /// Blocks of one request at most.
  static let requestBlocks = 32
  /// What the flusher waits for when it has nothing to do.
  private static let flusherKey = Int64.min + 1
  private static let flusherPID: Int64 = 10

  // MARK: - What is dirty

  /// Whether what is dirty in a mapping has a place outside of memory.
  func hasBackingStore(_ mapping: Int) -> Bool {
    mapping < 0 ? mapping > PageCache.detachedMapping : backingDevice(ofMapping: mapping) != nil
  }

  /// The device behind a mapping; `nil` for files in memory.
  func backingDevice(ofMapping mapping: Int) -> DeviceID? {
    if mapping == PageCache.swapMapping { return swap.map { device(ofDisk: $0.disk) } }
    if mapping < 0 { return device(ofDisk: -1 - mapping) }
    guard inodes.indices.contains(mapping) else { return nil }
    let system = fileSystems[inodes[mapping].fileSystem]
    if let nic = system.nic, nics.indices.contains(nic) { return nics[nic].device }
    return system.disk.map { DeviceID(rawValue: UInt32($0 + 1)) }
  }

  /// A page has changed in memory.
  mutating func markDirty(_ slot: Int) {
    cache.setDirty(slot)
    noteDirty(cache.pages[slot].mapping)
  }

  /// What the disk says of a file is old.
  mutating func markInodeDirty(_ inode: Int) {
    inodes[inode].isDirty = true
    noteDirty(inode)
  }

  private mutating func noteDirty(_ mapping: Int) {
    guard hasBackingStore(mapping), !dirtyMappings.contains(mapping) else { return }
    dirtyMappings.append(mapping)
    if flushDeadline == nil, !flushTimerIsPending {
      flushDeadline = trace.now + Self.flushInterval
    }
  }

  /// Takes a mapping off the list when nothing in it is dirty any more.
  private mutating func settle(_ mapping: Int) {
    if mapping >= 0 {
      evictIfUnused(mapping)
      // A server knows the sizes of its files from what is written to them.
      if fileSystems[inodes[mapping].fileSystem].disk == nil { inodes[mapping].isDirty = false }
      if inodes[mapping].isDirty { return }
    }
    if cache.hasDirtyPages(mapping) { return }
    dirtyMappings.removeAll { $0 == mapping }
  }

  // MARK: - The flusher

  /// The time has come that the flusher is to look: from now on the timer is one like all others.
  mutating func armFlushTimer(at time: Int64) {
    flushDeadline = nil
    flushTimerIsPending = true
    machine.queues[0].schedule(.kernelTimer, at: max(time, trace.now), payload: 0)
  }

  /// 0: the next timer that is due.
  mutating func stepRunTimers(_ f: Int) {
    guard !processors[cpu].dueKernelTimers.isEmpty else { return finish(0) }
    let timer = processors[cpu].dueKernelTimers.removeFirst()
    if timer == 0 {
      flushTimerIsPending = false
      wakeFlusher()
    } else {
      remoteCallTimesOut(timer)
    }
  }

  /// Makes the flusher look for dirty pages; the thread is made when there is work for it.
  mutating func wakeFlusher() {
    guard let task = flusherTask else {
      flusherTask = startKernelThread("kworker/flush", pid: Self.flusherPID)
      return
    }
    if tasks[task].condition == .sleeping, tasks[task].waitKey == Self.flusherKey {
      wake(task: task)
    }
  }

  /// Makes a task that lives in the kernel alone. Its stack lies in the kernel's own memory.
  private mutating func startKernelThread(_ name: String, pid: Int64) -> Int {
    let task = tasks.count
    var thread = KernelTask()
    thread.pid = pid
    thread.program = -1
    thread.isKernelThread = true
    thread.root = machine.kernelRoot
    thread.condition = .runnable
    thread.cpu = cpu
    thread.kernelStackTop = Int64(
      bitPattern: machine.architecture.directMapBase
        &+ UInt64(machine.architecture.pageBytes) &* 48)
    tasks.append(thread)
    taskNames.append(TraceTask(name: name, pid: pid, program: -1))
    frames += [KernelFrame](repeating: KernelFrame(), count: Self.stackFrames)
    let text = trace.strings.intern(name)
    let flow = trace.cause
    let start = trace.record(
      .kernelThreadStarts, about: TaskID(rawValue: UInt16(clamping: task)), depth: 0,
      object: text.rawValue, a: pid)
    trace.cause = flow
    tasks[task].flow = start
    tasks[task].wakeEvent = start
    enqueue(task, isNew: true)
    return task
  }

  /// 0: write all that is dirty. 1: sleep until there is more.
  mutating func stepFlusher(_ f: Int) {
    if frames[f].step == 0 { return call(f, then: 1, .writebackAll, 0, -1) }
    // On another CPU somebody may have begun to wait for pages since the last look at them.
    if tasks.contains(where: { $0.condition == .sleeping && $0.waitKey == Self.shrinkKey }) {
      frames[f].step = 0
      return
    }
    if !dirtyMappings.isEmpty, flushDeadline == nil, !flushTimerIsPending {
      flushDeadline = trace.now + Self.flushInterval
    }
    sleep(
      on: WaitObject(.timer, device: .timer), key: Self.flusherKey, interruptible: true)
    call(f, then: 0, .schedule, 0)
  }

  // MARK: - Write-back

  /// x0: 1 to wait for each, x1: the file done last, -1 at first; x2: the disk that is next.
  /// 0: the next file. 1: its inode. 2: done with it. 3: the next disk's own blocks.
  mutating func stepWritebackAll(_ f: Int) {
    switch frames[f].step {
    case 0:
      guard let next = dirtyMappings.filter({ Int64($0) > frames[f].x1 && $0 >= 0 }).min() else {
        frames[f].step = 3
        return
      }
      frames[f].x1 = Int64(next)
      call(f, then: 1, .writePages, frames[f].x1, frames[f].x0)
    case 1:
      let inode = Int(frames[f].x1)
      if inodes[inode].isDirty, fileSystems[inodes[inode].fileSystem].disk != nil {
        call(f, then: 2, .writeInode, frames[f].x1)
      } else {
        frames[f].step = 2
      }
    case 2:
      settle(Int(frames[f].x1))
      frames[f].step = 0
    default:
      let disk = Int(frames[f].x2)
      guard machine.disks.indices.contains(disk) else {
        wake(key: Self.shrinkKey)
        return finish(0)
      }
      frames[f].x2 += 1
      let mapping = PageCache.deviceMapping(disk)
      if dirtyMappings.contains(mapping) {
        call(f, then: 3, .writePages, Int64(mapping), frames[f].x0)
      }
    }
  }

  /// x0: mapping, x1: 1 to wait until all is on the disk. 0: which pages are dirty. 1: send some that
  /// follow each other. 2: wait for one that is on its way.
  mutating func stepWritePages(_ f: Int) {
    let mapping = Int(frames[f].x0)
    if mapping >= 0, fileSystems[inodes[mapping].fileSystem].nic != nil {
      guard frames[f].step == 0 else {
        settle(mapping)
        return finish(0)
      }
      return call(f, then: 1, .nfsWritePages, frames[f].x0)
    }
    switch frames[f].step {
    case 0:
      tasks[current].writeList = cache.dirtyIndices(mapping).sorted(by: >)
      frames[f].step = 1
    case 1:
      guard let index = tasks[current].writeList.popLast() else {
        if frames[f].x1 != 0 {
          frames[f].step = 2
        } else {
          settle(mapping)
          finish(0)
        }
        return
      }
      guard let slot = cache.find(mapping: mapping, index: index), cache.pages[slot].isDirty,
        !cache.pages[slot].isLocked
      else { return }
      if cache.pages[slot].isWriteback {
        guard frames[f].x1 != 0 else { return }
        tasks[current].writeList.append(index)
        return call(f, then: 1, .waitOnWriteback, Int64(slot))
      }
      writeRun(f, mapping: mapping, from: index)
    default:
      guard let slot = cache.writebackSlot(ofMapping: mapping) else {
        settle(mapping)
        return finish(0)
      }
      call(f, then: 2, .waitOnWriteback, Int64(slot))
    }
  }

  /// Sends the dirty pages from one on whose blocks follow each other, in one request.
  private mutating func writeRun(_ f: Int, mapping: Int, from first: Int64) {
    let disk =
      mapping < 0 ? -1 - mapping : fileSystems[inodes[mapping].fileSystem].disk ?? -1
    guard machine.disks.indices.contains(disk) else { return }
    let name = mapping < 0 ? 0 : number(of: mapping)
    var parts: [DiskRequest.Part] = []
    var firstBlock: Int64 = 0
    var index = first
    while parts.count < Self.requestBlocks {
      guard let slot = cache.find(mapping: mapping, index: index), cache.pages[slot].isDirty,
        !cache.pages[slot].isLocked, !cache.pages[slot].isWriteback
      else { break }
      guard let block = mapping < 0 ? index : blockForWriting(inode: mapping, slot: slot) else {
        // Nothing was promised and nothing is free: the page is given up, and fsync will tell.
        cache.beginWriteback(slot)
        cache.endWriteback(slot)
        inodes[mapping].writeErrors += 1
        trace.record(
          .finishesWriteback, object: name, a: index, b: Errno.ENOSPC.returned)
        break
      }
      if parts.isEmpty { firstBlock = block }
      guard block == firstBlock + Int64(parts.count) else { break }
      let frame = cache.pages[slot].frame
      cache.beginWriteback(slot)
      // Who writes through a mapping from now on will be seen, and makes the page dirty again.
      protectEverywhere(frame)
      trace.record(
        .writesBackPage, object: name, a: index, b: machine.memory.address(of: frame))
      parts.append(DiskRequest.Part(frame: frame, slot: slot))
      if index > first { tasks[current].writeList.removeLast() }
      index += 1
      guard tasks[current].writeList.last == index else { break }
    }
    guard !parts.isEmpty else { return }
    wake(key: Self.shrinkKey)
    submit(f, then: 1, disk: disk, block: firstBlock, isWrite: true, parts)
  }

  /// The block behind a page that is about to be written; chosen now if it has none yet.
  private mutating func blockForWriting(inode: Int, slot: Int) -> Int64? {
    let page = cache.pages[slot].index
    if let block = inodes[inode].block(ofPage: page) { return block }
    let system = inodes[inode].fileSystem
    guard cache.pages[slot].hasPromise || fileSystems[system].freeBlocks > 0 else { return nil }
    if !cache.pages[slot].hasPromise { fileSystems[system].freeBlocks -= 1 }
    cache.setPromise(slot, false)
    let block = fileSystems[system].takeBlock()
    inodes[inode].setBlock(block, ofPage: page)
    markInodeDirty(inode)
    trace.record(.allocatesBlock, object: number(of: inode), a: page, b: block)
    return block
  }

  /// x0: slot. 0: sleep while the page is locked or on its way. 1: awake again.
  mutating func stepWaitOnWriteback(_ f: Int) {
    let slot = Int(frames[f].x0)
    guard frames[f].step == 0, cache.pages.indices.contains(slot),
      cache.pages[slot].isWriteback || cache.pages[slot].isLocked,
      let device = backingDevice(ofMapping: cache.pages[slot].mapping)
    else { return finish(0) }
    sleep(
      on: WaitObject(.device, device: device),
      key: machine.memory.address(of: cache.pages[slot].frame), interruptible: false)
    call(f, then: 1, .schedule, 0)
  }

  /// x0: inode. 0: fetch the block that holds it. 1: change the block; it is dirty now.
  mutating func stepWriteInode(_ f: Int) {
    let inode = Int(frames[f].x0)
    let (block, offset) = inodePlace(
      fileSystem: inodes[inode].fileSystem, number: inodes[inode].number)
    guard frames[f].step == 1 else {
      return call(f, then: 1, .readBlock, Int64(inodes[inode].fileSystem), block)
    }
    let slot = tasks[current].returned
    guard slot >= 0 else { return finish(slot) }
    let node = inodes[inode]
    let kind: Int64 =
      switch node.kind {
      case .directory: Ext4.modeDirectory
      case .link: Ext4.modeLink
      case .file, .console, .null, .zero, .line, .pipe, .device, .proc: Ext4.modeFile
      }
    let bytes =
      node.links > 0
      ? Ext4.encode(
        Ext4.Record(
          mode: kind | node.mode, uid: node.uid, gid: node.gid, size: node.size,
          extents: node.extents, target: node.target, links: node.links))
      : [UInt8](repeating: 0, count: Ext4.inodeBytes)
    machine.memory.store(
      bytes: bytes,
      at: machine.memory.address(of: cache.pages[Int(slot)].frame) + Int64(offset))
    inodes[inode].isDirty = false
    markDirty(Int(slot))
    trace.record(.updatesInode, object: number(of: inode), a: node.size, b: block)
    finish(0)
  }

  // MARK: - Calls

  /// x0: descriptor, x1: inode, x2: open file. 0: the file's pages. 1: its inode. 2: the disk's own
  /// blocks. 3: has anything failed?
  mutating func stepSysFsync(_ f: Int) {
    switch frames[f].step {
    case 0:
      guard let file = openFile(frames[f].x0) else { return finish(.EBADF) }
      let inode = openFiles[file].inode
      guard inodes[inode].kind == .file || inodes[inode].kind == .directory else {
        return finish(.EINVAL)
      }
      guard hasBackingStore(inode) else { return finish(0) }
      frames[f].x1 = Int64(inode)
      frames[f].x2 = Int64(file)
      call(f, then: 1, .writePages, Int64(inode), 1)
    case 1:
      let inode = Int(frames[f].x1)
      if inodes[inode].isDirty, fileSystems[inodes[inode].fileSystem].disk != nil {
        call(f, then: 2, .writeInode, frames[f].x1)
      } else {
        tasks[current].returned = 0
        frames[f].step = 2
      }
    case 2:
      guard tasks[current].returned >= 0 else { return finish(tasks[current].returned) }
      let inode = Int(frames[f].x1)
      settle(inode)
      if let disk = fileSystems[inodes[inode].fileSystem].disk,
        dirtyMappings.contains(PageCache.deviceMapping(disk))
      {
        call(f, then: 3, .writePages, Int64(PageCache.deviceMapping(disk)), 1)
      } else {
        frames[f].step = 3
      }
    default:
      let file = Int(frames[f].x2)
      let errors = inodes[Int(frames[f].x1)].writeErrors
      let isNews = openFiles[file].writeErrorsSeen < errors
      openFiles[file].writeErrorsSeen = errors
      if isNews { finish(.EIO) } else { finish(0) }
    }
  }

  /// 0: all that is dirty, and wait. 1: done.
  mutating func stepSysSync(_ f: Int) {
    guard frames[f].step == 0 else { return finish(0) }
    call(f, then: 1, .writebackAll, 1, -1)
  }

  // MARK: - Size

  /// x0: inode, x1: the new size; x2: 1 when its server knows. 0: wait for pages on their way, make
  /// the last page's rest zeros, then cut. 1: the last page was read, or the server has answered.
  mutating func stepTruncateInode(_ f: Int) {
    let inode = Int(frames[f].x0)
    let size = frames[f].x1
    let pageBytes = machine.architecture.pageBytes
    guard lock(f, .inode(inode)) else { return }
    if frames[f].step == 1 {
      guard tasks[current].returned >= 0 else {
        unlock(.inode(inode))
        return finish(tasks[current].returned)
      }
      frames[f].step = 0
    }
    if fileSystems[inodes[inode].fileSystem].nic != nil, frames[f].x2 == 0 {
      frames[f].x2 = 1
      return call(
        f, then: 1, .rpcCall, frames[f].x0, RemoteProcedure.setattr.rawValue, size, -1)
    }
    let last = size / pageBytes
    let within = size % pageBytes
    if size < inodes[inode].size {
      for slot in cache.slots(mapping: inode, from: last)
      where cache.pages[slot].isLocked || cache.pages[slot].isWriteback {
        return call(f, then: 0, .waitOnWriteback, Int64(slot))
      }
      if within > 0 {
        if let slot = cache.find(mapping: inode, index: last), cache.pages[slot].isUpToDate {
          let address = machine.memory.address(of: cache.pages[slot].frame)
          for offset in within..<pageBytes {
            machine.memory.store(byte: 0, at: address + offset)
          }
          if reserve(slot) { markDirty(slot) }
        } else if hasOldBytes(inode, last) {
          return call(f, then: 1, .pageCacheRead, Int64(inode), last)
        }
      }
      drop(inode, fromPage: within > 0 ? last + 1 : last)
    }
    inodes[inode].size = size
    markInodeDirty(inode)
    trace.record(.truncatesFile, object: number(of: inode), a: size)
    unlock(.inode(inode))
    finish(0)
  }

  /// Takes a file's pages and blocks away, from a page on; none of them is on its way.
  mutating func drop(_ inode: Int, fromPage page: Int64) {
    let system = inodes[inode].fileSystem
    unmapFile(inode, from: page)
    for slot in cache.slots(mapping: inode, from: page) {
      let frame = cache.pages[slot].frame
      if cache.pages[slot].hasPromise { fileSystems[system].freeBlocks += 1 }
      cache.setPromise(slot, false)
      if cache.pages[slot].pins > 0 {
        cache.detach(slot)
      } else {
        cache.remove(slot)
        release(frame)
      }
    }
    for extent in inodes[inode].removeBlocks(fromPage: page) {
      fileSystems[system].freeBlocks += extent.count
      fileSystems[system].returnedBlocks.append(extent)
    }
  }

  /// Ends a copy's use of a page; the page may have been taken out of its file meanwhile.
  /// - Returns: Whether it is still the file's.
  mutating func unpinPage(_ slot: Int) -> Bool {
    let wasDetached = cache.pages[slot].mapping == PageCache.detachedMapping
    if cache.unpin(slot) { release(cache.pages[slot].frame) }
    return !wasDetached
  }

  /// Promises a block to a page that will be dirty; `false` when the disk is full.
  mutating func reserve(_ slot: Int) -> Bool {
    let page = cache.pages[slot]
    guard page.mapping >= 0 else { return true }
    let system = inodes[page.mapping].fileSystem
    guard fileSystems[system].disk != nil, !page.hasPromise,
      inodes[page.mapping].block(ofPage: page.index) == nil
    else { return true }
    guard fileSystems[system].freeBlocks > 0 else { return false }
    fileSystems[system].freeBlocks -= 1
    cache.setPromise(slot, true)
    return true
  }
}
