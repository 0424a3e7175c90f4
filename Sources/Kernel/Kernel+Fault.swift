import Catalogue
import Machine
import Program
import Trace

/// The page-fault decision tree: that of the facts' section 2.2, mm/memory.c and mm/filemap.c.
extension Kernel {
  /// Bytes around a page of a file that a read maps as well, as far as they are cached.
  private static let faultAroundBytes: Int64 = 64 << 10
  /// No mapping begins below: `vm.mmap_min_addr`.
  static let lowestMapping: Int64 = 65536
  /// Returned by ``stepHandleMmFault(_:)`` when the task was killed for want of memory.
  private static let isOutOfMemory = Int64(SignalCode.SI_KERNEL.rawValue) + 100

  /// x0: address, x1: access; x2: 1 after waiting for a disk, x3: 1 when the stack has grown,
  /// x4: how often memory was short. Returns 0 when the page is there now, else the raw value of the
  /// ``SignalCode`` that tells why not. 0: decide. 1: a page was read from a disk. 2: memory was made
  /// free, or cannot be. 3: a page came that another task had asked for.
  mutating func stepHandleMmFault(_ f: Int) {
    if frames[f].step == 2 {
      guard tasks[current].returned == 0 else { return outOfMemory() }
      frames[f].step = 0
    }
    if frames[f].step == 1 || frames[f].step == 3 {
      let slot = tasks[current].returned
      if slot == Errno.ENOMEM.returned { return waitForMemory(f) }
      // What cannot be read is not there.
      guard slot >= 0 else { return finish(Int64(SignalCode.BUS_ADRERR.rawValue)) }
      if frames[f].step == 1 { frames[f].x2 = 1 }
      frames[f].step = 0
    }
    let address = frames[f].x0
    let access = AccessKind(rawValue: UInt32(truncatingIfNeeded: frames[f].x1)) ?? .read
    guard let index = regionForFault(f, address) else {
      return finish(Int64(SignalCode.SEGV_MAPERR.rawValue))
    }
    let region = tasks[current].space.regions[index]
    guard permits(region, access) else {
      return finish(Int64(SignalCode.SEGV_ACCERR.rawValue))
    }
    let page = page(of: address)
    let known = entry(page, of: current)
    if let slot = known?.swapSlot { return faultSwapped(f, region, page, access, slot) }
    if let known {
      let frame = machine.memory.frame(at: known.frameAddress)
      if !known.isPresent {
        // Withheld by PROT_NONE, and permitted again.
        setPermission(page, permission(of: region).subtracting(.write), of: current)
      }
      if access == .write, !known.permission.contains(.write) {
        return breakSharing(f, region, index, page, frame)
      }
      // Another CPU, or the way here, has settled it: the instruction runs again.
      return finish(0)
    }
    switch region.backing {
    case .anonymous: faultAnonymous(f, region, index, page, access)
    case .file(let inode, _): faultFile(f, region, index, page, access, inode)
    case .special(let given):
      let position = Int((page - region.start) / machine.architecture.pageBytes)
      guard given.indices.contains(position) else {
        return finish(Int64(SignalCode.BUS_ADRERR.rawValue))
      }
      settle(f, .minor, page, given[position], permission(of: region).subtracting(.write))
    }
  }

  /// The region that an address lies in; a stack is made to reach it.
  private mutating func regionForFault(_ f: Int, _ address: Int64) -> Int? {
    guard isUserRange(address, 1),
      let index = tasks[current].space.firstRegion(endingAfter: address)
    else { return nil }
    let region = tasks[current].space.regions[index]
    if region.start <= address { return index }
    let page = page(of: address)
    guard region.growsDown, region.end - page <= Self.stackLimit, page >= Self.lowestMapping
    else { return nil }
    // A gap stays between the stack and what may be used below it.
    if index > 0 {
      let below = tasks[current].space.regions[index - 1]
      if !below.protection.isEmpty, !below.growsDown, page - below.end < Self.guardGap {
        return nil
      }
    }
    trace.record(.growsStack, a: page, b: region.start)
    tasks[current].space.regions[index].start = page
    frames[f].x3 = 1
    return index
  }

  /// Whether a region allows an access.
  private func permits(_ region: Region, _ access: AccessKind) -> Bool {
    if limits.sabotage == .regionRightsAreIgnored { return true }
    switch access {
    case .write: return region.protection.contains(.write)
    case .execute: return region.protection.contains(.execute)
    case .read:
      // Most architectures cannot write or execute what cannot be read.
      if region.protection == .execute { return !machine.architecture.hasExecuteOnlyPages }
      return !region.protection.isEmpty
    }
  }

  /// Nobody has touched this page of anonymous memory: a read is content with the page of zeros.
  private mutating func faultAnonymous(
    _ f: Int, _ region: Region, _ index: Int, _ page: Int64, _ access: AccessKind
  ) {
    let permission = permission(of: region)
    guard access == .write else {
      return settle(f, .minor, page, zeroFrame, permission.subtracting(.write))
    }
    guard let frame = takeFrame(forProcesses: true) else { return waitForMemory(f) }
    tasks[current].space.regions[index].hasAnonymousPages = true
    settle(f, .minor, page, frame, permission)
    release(frame)
  }

  /// This page of a file is not in the page table.
  private mutating func faultFile(
    _ f: Int, _ region: Region, _ index: Int, _ page: Int64, _ access: AccessKind, _ inode: Int
  ) {
    let pageBytes = machine.architecture.pageBytes
    guard let number = region.filePage(at: page, pageBytes: pageBytes),
      number < pageCount(inodes[inode].size)
    else { return finish(Int64(SignalCode.BUS_ADRERR.rawValue)) }
    let isMajor = frames[f].x2 != 0
    guard let slot = cache.find(mapping: inode, index: number), cache.pages[slot].isUpToDate
    else {
      trace.record(.looksUpPage, object: self.number(of: inode), a: number, b: 0)
      if isInMemory(inode) { return newFilePage(f, inode, number) }
      return call(f, then: 1, .pageCacheRead, Int64(inode), number)
    }
    if !isMajor { trace.record(.looksUpPage, object: self.number(of: inode), a: number, b: 1) }
    let permission = permission(of: region)
    let source = cache.pages[slot].frame
    if access != .write {
      let kind: PageFaultKind = isMajor ? .major : .minor
      settle(f, kind, page, source, permission.subtracting(.write), around: region)
    } else if region.isShared {
      guard makeWritable(slot, inode, number) else {
        return finish(Int64(SignalCode.BUS_ADRERR.rawValue))
      }
      settle(f, isMajor ? .major : .minor, page, source, permission)
    } else {
      // A private copy at once: one fault.
      guard let frame = privateCopy(of: source) else { return waitForMemory(f) }
      tasks[current].space.regions[index].hasAnonymousPages = true
      settle(f, isMajor ? .major : .cow, page, frame, permission)
      release(frame)
    }
  }

  /// A new frame with the content of a page that others have, too; `nil` while memory is full.
  private mutating func privateCopy(of source: FrameNumber) -> FrameNumber? {
    retain(source)
    defer { release(source) }
    guard let frame = takeFrame(forProcesses: true) else { return nil }
    machine.memory.copy(source, to: frame)
    trace.record(
      .copiesPage, a: machine.memory.address(of: source), b: machine.memory.address(of: frame))
    return frame
  }

  /// This page is in the swap area (`do_swap_page`): it is brought back, or found in the swap cache.
  private mutating func faultSwapped(
    _ f: Int, _ region: Region, _ page: Int64, _ access: AccessKind, _ slot: Int64
  ) {
    guard let place = cache.find(mapping: PageCache.swapMapping, index: slot),
      cache.pages[place].isUpToDate
    else {
      // Who waits for a page that another task has asked for has a minor fault.
      let place = cache.find(mapping: PageCache.swapMapping, index: slot)
      let isAwaited = place.map { cache.pages[$0].isLocked } ?? false
      return call(f, then: isAwaited ? 3 : 1, .readSwapPage, slot)
    }
    let frame = cache.pages[place].frame
    let isMajor = frames[f].x2 != 0
    let isSole = entryCount(ofSlot: slot) == 1 && pageFrames.users(of: frame).isEmpty
    if access == .write, !isSole {
      // Others have it, too: a copy at once.
      guard let copy = privateCopy(of: frame) else { return waitForMemory(f) }
      settleSwapped(f, isMajor ? .major : .cow, page, copy, permission(of: region), slot, access)
      return release(copy)
    }
    let mayWrite = isSole && (access == .write || swap?.isExclusive(slot) ?? false)
    let permission = permission(of: region)
    settleSwapped(
      f, isMajor ? .major : .minor, page, frame,
      mayWrite ? permission : permission.subtracting(.write), slot, access)
  }

  private mutating func settleSwapped(
    _ f: Int, _ kind: PageFaultKind, _ page: Int64, _ frame: FrameNumber,
    _ permission: PagePermission, _ slot: Int64, _ access: AccessKind
  ) {
    guard mapPage(page, to: frame, permission, of: current) else { return waitForMemory(f) }
    trace.record(.swapsIn, object: frames[f].x2 != 0 ? 0 : 1, a: page, b: slot)
    // What is about to be written, or takes a slot that others need, keeps none.
    if access == .write || swap?.isHalfFull ?? false { freeSwap(of: frame) }
    settled(f, kind, frame)
  }

  /// Whether a file has no place but memory.
  func isInMemory(_ inode: Int) -> Bool { fileSystems[inodes[inode].fileSystem].disk == nil }

  /// A hole of a file in memory gets its page (`shmem_fault`); the fault is decided anew.
  private mutating func newFilePage(_ f: Int, _ inode: Int, _ number: Int64) {
    guard let frame = takeFrame(forProcesses: true) else { return waitForMemory(f) }
    _ = cache.insert(
      CachedPage(
        mapping: inode, index: number, frame: frame, isUpToDate: true, isLocked: false,
        isDirty: true))
  }

  /// `page_mkwrite`: a page of a file is to be written through a mapping; it counts as changed from
  /// now on, and has a block promised.
  ///
  /// - Returns: `false` when the disk is full.
  private mutating func makeWritable(_ slot: Int, _ inode: Int, _ number: Int64) -> Bool {
    guard reserve(slot) else { return false }
    markDirty(slot)
    trace.record(.dirtiesPage, object: self.number(of: inode), a: number)
    return true
  }

  /// A write to a page that is there, read-only, in a region that may be written.
  private mutating func breakSharing(
    _ f: Int, _ region: Region, _ index: Int, _ page: Int64, _ frame: FrameNumber
  ) {
    let permission = permission(of: region)
    if region.isShared {
      let number = region.filePage(at: page, pageBytes: machine.architecture.pageBytes)
      if let inode = region.inode, let number,
        let slot = cache.find(mapping: inode, index: number),
        !makeWritable(slot, inode, number)
      {
        return finish(Int64(SignalCode.BUS_ADRERR.rawValue))
      }
      setPermission(page, permission, of: current)
      return settled(f, .minor, frame)
    }
    freeSwap(of: frame)
    if frame != zeroFrame, isSole(frame) {
      // Nobody else has it any more.
      setPermission(page, permission, of: current)
      trace.record(.reusesPage, a: machine.memory.address(of: frame))
      return settled(f, .cow, frame)
    }
    retain(frame)
    guard let copy = takeFrame(forProcesses: true) else {
      release(frame)
      return waitForMemory(f)
    }
    if frame != zeroFrame {
      machine.memory.copy(frame, to: copy)
      trace.record(
        .copiesPage, a: machine.memory.address(of: frame), b: machine.memory.address(of: copy))
    }
    release(frame)
    tasks[current].space.regions[index].hasAnonymousPages = true
    settle(f, .cow, page, copy, permission)
    release(copy)
  }

  /// Maps the page that was found, and its neighbours.
  private mutating func settle(
    _ f: Int, _ kind: PageFaultKind, _ page: Int64, _ frame: FrameNumber,
    _ permission: PagePermission, around region: Region? = nil
  ) {
    guard mapPage(page, to: frame, permission, of: current) else { return waitForMemory(f) }
    if let region { mapAround(region, page) }
    settled(f, kind, frame)
  }

  /// The fault is done with: it counts.
  private mutating func settled(_ f: Int, _ kind: PageFaultKind, _ frame: FrameNumber) {
    if kind == .major {
      tasks[current].majorFaults += 1
    } else {
      tasks[current].minorFaults += 1
    }
    let hasGrown = frames[f].x3 != 0
    trace.record(
      .resolvesPageFault, object: (hasGrown ? PageFaultKind.stack : kind).rawValue,
      a: frames[f].x0, b: machine.memory.address(of: frame))
    tellResident(current)
    finish(0)
  }

  /// `do_fault_around`: the pages of the file in the aligned 64 KiB around, as far as they are in the
  /// page cache and the region reaches; nothing is read and no page table is made for them.
  private mutating func mapAround(_ region: Region, _ page: Int64) {
    guard case .file(let inode, _) = region.backing else { return }
    let pageBytes = machine.architecture.pageBytes
    let start = page & ~(Self.faultAroundBytes - 1)
    let end = min(start + Self.faultAroundBytes, region.end)
    let fileEnd = pageCount(inodes[inode].size)
    var mapped: Int64 = 0
    for other in stride(from: max(start, region.start), to: end, by: Int(pageBytes))
    where other != page {
      guard let number = region.filePage(at: other, pageBytes: pageBytes), number < fileEnd,
        let slot = cache.find(mapping: inode, index: number), cache.pages[slot].isUpToDate,
        !cache.pages[slot].isLocked, entry(other, of: current) == nil,
        mapPage(
          other, to: cache.pages[slot].frame, permission(of: region).subtracting(.write),
          of: current)
      else { continue }
      mapped += 1
    }
    if mapped > 0 { trace.record(.mapsAround, a: start, b: mapped) }
  }

  /// No frame is free: one is waited for, and the fault is decided anew.
  private mutating func waitForMemory(_ f: Int) {
    guard frames[f].x4 < 64 else { return outOfMemory() }
    frames[f].x4 += 1
    call(f, then: 2, .shrink)
  }

  /// No frame is free and none can be: the task that asked is killed, as the OOM killer would.
  private mutating func outOfMemory() {
    trace.record(.runsOutOfMemory, a: Int64(machine.memory.freeCount))
    force(.SIGKILL, .SI_KERNEL)
    finish(Self.isOutOfMemory)
  }
}

extension Architecture {
  /// Whether a page can be executed without being readable.
  var hasExecuteOnlyPages: Bool {
    let level = pageTable.count - 1
    let entry = TableEntry.page(
      0, [.execute, .user, .noRead], isAccessed: false, isDirty: false)
    guard
      case .page(_, let permission, _, _) = entryFormat.decode(
        entryFormat.encode(entry, level), level)
    else { return false }
    return permission.contains(.noRead)
  }
}
