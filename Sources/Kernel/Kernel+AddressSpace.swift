import Catalogue
import Machine
import Program
import Trace

/// Address spaces: made of a program's file, copied by fork, taken apart.
extension Kernel {
  /// Room below the end of the user half that is kept for the stack: `mmap_base`.
  private static let stackRoom: Int64 = 128 << 20

  // MARK: - What is there from boot

  /// The files that every system has besides those of the scenario: programs and libraries.
  static func systemNodes(of scenario: Scenario) -> [NodeConfiguration] {
    let architecture = scenario.machine.architecture
    func isMissing(_ path: String) -> Bool { !scenario.nodes.contains { $0.path == path } }
    var files: [(path: String, bytes: [UInt8])] = []
    for program in scenario.programs {
      let path = ProgramImage.path(ofProgram: program.name)
      if isMissing(path) { files.append((path, program.file(for: architecture))) }
    }
    for library in scenario.libraries
    where library.path.hasPrefix("/") && isMissing(library.path) {
      files.append((library.path, library.file(for: architecture)))
    }
    // Where a checker made the scenario, all of them are there.
    guard !files.isEmpty else { return [] }
    var known = Set(scenario.nodes.map(\.path))
    var nodes: [NodeConfiguration] = []
    for file in files where !known.contains(file.path) {
      let parts = file.path.split(separator: "/")
      for count in 1..<max(1, parts.count) {
        let directory = "/" + parts.prefix(count).joined(separator: "/")
        guard known.insert(directory).inserted else { continue }
        nodes.append(
          NodeConfiguration(path: directory, content: .directory, uid: 0, gid: 0, mode: 0o755))
      }
      known.insert(file.path)
      nodes.append(
        NodeConfiguration(
          path: file.path, content: .bytes(file.bytes), uid: 0, gid: 0, mode: 0o755,
          isImage: true))
    }
    return nodes
  }

  /// The pages that the kernel gives to all processes.
  mutating func makeSpecialPages() {
    guard let vdso = scenario.libraries.first(where: { $0.path == "[vdso]" }) else { return }
    let pageBytes = Int(machine.architecture.pageBytes)
    for start in stride(from: 0, to: max(1, vdso.text.count), by: pageBytes) {
      guard let frame = takeFrameUntold() else { return }
      machine.memory.store(
        bytes: vdso.text[start..<min(start + pageBytes, vdso.text.count)],
        at: machine.memory.address(of: frame))
      vdsoFrames.append(frame)
    }
    if let frame = takeFrameUntold() { vvarFrames = [frame] }
  }

  // MARK: - A program's regions

  /// Bytes rounded up to whole pages.
  func roundUp(_ bytes: Int64) -> Int64 {
    pageCount(bytes) * machine.architecture.pageBytes
  }

  /// Gives a task, which has none, an address space for a program: page table and regions, but no
  /// page, as `execve` leaves it. ``destroyAddressSpace(of:)`` comes before.
  ///
  /// - Returns: `false` when memory is full; what was made is in the task.
  mutating func execAddressSpace(of task: Int, program: Int) -> Bool {
    guard scenario.programs.indices.contains(program), let root = machine.makeAddressSpace()
    else { return false }
    let image = scenario.programs[program]
    let architecture = machine.architecture
    let pageBytes = architecture.pageBytes
    if tasks[task].hasRun {
      trace.record(
        .unmapsRegion, about: TaskID(rawValue: UInt16(task)),
        depth: UInt8(truncatingIfNeeded: tasks[task].depth), a: 0,
        b: Int64(clamping: architecture.userEnd))
    }
    var space = AddressSpace()
    space.root = root
    space.mmapTop =
      Int64(clamping: architecture.userEnd) - Self.stackRoom & ~(pageBytes - 1)
    tasks[task].program = program
    tasks[task].space = space

    // A script may have put another file in the place of the program's own.
    let own = ProgramImage.path(ofProgram: image.name)
    let isThere = scenario.nodes.first { $0.path == own }?.isImage ?? true
    let path = isThere ? own : ""
    tasks[task].space.executable = isThere ? resolveQuietly(own) : -1
    let layout = image.fileLayout(pageBytes: pageBytes)
    let textStart = Int64(architecture.programBase)
    add(
      fileRegion(
        path, textStart, bytes: max(1, Int64(image.text.count)), [.read, .execute],
        page: layout.textPage), to: task)
    add(
      fileRegion(
        path, image.dataBase, bytes: Int64(image.data.count), [.read, .write],
        page: layout.dataPage), to: task)
    add(
      Region(
        start: image.bssBase, end: image.bssBase + roundUp(image.bssByteCount),
        protection: [.read, .write]), to: task)
    let programEnd = max(
      textStart + roundUp(Int64(image.text.count)),
      image.dataBase + roundUp(Int64(image.data.count)),
      image.bssBase + roundUp(image.bssByteCount))
    tasks[task].space.breakStart = programEnd
    tasks[task].space.breakEnd = programEnd

    for library in scenario.libraries {
      if library.path == "[vdso]" {
        addSpecial("[vvar]", Int64(architecture.vvarBase), vvarFrames, [.read], to: task)
        addSpecial("[vdso]", library.textBase, vdsoFrames, [.read, .execute], to: task)
      } else {
        let layout = library.fileLayout(pageBytes: pageBytes)
        add(
          fileRegion(
            library.path, library.textBase, bytes: Int64(library.text.count), [.read, .execute],
            page: layout.textPage), to: task)
        add(
          fileRegion(
            library.path, library.dataBase, bytes: Int64(library.data.count), [.read, .write],
            page: layout.dataPage), to: task)
      }
    }
    let stackTop = Int64(architecture.userStackTop)
    add(
      Region(
        start: stackTop - Self.firstStackBytes, end: stackTop, protection: [.read, .write],
        growsDown: true, name: "[stack]"), to: task)
    return true
  }

  private mutating func fileRegion(
    _ path: String, _ start: Int64, bytes: Int64, _ protection: Rights, page: Int64
  ) -> Region {
    let inode = path.isEmpty ? -1 : resolveQuietly(path)
    return Region(
      start: start, end: start + roundUp(bytes), protection: protection,
      backing: inode >= 0 ? .file(inode: inode, page: page) : .anonymous, name: path)
  }

  private mutating func addSpecial(
    _ name: String, _ start: Int64, _ given: [FrameNumber], _ protection: Rights, to task: Int
  ) {
    add(
      Region(
        start: start, end: start + Int64(given.count) * machine.architecture.pageBytes,
        protection: protection, mayWrite: false, backing: .special(given), name: name), to: task)
  }

  /// Adds a region to a task's map, where none is.
  mutating func add(_ region: Region, to task: Int) {
    guard region.end > region.start, isUserRange(region.start, region.end - region.start),
      tasks[task].space.regions(in: region.start..<region.end).isEmpty
    else { return }
    tasks[task].space.insert(region, pageBytes: machine.architecture.pageBytes)
    tell(region, of: task)
  }

  /// How many pages of a task are in memory now.
  mutating func tellResident(_ task: Int) {
    trace.record(
      .countsResidentPages, about: TaskID(rawValue: UInt16(task)),
      depth: UInt8(truncatingIfNeeded: tasks[task].depth), a: tasks[task].space.residentPages)
  }

  /// What events say of a region's rights.
  func rights(of region: Region) -> UInt32 {
    var first: Int64 = 0
    if case .file(_, let page) = region.backing { first = page }
    return RegionRights(
      protection: region.protection.rawValue, isShared: region.isShared, page: first
    ).rawValue
  }

  /// Records a region with its rights.
  mutating func tell(_ region: Region, of task: Int) {
    let id = TaskID(rawValue: UInt16(task))
    let depth = UInt8(truncatingIfNeeded: task == current ? tasks[task].depth : 0)
    let name = trace.strings.intern(region.name)
    trace.record(
      .mapsRegion, about: id, depth: depth, object: name.rawValue, a: region.start, b: region.end)
    if let inode = region.inode, inodes.indices.contains(inode) {
      trace.record(
        .backsRegion, about: id, depth: depth, object: number(of: inode), a: region.start,
        b: Int64(deviceNumber(of: inode)))
    }
    trace.record(
      .setsProtection, about: id, depth: depth, object: rights(of: region), a: region.start,
      b: region.end)
  }

  // MARK: - A process that the timeline starts

  /// Brings the pages of a program that has run before: text and data of program and libraries, and
  /// the first page of the stack, on which execve has put arguments and environment.
  mutating func populate(_ task: Int) -> Bool {
    let pageBytes = machine.architecture.pageBytes
    for index in tasks[task].space.regions.indices {
      let region = tasks[task].space.regions[index]
      for page in stride(from: region.start, to: region.end, by: Int(pageBytes)) {
        switch region.backing {
        case .anonymous:
          let content = image(of: tasks[task].program, at: page)
          guard !content.isEmpty || region.growsDown && page == region.end - pageBytes else {
            continue
          }
          guard ownPage(page, from: nil, index, of: task) else { return false }
          if let known = entry(page, of: task) {
            machine.memory.store(bytes: content, at: known.frameAddress)
          }
        case .special(let given):
          let position = Int((page - region.start) / pageBytes)
          guard
            mapPage(
              page, to: given[position], permission(of: region), of: task, isTold: false)
          else { return false }
        case .file(let inode, _):
          guard let number = region.filePage(at: page, pageBytes: pageBytes),
            let slot = cachedQuietly(inode, number)
          else { continue }
          let frame = cache.pages[slot].frame
          if region.protection.contains(.write) {
            guard ownPage(page, from: frame, index, of: task) else { return false }
          } else if !mapPage(
            page, to: frame, permission(of: region), of: task, isTold: false)
          {
            return false
          }
        }
      }
    }
    return true
  }

  /// What a program without a file of its own has in a page.
  private func image(of program: Int, at page: Int64) -> ArraySlice<UInt8> {
    let image = scenario.programs[program]
    let textStart = Int64(machine.architecture.programBase)
    for (start, bytes) in [(textStart, image.text), (image.dataBase, image.data)] {
      guard page >= start, page - start < bytes.count else { continue }
      let first = Int(page - start)
      return bytes[first..<min(bytes.count, first + Int(machine.architecture.pageBytes))]
    }
    return []
  }

  /// Gives a task a page of its own, with the content of another or zeros.
  private mutating func ownPage(
    _ page: Int64, from source: FrameNumber?, _ index: Int, of task: Int
  ) -> Bool {
    if let source { retain(source) }
    defer { if let source { release(source) } }
    guard let frame = takeFrameUntold() else { return false }
    defer { release(frame) }
    if let source { machine.memory.copy(source, to: frame) }
    tasks[task].space.regions[index].hasAnonymousPages = true
    return mapPage(
      page, to: frame, permission(of: tasks[task].space.regions[index]), of: task,
      isTold: false)
  }

  /// The slot of a file's page, brought into the page cache without the machine noticing: for what
  /// was read before the scenario began.
  private mutating func cachedQuietly(_ inode: Int, _ page: Int64) -> Int? {
    if let slot = cache.find(mapping: inode, index: page) {
      return cache.pages[slot].isUpToDate ? slot : nil
    }
    guard let disk = fileSystems[inodes[inode].fileSystem].disk,
      let block = inodes[inode].block(ofPage: page), let frame = takeFrameUntold()
    else { return nil }
    // A frame is filled with zeros when it is taken.
    machine.memory.store(
      bytes: machine.disks[disk].content(ofBlock: block), at: machine.memory.address(of: frame))
    return cache.insert(
      CachedPage(
        mapping: inode, index: page, frame: frame, isUpToDate: true, isLocked: false,
        isDirty: false))
  }

  // MARK: - fork

  /// `dup_mm`: gives a new task a copy of the running one's address space.
  ///
  /// x0: the child; x1: the next region, x2: entries copied. Pages are shared: those of private
  /// regions become read-only on both sides. The page table is copied only for private regions that
  /// have pages of their own; what a file holds is found again by faults. Returns 0, or ENOMEM with
  /// the child's part to be given back by ``destroyAddressSpace(of:)``.
  /// 0: root and regions. 1: the pages of a region.
  mutating func stepDupMm(_ f: Int) {
    let child = Int(frames[f].x0)
    guard tasks.indices.contains(child), child != current else { return finish(.EINVAL) }
    if frames[f].step == 0 {
      guard let root = machine.makeAddressSpace() else { return finish(.ENOMEM) }
      tasks[child].space = tasks[current].space
      tasks[child].space.root = root
      tasks[child].space.residentPages = 0
      for region in tasks[child].space.regions { tell(region, of: child) }
      frames[f].step = 1
      return
    }
    let index = Int(frames[f].x1)
    guard tasks[current].space.regions.indices.contains(index) else {
      trace.record(
        .sharesPages, object: UInt32(truncatingIfNeeded: child), a: frames[f].x2,
        b: Int64(machine.memory.freeCount))
      tellResident(child)
      return finish(0)
    }
    frames[f].x1 += 1
    let region = tasks[current].space.regions[index]
    guard region.hasAnonymousPages, !region.isShared else { return }
    for (page, _) in entries(in: region.start..<region.end, of: current) {
      guard copyEntry(page, to: child) else { return finish(.ENOMEM) }
      frames[f].x2 += 1
    }
  }

  private mutating func copyEntry(_ page: Int64, to child: Int) -> Bool {
    // Room for the copies before this one may have been made at its cost.
    guard let known = entry(page, of: current) else { return true }
    if let slot = known.swapSlot {
      // Both name the slot from now on, and neither may claim the page.
      guard writeEntry(page, known, of: child) != nil else { return false }
      retainSlot(slot)
      swap?.setExclusive(slot, false)
      return true
    }
    if known.isPresent, known.permission.contains(.write) {
      setPermission(page, known.permission.subtracting(.write), of: current)
    }
    let frame = machine.memory.frame(at: known.frameAddress)
    guard known.isPresent else {
      // PROT_NONE: there, but withheld from both.
      return mapPage(page, to: frame, [], of: child) && withhold(page, of: child)
    }
    return mapPage(
      page, to: frame, known.permission.subtracting(.write), of: child, isDirty: known.isDirty)
  }

  /// Makes a page that is there one that nobody may use.
  mutating func withhold(_ page: Int64, of task: Int) -> Bool {
    guard var known = entry(page, of: task), known.isPresent else { return true }
    // An entry that is not present has no dirty bit: the swap area's copy is old.
    let frame = machine.memory.frame(at: known.frameAddress)
    if known.isDirty, let slot = cache.slot(of: frame),
      cache.pages[slot].mapping == PageCache.swapMapping
    {
      cache.setDirty(slot)
    }
    known.isPresent = false
    known.permission = []
    guard pageTable(of: task).set(UInt64(bitPattern: page), known, in: &machine.memory) != nil
    else { return false }
    forgetTranslation(page, of: task)
    return true
  }

  // MARK: - The end

  /// Gives back all that a task's address space holds: pages, swap slots, page tables. CPUs that
  /// still use its page table take the kernel's own first.
  ///
  /// - Returns: How many frames became free.
  @discardableResult
  mutating func destroyAddressSpace(of task: Int) -> Int {
    let root = tasks[task].root
    guard root.rawValue != 0, root != machine.kernelRoot else {
      tasks[task].space = AddressSpace()
      tasks[task].root = machine.kernelRoot
      return 0
    }
    let before = machine.memory.freeCount
    leavePageTable(root)
    for (page, known) in entries(in: 0..<Int64(clamping: machine.architecture.userEnd), of: task) {
      // Nobody translates through this table any more: there is no TLB to tell.
      if let slot = known.swapSlot {
        releaseEntry(ofSlot: slot)
        continue
      }
      let frame = machine.memory.frame(at: known.frameAddress)
      pageFrames.remove(FrameUser(task: task, page: page), from: frame)
      releaseMapped(frame)
    }
    machine.freeAddressSpace(root)
    let files = Set(tasks[task].space.regions.compactMap(\.inode))
    tasks[task].space = AddressSpace()
    tasks[task].root = machine.kernelRoot
    for inode in files.sorted() {
      dropUnnamedFile(inode)
      evictIfUnused(inode)
    }
    return machine.memory.freeCount - before
  }

  /// Every CPU that uses a page table which is about to go takes the kernel's own.
  private mutating func leavePageTable(_ root: FrameNumber) {
    for other in machine.cpus.indices where uses(root, cpu: other) {
      guard other != cpu else {
        machine.setPageTable(machine.kernelRoot, cpu: other, &trace)
        continue
      }
      // An idle CPU has kept the table of who ran there last: it is told by an interrupt.
      let cause = trace.record(.sendsInterProcessorInterrupt, a: Int64(other))
      let (number, task, mode, depth) = (trace.cpu, trace.task, trace.mode, trace.depth)
      trace.cpu = UInt8(truncatingIfNeeded: other)
      trace.task = UInt16(truncatingIfNeeded: processors[other].current)
      trace.mode = machine.cpus[other].mode
      trace.depth = UInt8(truncatingIfNeeded: tasks[processors[other].current].depth)
      machine.setPageTable(machine.kernelRoot, cpu: other, &trace)
      (trace.cpu, trace.task, trace.mode, trace.depth) = (number, task, mode, depth)
      trace.cause = cause
    }
  }
}
