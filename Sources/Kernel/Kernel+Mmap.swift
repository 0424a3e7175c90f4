import Catalogue
import Machine
import Program
import Trace

/// The calls that change a process's memory map; checks in the order of mm/mmap.c, mm/vma.c,
/// mm/mprotect.c, mm/madvise.c and mm/mincore.c.
extension Kernel {
  /// Regions that a process can have: `vm.max_map_count`.
  static let regionLimit = 65530
  /// The kernel's own name for memory that processes share without a file.
  private static let sharedMemoryName = "/dev/zero (deleted)"

  /// A length rounded up to pages; `nil` when it is no size of anything.
  private func pageAligned(_ bytes: Int64) -> Int64? {
    guard bytes >= 0, bytes <= Int64(clamping: machine.architecture.userEnd) else { return nil }
    return roundUp(bytes)
  }

  private func isPageAligned(_ address: Int64) -> Bool {
    address & (machine.architecture.pageBytes - 1) == 0
  }

  private var userEnd: Int64 { Int64(clamping: machine.architecture.userEnd) }

  /// `__vm_enough_memory`: no single promise may be greater than memory and swap together.
  private func exceedsMemory(_ bytes: Int64) -> Bool {
    let pages = bytes / machine.architecture.pageBytes
    return pages > Int64(machine.memory.frameCount) + swapPageCount
  }

  // MARK: - mmap

  /// The bits of the flags that say whether it is shared or private.
  private static let typeMask: Int64 = 0xF
  /// MAP_SHARED_VALIDATE.
  private static let sharedValidate: Int64 = 3
  /// MADV_DONTNEED; MADV_FREE, which this kernel does not put off.
  private static let dontNeed: Int64 = 4
  private static let freeLater: Int64 = 8

  /// x0: address, x1: length, x2: protection, x3: flags, x4: descriptor; the offset is the sixth
  /// argument.
  mutating func stepSysMmap(_ f: Int) {
    // mmap2 counts in units of 4096 bytes.
    let isMmap2 = SystemCall[tasks[current].call]?.name == "mmap2"
    let sixth = systemCallArgument(5)
    let offset = isMmap2 ? sixth & 0xFFFF_FFFF &* 4096 : sixth
    guard isPageAligned(offset) else { return finish(.EINVAL) }
    finish(map(f, offset: offset))
  }

  private mutating func map(_ f: Int, offset: Int64) -> Int64 {
    let pageBytes = machine.architecture.pageBytes
    var flags = frames[f].x3
    let protection = Rights(rawValue: UInt8(truncatingIfNeeded: frames[f].x2 & 7))
    let type = flags & Self.typeMask
    let isAnonymous = flags & MapFlags.anonymous != 0
    var file: OpenFile?
    if !isAnonymous {
      guard let open = openFile(frames[f].x4) else { return Errno.EBADF.returned }
      file = openFiles[open]
    }
    guard frames[f].x1 != 0 else { return Errno.EINVAL.returned }
    if flags & MapFlags.fixedNoReplace != 0 { flags |= MapFlags.fixed }
    let isFixed = flags & MapFlags.fixed != 0
    guard let length = pageAligned(frames[f].x1), length > 0 else { return Errno.ENOMEM.returned }
    let page = UInt64(bitPattern: offset) / UInt64(pageBytes)
    guard offset >= 0 || !page.addingReportingOverflow(UInt64(length / pageBytes)).overflow
    else { return Errno.EOVERFLOW.returned }
    guard tasks[current].space.regions.count < Self.regionLimit else {
      return Errno.ENOMEM.returned
    }

    let wanted = frames[f].x0
    let address: Int64
    if isFixed {
      guard wanted >= 0, wanted <= userEnd - length else { return Errno.ENOMEM.returned }
      guard isPageAligned(wanted) else { return Errno.EINVAL.returned }
      address = wanted
    } else {
      guard let free = place(hint: wanted, length: length) else { return Errno.ENOMEM.returned }
      address = free
    }
    if address < Self.lowestMapping, tasks[current].uid != 0 { return Errno.EPERM.returned }
    let range = address..<address + length
    if flags & MapFlags.fixedNoReplace != 0, !tasks[current].space.regions(in: range).isEmpty {
      return Errno.EEXIST.returned
    }

    var region = Region(start: address, end: address + length, protection: protection)
    region.growsDown = flags & MapFlags.growsDown != 0
    if let file {
      if let error = back(&region, file, type, Int64(clamping: page)) { return error.returned }
    } else {
      switch type {
      case MapFlags.shared:
        if region.growsDown { return Errno.EINVAL.returned }
        region.isShared = true
      case MapFlags.isPrivate: break
      default: return Errno.EINVAL.returned
      }
    }
    if !region.isShared, protection.contains(.write), exceedsMemory(length) {
      return Errno.ENOMEM.returned
    }
    if isFixed { unmap(range) }
    if isAnonymous, region.isShared {
      region.backing = .file(inode: makeUnnamedFile(size: length), page: 0)
      region.name = Self.sharedMemoryName
    }
    add(region, to: current)
    return address
  }

  /// A file behind a new region, if it may be.
  private func back(
    _ region: inout Region, _ file: OpenFile, _ type: Int64, _ page: Int64
  ) -> Errno? {
    let mode = file.flags & OpenFlags.accessModeMask
    let mayRead = mode == OpenFlags.readOnly || mode == OpenFlags.readWrite
    let mayWrite = mode == OpenFlags.writeOnly || mode == OpenFlags.readWrite
    switch type {
    case MapFlags.shared, Self.sharedValidate:
      if region.protection.contains(.write), !mayWrite { return .EACCES }
      region.isShared = true
      region.mayWrite = mayWrite
    case MapFlags.isPrivate: break
    default: return .EINVAL
    }
    guard mayRead else { return .EACCES }
    guard inodes[file.inode].kind == .file else { return .ENODEV }
    if region.growsDown { return .EINVAL }
    region.backing = .file(inode: file.inode, page: page)
    region.name = path(of: file.inode)
    return nil
  }

  /// Where a region of a length goes: at the hint, if that is free; else at the highest free place.
  private func place(hint: Int64, length: Int64) -> Int64? {
    let space = tasks[current].space
    guard length <= userEnd else { return nil }
    if hint != 0 {
      let start = max(page(of: hint), Self.lowestMapping)
      if hint > 0, start <= userEnd - length {
        let above = space.firstRegion(endingAfter: start)
        let ceiling = above.map {
          space.regions[$0].start - (space.regions[$0].growsDown ? Self.guardGap : 0)
        }
        if start + length <= ceiling ?? userEnd { return start }
      }
    }
    return space.highestGap(
      of: length, from: Self.lowestMapping, to: space.mmapTop, guardGap: Self.guardGap)
  }

  /// The path of a file as its names tell it.
  func path(of inode: Int) -> String {
    var names: [String] = []
    var inode = inode
    // As deep as paths can be.
    for _ in 0..<Self.pathBytes / 2 {
      let system = inodes[inode].fileSystem
      if fileSystems[system].root == inode {
        guard fileSystems[system].covers >= 0 else { break }
        inode = fileSystems[system].covers
        continue
      }
      let parent = inodes[inode].parent
      let found = dentries.filter { $0.value == inode && $0.key.directory == parent }
        .min { $0.key.name.rawValue < $1.key.name.rawValue }
      guard let name = found?.key.name, parent >= 0 else {
        names.append("(deleted)")
        break
      }
      names.append(trace.strings[name])
      inode = parent
    }
    return "/" + names.reversed().joined(separator: "/")
  }

  // MARK: - Memory shared without a file

  /// A file without a name that only memory holds: what MAP_SHARED|MAP_ANONYMOUS maps.
  private mutating func makeUnnamedFile(size: Int64) -> Int {
    let system: Int
    if let known = unnamedFileSystem {
      system = known
    } else {
      system = fileSystems.count
      fileSystems.append(
        FileSystem(disk: nil, nextNumber: 1, inodeCapacity: Int64.max, freeBlocks: Int64.max))
      unnamedFileSystem = system
    }
    let number = fileSystems[system].nextNumber
    fileSystems[system].nextNumber += 1
    inodes.append(
      Inode(
        fileSystem: system, number: number, kind: .file, mode: 0o777, uid: tasks[current].uid,
        gid: tasks[current].gids.first ?? 0, size: size, parent: -1))
    return inodes.count - 1
  }

  /// A file without a name goes with its last mapping.
  mutating func dropUnnamedFile(_ inode: Int) {
    guard inodes[inode].fileSystem == unnamedFileSystem, !isMapped(inode) else { return }
    for slot in cache.slots(mapping: inode, from: 0) {
      let frame = cache.pages[slot].frame
      cache.remove(slot)
      release(frame)
    }
  }

  // MARK: - munmap

  /// x0: address, x1: length.
  mutating func stepSysMunmap(_ f: Int) {
    let start = frames[f].x0
    guard isPageAligned(start), start >= 0, start <= userEnd, frames[f].x1 > 0,
      frames[f].x1 <= userEnd - start, let length = pageAligned(frames[f].x1)
    else { return finish(.EINVAL) }
    let range = start..<start + length
    guard mayCut(range) else { return finish(.ENOMEM) }
    if limits.sabotage != .munmapDoesNothing { unmap(range) }
    finish(0)
  }

  /// Whether cutting a range out of the map leaves it small enough.
  private func mayCut(_ range: Range<Int64>) -> Bool {
    let space = tasks[current].space
    let touched = space.regions(in: range)
    guard touched.count == 1, let index = touched.first else { return true }
    let splits =
      space.regions[index].start < range.lowerBound
      && space.regions[index].end > range.upperBound
    return !splits || space.regions.count < Self.regionLimit
  }

  /// Takes a range out of the running task's map, with its pages.
  mutating func unmap(_ range: Range<Int64>) {
    let removed = tasks[current].space.remove(range, pageBytes: machine.architecture.pageBytes)
    guard !removed.isEmpty else { return }
    let before = machine.memory.freeCount
    for region in removed {
      zap(region.start..<region.end, of: current)
      trace.record(.unmapsRegion, a: region.start, b: region.end)
    }
    for inode in Set(removed.compactMap(\.inode)).sorted() {
      dropUnnamedFile(inode)
      evictIfUnused(inode)
    }
    tellFreed(since: before)
    tellResident(current)
  }

  /// Records how many frames have become free.
  private mutating func tellFreed(since before: Int) {
    guard machine.memory.freeCount > before else { return }
    trace.record(
      .freesMemory, a: Int64(machine.memory.freeCount - before),
      b: Int64(machine.memory.freeCount))
  }

  // MARK: - mprotect

  /// x0: address, x1: length, x2: protection. One region a step. 0: check. 1: the next region, from
  /// x0 to x1.
  mutating func stepSysMprotect(_ f: Int) {
    if frames[f].step == 0 {
      let start = frames[f].x0
      guard isPageAligned(start) else { return finish(.EINVAL) }
      guard frames[f].x1 != 0 else { return finish(0) }
      // Beyond the user half there is nothing: the same error as for any hole.
      guard start >= 0, start < userEnd, let length = pageAligned(frames[f].x1), length > 0 else {
        return finish(.ENOMEM)
      }
      guard frames[f].x2 & ~7 == 0 else { return finish(.EINVAL) }
      frames[f].x1 = start + length
      frames[f].step = 1
      return
    }
    let pageBytes = machine.architecture.pageBytes
    let (start, end) = (frames[f].x0, frames[f].x1)
    guard start < end else { return finish(0) }
    guard let index = tasks[current].space.region(at: start) else { return finish(.ENOMEM) }
    let region = tasks[current].space.regions[index]
    let protection = Rights(rawValue: UInt8(truncatingIfNeeded: frames[f].x2))
    guard !protection.contains(.write) || region.mayWrite else { return finish(.EACCES) }
    let last = min(end, region.end)
    frames[f].x0 = last
    guard protection != region.protection else { return }
    let cuts = (region.start < start ? 1 : 0) + (last < region.end ? 1 : 0)
    guard tasks[current].space.regions.count + cuts <= Self.regionLimit else {
      return finish(.ENOMEM)
    }
    if !region.isShared, protection.contains(.write), !region.protection.contains(.write),
      exceedsMemory(last - start)
    {
      return finish(.ENOMEM)
    }
    tasks[current].space.split(at: start, pageBytes: pageBytes)
    tasks[current].space.split(at: last, pageBytes: pageBytes)
    guard let part = tasks[current].space.region(at: start) else { return finish(.ENOMEM) }
    tasks[current].space.regions[part].protection = protection
    let changed = tasks[current].space.regions[part]
    trace.record(.setsProtection, object: rights(of: changed), a: start, b: last)
    changePages(of: changed)
    tasks[current].space.merge(around: part, pageBytes: pageBytes)
  }

  /// `change_protection`: the entries of a region follow its rights.
  private mutating func changePages(of region: Region) {
    let permission = permission(of: region)
    for (page, known) in entries(in: region.start..<region.end, of: current)
    where known.swapSlot == nil {
      guard !region.protection.isEmpty else {
        _ = withhold(page, of: current)
        continue
      }
      let frame = machine.memory.frame(at: known.frameAddress)
      // A page that others have too, or that a file holds, stays read-only until it is written.
      let mayWrite =
        region.isShared
        ? known.isPresent && known.permission.contains(.write)
        : frame != zeroFrame && isSole(frame)
      setPermission(page, mayWrite ? permission : permission.subtracting(.write), of: current)
    }
  }

  // MARK: - madvise

  /// x0: address, x1: length, x2: advice.
  mutating func stepSysMadvise(_ f: Int) {
    let (start, advice) = (frames[f].x0, frames[f].x2)
    let drops = advice == Self.dontNeed || advice == Self.freeLater
    guard (0...3).contains(advice) || drops, isPageAligned(start) else { return finish(.EINVAL) }
    guard frames[f].x1 != 0 else { return finish(0) }
    guard let length = pageAligned(frames[f].x1), start >= 0, start <= Int64.max - length else {
      return finish(.EINVAL)
    }
    var place = start
    var hasHole = false
    let touched = tasks[current].space.regions(in: start..<start + length)
    let before = machine.memory.freeCount
    for region in tasks[current].space.regions[touched] {
      if region.start > place { hasHole = true }
      place = min(region.end, start + length)
      if advice == Self.freeLater, region.inode != nil { return finish(.EINVAL) }
      if drops {
        zap(max(start, region.start)..<min(region.end, start + length), of: current)
      }
    }
    tellFreed(since: before)
    if drops { tellResident(current) }
    if hasHole || place < start + length { finish(.ENOMEM) } else { finish(0) }
  }

  // MARK: - brk

  /// x0: the new end of the heap, or 0 to be told. It returns no error: the end is what it was.
  mutating func stepSysBrk(_ f: Int) {
    let wanted = frames[f].x0
    let space = tasks[current].space
    guard wanted >= space.breakStart, let newEnd = pageAligned(wanted),
      let oldEnd = pageAligned(space.breakEnd), isUserRange(0, newEnd)
    else { return finish(space.breakEnd) }
    if newEnd < oldEnd {
      unmap(newEnd..<oldEnd)
    } else if newEnd > oldEnd {
      if let above = space.firstRegion(endingAfter: oldEnd) {
        let gap = space.regions[above].growsDown ? Self.guardGap : 0
        if newEnd + machine.architecture.pageBytes > space.regions[above].start - gap {
          return finish(space.breakEnd)
        }
      }
      guard !exceedsMemory(newEnd - oldEnd), space.regions.count < Self.regionLimit else {
        return finish(space.breakEnd)
      }
      add(
        Region(
          start: oldEnd, end: newEnd, protection: [.read, .write], name: "[heap]"), to: current)
    }
    trace.record(.movesBreak, a: wanted, b: space.breakEnd)
    tasks[current].space.breakEnd = wanted
    finish(wanted)
  }

  // MARK: - Asking

  /// x0: address, x1: length, x2: vector; x3: pages done. 0: check. 1: the next 4096 pages.
  /// 2: copied.
  mutating func stepSysMincore(_ f: Int) {
    let pageBytes = machine.architecture.pageBytes
    switch frames[f].step {
    case 0:
      guard isPageAligned(frames[f].x0) else { return finish(.EINVAL) }
      guard isUserRange(frames[f].x0, frames[f].x1), let length = pageAligned(frames[f].x1) else {
        return finish(.ENOMEM)
      }
      guard isUserRange(frames[f].x2, length / pageBytes) else { return finish(.EFAULT) }
      frames[f].x1 = length / pageBytes
      frames[f].step = 1
    case 1:
      let count = min(4096, frames[f].x1 - frames[f].x3)
      guard count > 0 else { return finish(0) }
      var vector: [UInt8] = []
      for number in 0..<count {
        let page = frames[f].x0 + (frames[f].x3 + number) * pageBytes
        guard let index = tasks[current].space.region(at: page) else { return finish(.ENOMEM) }
        vector.append(isInCore(page, tasks[current].space.regions[index]) ? 1 : 0)
      }
      frames[f].x4 = count
      copyStructure(f, then: 2, bytes: vector, to: frames[f].x2 + frames[f].x3)
    default:
      guard tasks[current].returned == 0 else { return finish(.EFAULT) }
      frames[f].x3 += frames[f].x4
      frames[f].step = 1
    }
  }

  /// Whether touching a page would not need a disk: it is in the page table, or the page cache has it.
  private func isInCore(_ page: Int64, _ region: Region) -> Bool {
    if let known = entry(page, of: current) {
      guard let slot = known.swapSlot else { return true }
      return cache.find(mapping: PageCache.swapMapping, index: slot) != nil
    }
    guard let inode = region.inode,
      let number = region.filePage(at: page, pageBytes: machine.architecture.pageBytes),
      let slot = cache.find(mapping: inode, index: number)
    else { return false }
    return cache.pages[slot].isUpToDate
  }

  /// x0: whose, x1: `struct rusage`. 0: check and fill in. 1: copied.
  mutating func stepSysGetrusage(_ f: Int) {
    guard frames[f].step == 0 else {
      return tasks[current].returned == 0 ? finish(0) : finish(.EFAULT)
    }
    let who = Int64(Int32(truncatingIfNeeded: frames[f].x0))
    guard (-1...1).contains(who) else { return finish(.EINVAL) }
    let task = tasks[current]
    // Times and what is not counted stay 0.
    var words = [Int64](repeating: 0, count: 18)
    if who == -1 {
      (words[8], words[9]) = (task.childMinorFaults, task.childMajorFaults)
    } else {
      (words[8], words[9]) = (task.minorFaults, task.majorFaults)
      (words[16], words[17]) = (task.voluntarySwitches, task.involuntarySwitches)
    }
    copyStructure(f, then: 1, words, to: frames[f].x1)
  }
}
