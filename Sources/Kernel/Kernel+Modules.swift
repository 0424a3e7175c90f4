import Catalogue
import Machine
import Program
import Trace

/// Kernel modules: loaded, run, removed.
///
/// Order of checks as in kernel/module/main.c: capability, flags, file, format, name, memory, symbols,
/// relocation, parameters; then init runs in the caller's process context.
extension Kernel {
  /// Bytes of the largest module file.
  private static let moduleFileLimit: Int64 = 4 << 20
  /// Modules that there can be.
  private static let moduleLimit = 64
  /// Bytes of a module's name with its NUL (MODULE_NAME_LEN).
  private static let moduleNameBytes: Int64 = 56
  /// MODULE_INIT_IGNORE_MODVERSIONS, MODULE_INIT_IGNORE_VERMAGIC, MODULE_INIT_COMPRESSED_FILE.
  private static let moduleFlags: Int64 = 7
  private static let ignoresVersion: Int64 = 2
  /// Nanoseconds between two looks at something that another CPU is about to end.
  private static let pause: Int64 = 1000

  /// The module of a name, in whatever state.
  func module(named name: String) -> Int? { modules.firstIndex { $0?.name == name } }

  /// The module whose code or data lies at an address.
  func module(at address: Int64) -> Int? {
    modules.firstIndex { $0?.text.contains(address) == true || $0?.data.contains(address) == true }
  }

  /// `may_init_module`.
  private mutating func mayUseModules() -> Bool { isCapable("CAP_SYS_MODULE") }

  /// `capable`: whether the running task has a capability; only root has any here.
  mutating func isCapable(_ capability: String) -> Bool {
    let isAllowed = tasks[current].uid == 0
    let name = trace.strings.intern(capability)
    trace.record(
      .checksCapability, object: name.rawValue, a: tasks[current].uid,
      b: isAllowed ? 0 : Errno.EPERM.returned)
    return isAllowed
  }

  // MARK: - Into kernel memory

  /// x0: descriptor, x1: parameters, x2: flags. 0: check. 1: the file is here. 2: done.
  mutating func stepSysFinitModule(_ f: Int) {
    switch frames[f].step {
    case 0:
      guard mayUseModules() else { return finish(.EPERM) }
      let flags = Int64(Int32(truncatingIfNeeded: frames[f].x2))
      guard flags & ~Self.moduleFlags == 0 else { return finish(.EINVAL) }
      guard let file = openFile(frames[f].x0) else { return finish(.EBADF) }
      let access = openFiles[file].flags & OpenFlags.accessModeMask
      guard access == OpenFlags.readOnly || access == OpenFlags.readWrite else {
        return finish(.EBADF)
      }
      let inode = openFiles[file].inode
      guard inodes[inode].kind == .file else { return finish(.EINVAL) }
      let isWritten = openFiles.contains {
        $0.references > 0 && $0.inode == inode
          && $0.flags & OpenFlags.accessModeMask != OpenFlags.readOnly
      }
      guard !isWritten else { return finish(.ETXTBSY) }
      guard inodes[inode].size > 0 else { return finish(.EINVAL) }
      guard inodes[inode].size <= Self.moduleFileLimit else { return finish(.EFBIG) }
      tasks[current].buffer.removeAll(keepingCapacity: true)
      call(f, then: 1, .kernelReadFile, Int64(inode))
    case 1:
      guard tasks[current].returned >= 0 else { return finish(tasks[current].returned) }
      call(f, then: 2, .loadModule, frames[f].x1, frames[f].x2)
    default: finish(tasks[current].returned)
    }
  }

  /// x0: image, x1: bytes, x2: parameters. 0: check. 1: the image is here. 2: done.
  mutating func stepSysInitModule(_ f: Int) {
    switch frames[f].step {
    case 0:
      guard mayUseModules() else { return finish(.EPERM) }
      let count = UInt64(bitPattern: frames[f].x1)
      guard count >= 64 else { return finish(.ENOEXEC) }
      guard count <= UInt64(Self.moduleFileLimit) else { return finish(.ENOMEM) }
      tasks[current].buffer.removeAll(keepingCapacity: true)
      call(f, then: 1, .copyFromUser, frames[f].x0, frames[f].x1)
    case 1:
      guard tasks[current].returned == 0 else { return finish(.EFAULT) }
      call(f, then: 2, .loadModule, frames[f].x2, 0)
    default: finish(tasks[current].returned)
    }
  }

  /// x0: inode; x1: page. Reads a whole file into the task's buffer, through the page cache.
  /// 0: next page. 1: it was read from the disk.
  mutating func stepKernelReadFile(_ f: Int) {
    let inode = Int(frames[f].x0)
    let page = frames[f].x1
    let pageBytes = machine.architecture.pageBytes
    if frames[f].step == 1 {
      guard tasks[current].returned >= 0 else { return finish(tasks[current].returned) }
      frames[f].step = 0
    }
    let left = min(inodes[inode].size, Self.moduleFileLimit) - page * pageBytes
    guard left > 0 else { return finish(Int64(tasks[current].buffer.count)) }
    let found = cache.find(mapping: inode, index: page)
    let isCached = found.map { cache.pages[$0].isUpToDate } ?? false
    trace.record(.looksUpPage, object: number(of: inode), a: page, b: isCached ? 1 : 0)
    var frame = zeroFrame
    if let found, isCached {
      frame = cache.pages[found].frame
    } else if hasBackingStore(inode) {
      return call(f, then: 1, .pageCacheRead, Int64(inode), page)
    }
    tasks[current].buffer += machine.memory.bytes(
      at: machine.memory.address(of: frame), count: Int(min(left, pageBytes)))
    frames[f].x1 = page + 1
  }

  // MARK: - Loading

  /// x0: parameters, x1: flags; x2: the module. 0: read the file's format and lay it out.
  /// 1: resolve symbols. 2: relocate. 3: protect. 4: the parameters are here. 5: init has run.
  mutating func stepLoadModule(_ f: Int) {
    let slot = Int(frames[f].x2)
    switch frames[f].step {
    case 0: layOutModule(f)
    case 1:
      guard resolveSymbols(of: slot) else { return refuse(f, slot, .ENOENT) }
      frames[f].step = 2
    case 2:
      relocate(slot)
      frames[f].step = 3
    case 3:
      protect(slot)
      tasks[current].buffer.removeAll(keepingCapacity: true)
      call(f, then: 4, .strncpyFromUser, frames[f].x0, Int64(Self.pathBytes))
    case 4:
      let count = tasks[current].returned
      guard count >= 0 else {
        return refuse(f, slot, count == Errno.EFAULT.returned ? .EFAULT : .EINVAL)
      }
      for word in tasks[current].buffer.prefix(Int(count)).split(separator: 0x20) {
        let name = String(decoding: word.prefix { $0 != 0x3D }, as: UTF8.self)
        log("\(modules[slot]?.name ?? ""): unknown parameter '\(name)' ignored")
      }
      modules[slot]?.state = .coming
      call(f, then: 5, .doInitModule, Int64(slot))
    default: finish(tasks[current].returned)
    }
  }

  /// Gives up before init has run.
  private mutating func refuse(_ f: Int, _ slot: Int, _ error: Errno) {
    freeModule(slot, because: error.returned)
    finish(error)
  }

  private mutating func layOutModule(_ f: Int) {
    let ignoresVersion = frames[f].x1 & Self.ignoresVersion != 0
    let bytes = tasks[current].buffer
    tasks[current].buffer = []
    let file: ModuleFile
    do throws(ModuleFile.Problem) {
      file = try ModuleFile(bytes, for: machine.architecture, checksVersion: !ignoresVersion)
    } catch {
      let reason = trace.strings.intern(error.rawValue)
      trace.record(.checksModule, object: reason.rawValue, b: Errno.ENOEXEC.returned)
      return finish(.ENOEXEC)
    }
    let name = trace.strings.intern(file.name)
    if let known = module(named: file.name) {
      // Linux waits for a module that is loading before it says so; see the README.
      let error = modules[known]?.state == .live ? Errno.EEXIST : .EBUSY
      trace.record(.checksModule, object: name.rawValue, b: error.returned)
      return finish(error)
    }
    trace.record(.checksModule, object: name.rawValue)
    guard let slot = modules.firstIndex(where: { $0 == nil }) ?? newModuleSlot() else {
      return finish(.ENOMEM)
    }
    let pageBytes = machine.architecture.pageBytes
    let textPages = pageCount(Int64(file.text.count))
    let total = textPages + pageCount(Int64(file.data.count))
    guard let base = freeModuleSpace(total * pageBytes) else { return finish(.ENOMEM) }
    var module = KernelModule(name: file.name, file: file)
    moduleCount += 1
    module.sequence = moduleCount
    module.text = base..<base + textPages * pageBytes
    module.data = module.text.upperBound..<base + total * pageBytes
    modules[slot] = module
    frames[f].x2 = Int64(slot)
    // Writable while it is being filled, executable not yet.
    for page in 0..<total {
      guard let frame = takeFrame(), mapModulePage(base + page * pageBytes, frame, [.write], slot)
      else { return refuse(f, slot, .ENOMEM) }
    }
    for (content, range, section) in [
      (file.text, module.text, "text"), (file.data, module.data, "data"),
    ] where !content.isEmpty {
      for start in stride(from: 0, to: content.count, by: Int(pageBytes)) {
        guard let place = modulePlace(slot, range.lowerBound + Int64(start)) else { continue }
        machine.memory.store(
          bytes: content[start..<min(start + Int(pageBytes), content.count)], at: place)
      }
      let title = trace.strings.intern("\(file.name).\(section)")
      trace.record(
        .mapsModule, object: title.rawValue, a: range.lowerBound, b: range.upperBound)
    }
    modules[slot]?.file.text = []
    modules[slot]?.file.data = []
    frames[f].step = 1
  }

  private mutating func newModuleSlot() -> Int? {
    guard modules.count < Self.moduleLimit else { return nil }
    modules.append(nil)
    return modules.count - 1
  }

  /// The lowest room in the modules area, with a page between two modules that nothing is mapped in.
  private func freeModuleSpace(_ count: Int64) -> Int64? {
    let pageBytes = machine.architecture.pageBytes
    var base = Int64(bitPattern: machine.architecture.modulesBase)
    let taken = modules.compactMap { $0.map { $0.text.lowerBound..<$0.data.upperBound } }
      .sorted { $0.lowerBound < $1.lowerBound }
    for range in taken {
      if range.lowerBound - base >= count + pageBytes { break }
      base = max(base, range.upperBound + pageBytes)
    }
    return base
  }

  /// Maps a page where every process's page table leads: the kernel's tables are the same for all.
  private mutating func mapModulePage(
    _ address: Int64, _ frame: FrameNumber, _ permission: PagePermission, _ slot: Int
  ) -> Bool {
    modules[slot]?.frames.append(frame)
    let entry = PageEntry(
      frameAddress: machine.memory.address(of: frame), permission: permission)
    guard
      let made = machine.kernelTable.set(UInt64(bitPattern: address), entry, in: &machine.memory)
    else { return false }
    for table in made {
      trace.record(
        .allocatesPage, a: machine.memory.address(of: table), b: Int64(machine.memory.freeCount))
    }
    return true
  }

  /// Where a byte of a module lies in memory.
  private func modulePlace(_ slot: Int, _ address: Int64) -> Int64? {
    guard let module = modules[slot], address >= module.text.lowerBound else { return nil }
    let offset = address - module.text.lowerBound
    let pageBytes = machine.architecture.pageBytes
    let page = Int(offset / pageBytes)
    guard module.frames.indices.contains(page) else { return nil }
    return machine.memory.address(of: module.frames[page]) + offset % pageBytes
  }

  private mutating func resolveSymbols(of slot: Int) -> Bool {
    guard let module = modules[slot] else { return false }
    let architecture = machine.architecture
    for symbol in module.file.symbols where symbol.section == 0 && !symbol.name.isEmpty {
      let name = trace.strings.intern(symbol.name)
      let service = KernelService.named(symbol.name)
      trace.record(
        .resolvesSymbol, object: name.rawValue,
        a: service.map { Self.address(of: $0, architecture) } ?? 0,
        b: service == nil ? Errno.ENOENT.returned : 0)
      if service == nil {
        log("\(module.name): Unknown symbol \(symbol.name) (err -2)")
        return false
      }
    }
    return true
  }

  /// Where the kernel's text has a function that it exports.
  private static func address(of service: KernelService, _ architecture: Architecture) -> Int64 {
    Int64(bitPattern: architecture.kernelTextBase &+ 0x20_0000)
      &+ Int64(service.rawValue) &* 0x100
  }

  private mutating func relocate(_ slot: Int) {
    guard let module = modules[slot] else { return }
    let architecture = machine.architecture
    for relocation in module.file.relocations where limits.sabotage != .relocationIsSkipped {
      let symbol = module.file.symbols[relocation.symbol]
      let base =
        switch symbol.section {
        case ModuleFile.textSection: module.text.lowerBound
        case ModuleFile.dataSection: module.data.lowerBound
        default: KernelService.named(symbol.name).map { Self.address(of: $0, architecture) } ?? 0
        }
      let value = base &+ symbol.value &+ relocation.addend
      // An aligned word never crosses a page.
      if let place = modulePlace(slot, module.text.lowerBound + relocation.offset) {
        machine.memory.store(UInt64(bitPattern: value), at: place)
      }
    }
    let name = trace.strings.intern(module.name)
    trace.record(
      .relocatesModule, object: name.rawValue, a: Int64(module.file.relocations.count))
  }

  /// Text can be executed and not written from here on, data written and not executed.
  private mutating func protect(_ slot: Int) {
    guard let module = modules[slot] else { return }
    let pageBytes = machine.architecture.pageBytes
    for (range, permission, section) in [
      (module.text, PagePermission.execute, "text"), (module.data, .write, "data"),
    ] where !range.isEmpty {
      for page in stride(from: range.lowerBound, to: range.upperBound, by: Int(pageBytes)) {
        guard let place = modulePlace(slot, page) else { continue }
        _ = machine.kernelTable.set(
          UInt64(bitPattern: page), PageEntry(frameAddress: place, permission: permission),
          in: &machine.memory)
        for cpu in machine.cpus.indices { machine.invalidatePage(page, cpu: cpu) }
      }
      let title = trace.strings.intern("\(module.name).\(section)")
      trace.record(
        .protectsModule, object: title.rawValue, a: range.lowerBound,
        b: permission.contains(.execute) ? 1 : 0)
    }
  }

  /// x0: module. 0: call init. 1: it has returned.
  mutating func stepDoInitModule(_ f: Int) {
    let slot = Int(frames[f].x0)
    guard let module = modules[slot] else { return finish(.ENOENT) }
    if frames[f].step == 0 {
      if let function = module.address(of: "init_module") {
        return call(f, then: 1, .moduleCode, function, 0, 0, 0, Int64(slot))
      }
      tasks[current].returned = 0
    }
    let result = tasks[current].returned
    guard result >= 0 else {
      freeModule(slot, because: result)
      return finish(result)
    }
    if result > 0 {
      log(
        "\(module.name): '\(module.name)'->init suspiciously returned \(result), it should follow "
          + "0/-E convention")
    }
    modules[slot]?.state = .live
    if let error = register(slot) {
      freeModule(slot, because: error.returned)
      return finish(error)
    }
    let name = trace.strings.intern(module.name)
    trace.record(
      .loadsModule, object: name.rawValue, a: module.text.lowerBound,
      b: module.data.upperBound - module.text.lowerBound)
    finish(0)
  }

  // MARK: - Removal

  /// x0: name, x1: flags; x2: module. 0: fetch the name. 1: check. 3: wait for its handlers. 2: exit has
  /// run.
  mutating func stepSysDeleteModule(_ f: Int) {
    switch frames[f].step {
    case 0:
      guard mayUseModules() else { return finish(.EPERM) }
      tasks[current].buffer.removeAll(keepingCapacity: true)
      call(f, then: 1, .strncpyFromUser, frames[f].x0, Self.moduleNameBytes)
    case 1:
      let count = tasks[current].returned
      if count == Errno.EFAULT.returned { return finish(.EFAULT) }
      let name = String(
        decoding: tasks[current].buffer.prefix(Int(max(0, count))), as: UTF8.self)
      guard count > 0, let slot = module(named: name), let module = modules[slot] else {
        return finish(.ENOENT)
      }
      let (start, end) = (module.address(of: "init_module"), module.address(of: "cleanup_module"))
      // Without O_NONBLOCK it is the same (delete_module(2)): nobody waits for a module any more.
      let refusal: Errno? =
        if module.state != .live || start != nil && end == nil { .EBUSY } else if module.uses > 0 {
          .EAGAIN
        } else { nil }
      let title = trace.strings.intern(name)
      trace.record(
        .checksModuleUse, object: title.rawValue, a: Int64(module.uses), b: refusal?.returned ?? 0)
      if let refusal { return finish(refusal) }
      modules[slot]?.state = .going
      unregister(slot)
      frames[f].x2 = Int64(slot)
      frames[f].step = 3
    case 3:
      // Another CPU may still be in a handler of it (synchronize_irq).
      let slot = Int(frames[f].x2)
      guard !isExecuting(slot) else { return trace.spent &+= Self.pause }
      if let end = modules[slot]?.address(of: "cleanup_module") {
        call(f, then: 2, .moduleCode, end, 0, 0, 0, Int64(slot))
      } else {
        frames[f].step = 2
      }
    default:
      freeModule(Int(frames[f].x2), because: 0)
      finish(0)
    }
  }

  /// Whether a function of a module is on the kernel stack of some task that can go on.
  private func isExecuting(_ slot: Int) -> Bool {
    tasks.indices.contains { task in
      (0..<tasks[task].depth).contains { index in
        let frame = frames[task * Self.stackFrames + index]
        return frame.routine == .moduleCode && frame.x4 == Int64(slot) && frame.step != 9
      }
    }
  }

  /// Takes a module out of the kernel, with its pages.
  private mutating func freeModule(_ slot: Int, because reason: Int64) {
    guard let module = modules[slot] else { return }
    modules[slot] = nil
    let pageBytes = machine.architecture.pageBytes
    for (index, frame) in module.frames.enumerated() {
      let page = module.text.lowerBound + Int64(index) * pageBytes
      _ = machine.kernelTable.clear(UInt64(bitPattern: page), in: &machine.memory)
      for cpu in machine.cpus.indices { machine.invalidatePage(page, cpu: cpu) }
      release(frame)
    }
    let name = trace.strings.intern(module.name)
    trace.record(
      .unloadsModule, object: name.rawValue, a: Int64(machine.memory.freeCount), b: reason)
  }
}
