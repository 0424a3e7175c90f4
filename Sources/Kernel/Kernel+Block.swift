import Catalogue
import Machine
import Program
import Trace

/// The block layer: the page cache's misses become requests, requests queue, disks interrupt.
extension Kernel {
  /// The device number of a disk.
  func device(ofDisk disk: Int) -> DeviceID { DeviceID(rawValue: UInt32(disk + 1)) }

  /// Puts an empty page into the cache, locked until its content is there; `nil` without memory.
  mutating func insertLockedPage(mapping: Int, index: Int64) -> Int? {
    guard let frame = takeFrame(forProcesses: true) else { return nil }
    let slot = cache.insert(
      CachedPage(
        mapping: mapping, index: index, frame: frame, isUpToDate: false, isLocked: true,
        isDirty: false))
    if mapping == PageCache.swapMapping { retainSlot(index) }
    trace.record(.locksPage, a: machine.memory.address(of: frame))
    return slot
  }

  /// A routine of the kernel uses a page of the cache (`mark_page_accessed`).
  mutating func noteUse(ofCached slot: Int) {
    cache.setReferenced(slot, true)
    machine.memory.noteUse(at: machine.memory.address(of: cache.pages[slot].frame))
  }

  /// A page that is in the cache after a failed read is locked for another try.
  mutating func lockAgain(_ slot: Int) {
    cache.lock(slot)
    trace.record(.locksPage, a: machine.memory.address(of: cache.pages[slot].frame))
  }

  /// Hands a request for blocks that follow each other to the block layer.
  mutating func submit(
    _ f: Int, then step: UInt8, disk: Int, block: Int64, isWrite: Bool = false,
    _ parts: [DiskRequest.Part]
  ) {
    tasks[current].requestParts = parts
    call(
      f, then: step, .submitBio, Int64(disk), block, Int64(parts.first?.slot ?? -1), 0,
      isWrite ? 1 : 0)
  }

  /// x0: disk, x1: first block, x2: slot in the page cache of the first page, x4: 1 to write; x3: the
  /// request. The pages are the task's `requestParts`. Returns at once: the disk works alone.
  mutating func stepSubmitBio(_ f: Int) {
    let disk = Int(frames[f].x0)
    guard machine.disks.indices.contains(disk), !tasks[current].requestParts.isEmpty
    else { return inconsistent("request to disk \(disk)") }
    let device = device(ofDisk: disk)
    let isWrite = frames[f].x4 != 0
    if frames[f].step == 0 {
      frames[f].x3 = nextRequest
      nextRequest += 1
      trace.record(
        isWrite ? .submitsWrite : .submitsRequest, object: device.rawValue, a: frames[f].x3,
        b: frames[f].x1)
      frames[f].step = 1
      return
    }
    let length = diskQueues[disk].count + 1
    let cause = trace.record(
      .queuesRequest, object: device.rawValue, a: frames[f].x3, b: Int64(length))
    diskQueues[disk].append(
      DiskRequest(
        id: frames[f].x3, block: frames[f].x1, isWrite: isWrite,
        parts: tasks[current].requestParts, cause: cause))
    tasks[current].requestParts = []
    if machine.disks[disk].current == nil { startNextRequest(disk: disk) }
    trace.cause = cause
    finish(0)
  }

  /// The driver programs the disk with the oldest request in its queue, if there is one.
  mutating func startNextRequest(disk: Int) {
    guard machine.disks.indices.contains(disk), !diskQueues[disk].isEmpty else { return }
    var request = diskQueues[disk].removeFirst()
    let flow = trace.cause
    trace.cause = request.cause
    request.cause = trace.record(
      request.isWrite ? .startsWrite : .startsRequest, object: device(ofDisk: disk).rawValue,
      a: request.id, b: request.block)
    trace.cause = flow
    machine.disks[disk].current = request
    machine.disks[disk].currentFails = machine.disks[disk].failsNext
    machine.disks[disk].failsNext = false
    let (time, overflow) = trace.now.addingReportingOverflow(
      machine.disks[disk].configuration.latency)
    // Devices interrupt the first CPU.
    machine.queues[0].schedule(
      .deviceDone, at: overflow ? Int64.max - 1 : time, payload: UInt32(disk))
  }

  /// The disk is done: its data has gone to memory by DMA, and it raises its interrupt.
  mutating func deviceDone(_ disk: Int) {
    guard machine.disks.indices.contains(disk), let request = machine.disks[disk].current else {
      return
    }
    let device = device(ofDisk: disk)
    let flow = trace.cause
    var cause = request.cause
    let failed = machine.disks[disk].currentFails
    if !failed {
      for (offset, part) in request.parts.enumerated() {
        let block = request.block + Int64(offset)
        if request.isWrite {
          machine.disks[disk].store(block: block, from: part.frame, in: machine.memory)
        } else {
          machine.disks[disk].transfer(block: block, to: part.frame, in: &machine.memory)
        }
        trace.cause = cause
        cause = trace.record(
          request.isWrite ? .fetchesData : .transfersData, object: device.rawValue, a: request.id,
          b: machine.memory.address(of: part.frame))
      }
    }
    machine.disks[disk].current = nil
    processors[cpu].finishedRequests.append(
      FinishedRequest(disk: disk, request: request, failed: failed))
    trace.cause = flow
    takeInterrupt(device: device, payload: request.id, cause: cause)
  }

  /// Completes the oldest finished request, page by page; x1: the page.
  /// 0: complete, and unlock the first page. 1: wake. 2: unlock the next page.
  mutating func stepEndRequest(_ f: Int) {
    switch frames[f].step {
    case 0:
      guard !processors[cpu].finishedRequests.isEmpty else { return finish(0) }
      let finished = processors[cpu].finishedRequests.removeFirst()
      processors[cpu].completing = finished
      trace.record(
        .completesRequest, object: device(ofDisk: finished.disk).rawValue, a: finished.request.id,
        b: finished.failed ? Errno.EIO.returned : 0)
      completePart(f)
    case 1:
      wake(key: frames[f].x0)
      frames[f].x1 += 1
      let count = processors[cpu].completing?.request.parts.count ?? 0
      if frames[f].x1 < count {
        frames[f].step = 2
      } else {
        processors[cpu].completing = nil
        finish(0)
      }
    default:
      completePart(f)
    }
  }

  /// One page of the request being completed is there, or has reached the disk.
  private mutating func completePart(_ f: Int) {
    frames[f].step = 1
    guard let finished = processors[cpu].completing,
      finished.request.parts.indices.contains(Int(frames[f].x1))
    else { return }
    let part = finished.request.parts[Int(frames[f].x1)]
    frames[f].x0 = machine.memory.address(of: part.frame)
    guard cache.pages.indices.contains(part.slot) else { return }
    if cache.pages[part.slot].mapping == PageCache.swapMapping {
      return endSwapRequest(
        part.slot, isWrite: finished.request.isWrite, failed: finished.failed)
    }
    // A page that is locked or under write-back is neither dropped nor truncated: its slot is still
    // its own.
    if finished.request.isWrite {
      finishWriteback(part.slot, failed: finished.failed)
    } else {
      cache.setUpToDate(part.slot, hasError: finished.failed)
      trace.record(.unlocksPage, a: frames[f].x0)
    }
  }

  /// A page has reached its place outside of memory, or could not.
  mutating func finishWriteback(_ slot: Int, failed: Bool) {
    let page = cache.pages[slot]
    cache.endWriteback(slot)
    if failed, inodes.indices.contains(page.mapping) { inodes[page.mapping].writeErrors += 1 }
    trace.record(
      .finishesWriteback, object: page.mapping < 0 ? 0 : number(of: page.mapping), a: page.index,
      b: failed ? Errno.EIO.returned : 0)
  }

  /// x0: slot, x1: disk, x2: 1 when another task has asked for it. 0: sleep, if the page is still
  /// locked. 1: awake again.
  mutating func stepIoSchedule(_ f: Int) {
    let slot = Int(frames[f].x0)
    guard frames[f].step == 0, cache.pages.indices.contains(slot), cache.pages[slot].isLocked
    else { return finish(0) }
    let device = device(ofDisk: Int(frames[f].x1))
    sleep(
      on: WaitObject(frames[f].x2 == 0 ? .device : .page, device: device),
      key: machine.memory.address(of: cache.pages[slot].frame), interruptible: false)
    call(f, then: 1, .schedule, 0)
  }

  /// x0: file system, x1: block; returns the slot of the block in the page cache.
  /// 0: look it up. 1: submitted. 2: it is there, or failed. 3: memory was short.
  mutating func stepReadBlock(_ f: Int) {
    let fileSystem = Int(frames[f].x0)
    guard fileSystems.indices.contains(fileSystem), let disk = fileSystems[fileSystem].disk else {
      return inconsistent("block of a file system without a disk")
    }
    let mapping = PageCache.deviceMapping(disk)
    let block = frames[f].x1
    switch frames[f].step {
    case 0:
      let found = cache.find(mapping: mapping, index: block)
      let isCached = found.map { cache.pages[$0].isUpToDate } ?? false
      trace.record(.looksUpPage, object: 0, a: block, b: isCached ? 1 : 0)
      readThrough(f, found: found, disk: disk, mapping: mapping, index: block, block: block)
    case 1:
      call(f, then: 2, .ioSchedule, frames[f].x2, Int64(disk), 0)
    case 3:
      tryAgain(f)
    default:
      finishRead(f, mapping: mapping, index: block)
    }
  }

  /// x0: inode, x1: page; returns the slot of the page. 0: look for its block. 1: submitted.
  /// 2: it is there, or failed. 3: memory was short.
  mutating func stepPageCacheRead(_ f: Int) {
    let inode = Int(frames[f].x0)
    if inodes.indices.contains(inode), fileSystems[inodes[inode].fileSystem].nic != nil {
      return stepRemotePage(f, inode: inode)
    }
    guard inodes.indices.contains(inode), let disk = fileSystems[inodes[inode].fileSystem].disk
    else { return inconsistent("page of a file without a disk") }
    let page = frames[f].x1
    switch frames[f].step {
    case 0:
      let found = cache.find(mapping: inode, index: page)
      let block = inodes[inode].block(ofPage: page)
      readThrough(f, found: found, disk: disk, mapping: inode, index: page, block: block)
    case 1:
      call(f, then: 2, .ioSchedule, frames[f].x2, Int64(disk), 0)
    case 3:
      tryAgain(f)
    default:
      finishRead(f, mapping: inode, index: page)
    }
  }

  /// The common middle of all three: use the page, wait for it, or ask the disk for it. The slot goes
  /// to the frame's x2.
  mutating func readThrough(
    _ f: Int, found: Int?, disk: Int, mapping: Int, index: Int64, block: Int64?
  ) {
    if let found {
      frames[f].x2 = Int64(found)
      if cache.pages[found].isUpToDate {
        noteUse(ofCached: found)
        return finish(Int64(found))
      }
      if cache.pages[found].isLocked {
        return call(f, then: 2, .ioSchedule, Int64(found), Int64(disk), 1)
      }
      lockAgain(found)
    } else {
      guard let slot = insertLockedPage(mapping: mapping, index: index) else {
        return call(f, then: 3, .shrink)
      }
      frames[f].x2 = Int64(slot)
    }
    let slot = Int(frames[f].x2)
    guard let block else {
      // A hole: the page is zeros and needs no disk.
      cache.setUpToDate(slot, hasError: false)
      trace.record(.unlocksPage, a: machine.memory.address(of: cache.pages[slot].frame))
      return finish(Int64(slot))
    }
    if mapping >= 0 {
      trace.record(
        .mapsBlock, object: UInt32(clamping: inodes[mapping].number), a: index, b: block)
    }
    submit(
      f, then: 1, disk: disk, block: block,
      [DiskRequest.Part(frame: cache.pages[slot].frame, slot: slot)])
  }

  /// Memory was short; now a page can be dropped, or none ever will.
  mutating func tryAgain(_ f: Int) {
    guard tasks[current].returned >= 0 else { return finish(tasks[current].returned) }
    frames[f].step = 0
  }

  mutating func finishRead(_ f: Int, mapping: Int, index: Int64) {
    let slot = Int(frames[f].x2)
    guard cache.pages.indices.contains(slot), cache.pages[slot].mapping == mapping,
      cache.pages[slot].index == index
    else {
      // It was dropped again before this task had the CPU: once more.
      frames[f].step = 0
      return
    }
    if cache.pages[slot].hasError { return finish(.EIO) }
    if cache.pages[slot].isLocked {
      frames[f].step = 0
      return
    }
    noteUse(ofCached: slot)
    finish(Int64(slot))
  }
}
