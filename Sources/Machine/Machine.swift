public import Catalogue
public import Program
public import Trace

/// The hardware: CPUs with their MMUs, physical memory, the clock's event queue, disks.
///
/// It knows no process and no file. What it does is recorded through the `TraceRecorder` that each
/// call is given.
public struct Machine: Sendable {
  /// The architecture, as data.
  public let architecture: Architecture
  /// The CPUs.
  public var cpus: [CPU]
  /// The memory.
  public var memory: PhysicalMemory
  /// What is pending for each CPU.
  public var queues: [EventQueue]
  /// The disks, in order of their configuration.
  public var disks: [Disk]
  /// The page table of a CPU without a process: the kernel's mappings where they are in every table,
  /// else nothing at all.
  public let kernelRoot: FrameNumber
  /// The page table that holds the kernel's mappings.
  public let kernelTable: PageTable
  /// The bits of an address that count.
  let addressMask: UInt64
  /// Whether the kernel has an address space of its own.
  private let kernelIsSeparate: Bool
  /// Whether kernel mode may touch user pages only while ``CPU/mayAccessUser`` says so.
  public let barsUserAccess: Bool
  /// Whether kernel mode cannot execute user pages.
  public let barsUserExecution: Bool
  /// Nanoseconds charged for a page-table walk.
  public let tlbMissCost: Int64
  /// Whether the memory is told of each use: see ``PhysicalMemory/lastUse(of:)``.
  let remembersUses: Bool

  /// Under isolation kpti: a table with the kernel's way in and out alone. The kernel half of every
  /// user-mode table is its.
  let trampolineRoot: FrameNumber?

  /// What tests have broken on purpose.
  package var sabotage: Sabotage?

  /// Frames that hold the kernel's image.
  static let kernelFrames = 64

  /// A machine that has been switched on: the kernel is in memory and mapped.
  public init(_ configuration: MachineConfiguration, disks: [Disk]) {
    let architecture = configuration.architecture
    self.architecture = architecture
    addressMask = architecture.addressMask
    if case .separate = architecture.kernelSpace {
      kernelIsSeparate = true
    } else {
      kernelIsSeparate = false
    }
    barsUserAccess = configuration.protections.contains { !$0.isForExecution }
    barsUserExecution =
      architecture.neverExecutesUserPages
      || configuration.protections.contains(where: \.isForExecution)
    tlbMissCost = configuration.costs.tlbMiss
    cpus = [CPU](repeating: CPU(), count: max(1, configuration.cpuCount))
    queues = [EventQueue](repeating: EventQueue(), count: cpus.count)
    self.disks = disks
    var memory = PhysicalMemory(
      byteCount: configuration.memoryBytes, pageBytes: architecture.pageBytes,
      reservedFrames: Self.kernelFrames)
    // A memory too small for its tables cannot be configured; frame 0 would then be the root.
    let root =
      PageTable.make(architecture: architecture, in: &memory)
      ?? PageTable(architecture: architecture, root: FrameNumber(rawValue: 0))
    var table = root
    if architecture.kernelSpace != .sharedUpperHalf {
      table = PageTable.make(architecture: architecture, in: &memory) ?? root
    }
    Self.mapKernel(configuration, table, in: &memory)
    // Modules come and go; the tables right below the root are there from the begin, so that every
    // process's table leads to them.
    if architecture.pageTable.count > 1 {
      _ = table.makeTables(
        to: architecture.modulesBase, level: 1, limits: [.write, .execute], in: &memory)
    }
    kernelRoot = root.root
    kernelTable = table
    trampolineRoot =
      configuration.isolation == .kpti
      ? Self.makeTrampoline(table, cpuCount: cpus.count, architecture, in: &memory) : nil
    if configuration.replacement == .lru { memory.rememberUses() }
    remembersUses = memory.remembersUses
    self.memory = memory
    for index in cpus.indices { cpus[index].root = root.root }
  }

  /// The direct map of all memory, and the kernel's text; supervisor only.
  private static func mapKernel(
    _ configuration: MachineConfiguration, _ table: PageTable, in memory: inout PhysicalMemory
  ) {
    let architecture = configuration.architecture
    func isDirect(_ address: UInt64) -> Bool {
      architecture.directSegments.contains { $0.addresses.contains(address) }
    }
    let level =
      architecture.pageTable.lastIndex { $0.mayMapLargePage } ?? architecture.pageTable.count - 1
    let step = table.span(of: level)
    let text = [
      architecture.kernelTextBase, architecture.syscallEntry, architecture.exceptionEntry,
      architecture.interruptEntry,
    ].map { $0 & ~(step - 1) }
    var physical: UInt64 = 0
    while physical < UInt64(configuration.memoryBytes), !isDirect(architecture.directMapBase) {
      let address = architecture.directMapBase &+ physical
      // Where the kernel's text lies within the map, that part of it is executed.
      _ = table.setLarge(
        address, to: Int64(physical), text.contains(address) ? [.write, .execute] : [.write],
        level: level, in: &memory)
      physical += step
    }
    for address in text
    where !isDirect(address) && table.lookup(address, in: memory) == nil {
      _ = table.setLarge(address, to: 0, [.execute], level: level, in: &memory)
    }
    // The table for modules is there from the start, so that all processes share it.
    _ = table.makeTables(
      to: architecture.modulesBase, level: 1, limits: [.write, .execute], in: &memory)
  }

  /// A new page table for a process; `nil` when memory is full. Where the kernel's mappings are in
  /// every table, it shares them. Under isolation kpti it is the one for kernel mode, and
  /// ``userTable(of:)`` lies behind it.
  public mutating func makeAddressSpace() -> FrameNumber? {
    guard let trampolineRoot else {
      let table = PageTable.make(architecture: architecture, in: &memory)
      if let table, architecture.kernelSpace == .sharedUpperHalf {
        copyKernelHalf(of: kernelRoot, to: table.root)
      }
      return table?.root
    }
    guard let root = PageTable.allocate(rootFrames * 2, in: &memory) else { return nil }
    copyKernelHalf(of: kernelRoot, to: root)
    if let user = userTable(of: root) { copyKernelHalf(of: trampolineRoot, to: user) }
    return root
  }

  private mutating func copyKernelHalf(of source: FrameNumber, to target: FrameNumber) {
    if sabotage == .kernelHalfIsMissing { return }
    let table = PageTable(architecture: architecture, root: source)
    for index in table.rootEntries(below: architecture.userEnd)..<table.entryCount(ofLevel: 0) {
      let offset = Int64(index) * 8
      memory.store(
        memory.word(at: memory.address(of: source) + offset),
        at: memory.address(of: target) + offset)
    }
  }

  /// Gives back all tables of an address space, whose pages were taken out before.
  public mutating func freeAddressSpace(_ root: FrameNumber) {
    let user = userTable(of: root)
    PageTable(architecture: architecture, root: root)
      .freeTables(userEnd: architecture.userEnd, in: &memory)
    guard let user else { return }
    // Below its root there is nothing of its own.
    for offset in 0..<Int32(rootFrames) {
      memory.free(FrameNumber(rawValue: user.rawValue + offset))
    }
  }

  /// Gives a CPU another page table; its TLB forgets everything.
  public mutating func setPageTable(
    _ root: FrameNumber, for change: PageTableChange = .process, cpu: Int,
    _ trace: inout TraceRecorder
  ) {
    let old = cpus[cpu].root
    guard old != root else { return }
    cpus[cpu].root = root
    trace.record(
      .writesPageTableBase, object: change.rawValue, a: memory.address(of: root),
      b: memory.address(of: old))
    let forgotten = cpus[cpu].tlb.count
    cpus[cpu].tlb.flush()
    trace.record(.flushesTLB, a: Int64(forgotten))
  }

  /// Makes a CPU forget all translations.
  public mutating func flushTLB(cpu: Int, _ trace: inout TraceRecorder) {
    let forgotten = cpus[cpu].tlb.count
    cpus[cpu].tlb.flush()
    trace.record(.flushesTLB, a: Int64(forgotten))
  }

  /// Makes a CPU forget the translation of one page, after its entry was changed.
  public mutating func invalidatePage(_ address: Int64, cpu: Int) {
    let page = (UInt64(bitPattern: address) & addressMask) / UInt64(architecture.pageBytes)
    cpus[cpu].tlb.drop(page)
    if kernelIsSeparate { cpus[cpu].tlb.drop(page | Self.separateSpace) }
  }

  /// Translates a virtual address with a CPU's page table in its present mode.
  ///
  /// User mode may use pages with the user bit only; kernel mode may use those only as far as no
  /// protection bars them. Writing needs the writable bit in either mode (CR0.WP is set on x86_64). A walk sets the accessed and dirty bits, as hardware does.
  public mutating func translate(
    _ address: Int64, _ access: AccessKind, cpu: Int, _ trace: inout TraceRecorder
  ) -> Translation {
    let virtual = UInt64(bitPattern: address) & addressMask
    let pageBytes = UInt64(architecture.pageBytes)
    let isUser = cpus[cpu].mode == .user
    let isSeparate = kernelIsSeparate && !isUser && !cpus[cpu].usesUserSpace
    let page = virtual / pageBytes | (isSeparate ? Self.separateSpace : 0)
    if let hit = cpus[cpu].tlb.find(page), access != .write || hit.isDirty,
      permits(hit.permission, access, isUser: isUser, cpu: cpu)
    {
      if remembersUses { memory.noteUse(at: hit.frameAddress) }
      return .physical(hit.frameAddress + Int64(virtual % pageBytes))
    }
    if let exception = architecture.refusal(virtual, isUser) {
      return .fault(
        fault(virtual, access, exception, isUser: isUser, isPresent: false, level: 0))
    }
    for segment in architecture.directSegments where segment.addresses.contains(virtual) {
      return .physical(Int64(truncatingIfNeeded: virtual &- segment.addresses.lowerBound))
    }
    let root =
      switch architecture.kernelSpace {
      case .sharedUpperHalf: cpus[cpu].root
      case .ownTable: virtual >> 63 == 0 ? cpus[cpu].root : kernelTable.root
      case .separate: isSeparate ? kernelTable.root : cpus[cpu].root
      }
    return walk(virtual, access, page: page, root: root, cpu: cpu, &trace)
  }

  /// Marks the pages of a separate kernel space in the TLB.
  private static let separateSpace: UInt64 = 1 << 62

  func fault(
    _ virtual: UInt64, _ access: AccessKind, _ exception: ExceptionKind, isUser: Bool,
    isPresent: Bool, level: Int
  ) -> MemoryFault {
    let cause = FaultCause(access: access, isUser: isUser, isPresent: isPresent, level: level)
    return MemoryFault(
      address: Int64(bitPattern: virtual), exception: exception,
      errorCode: exception == .pageFault ? architecture.faultStatus.encode(cause) : 0,
      access: access)
  }

  @inline(__always)
  private func permits(
    _ permission: PagePermission, _ access: AccessKind, isUser: Bool, cpu: Int
  ) -> Bool {
    if isUser {
      if !permission.contains(.user) { return false }
    } else if permission.contains(.user) {
      // Kernel mode at a user page: SMEP, SMAP and what others call them.
      if access == .execute ? barsUserExecution : barsUserAccess && !cpus[cpu].mayAccessUser {
        return false
      }
    }
    switch access {
    case .read: return !permission.contains(.noRead)
    case .write: return permission.contains(.write)
    case .execute: return permission.contains(.execute)
    }
  }

  private mutating func walk(
    _ virtual: UInt64, _ access: AccessKind, page: UInt64, root: FrameNumber, cpu: Int,
    _ trace: inout TraceRecorder
  ) -> Translation {
    let address = Int64(bitPattern: virtual)
    let format = architecture.entryFormat
    let table = PageTable(architecture: architecture, root: root)
    let isUser = cpus[cpu].mode == .user

    trace.record(.missesTLB, object: access.rawValue, a: address)
    trace.spent &+= tlbMissCost
    var limits = PagePermission.all
    var base = memory.address(of: root)
    var entries: [(place: Int64, bits: UInt64)] = []
    entries.reserveCapacity(table.levels.count)
    func refused(isPresent: Bool, _ level: Int) -> Translation {
      .fault(
        fault(virtual, access, .pageFault, isUser: isUser, isPresent: isPresent, level: level))
    }
    for level in table.levels.indices {
      let place = table.entryAddress(table: base, level: level, address: virtual)
      let entry = memory.word(at: place)
      trace.record(
        .readsPageTableEntry, object: UInt32(level), a: place, b: Int64(bitPattern: entry))
      entries.append((place, entry))
      switch format.decode(entry, level) {
      case .empty, .withheld, .swapped: return refused(isPresent: false, level)
      case .table(let next, let rights):
        limits.formIntersection(rights)
        base = next
      case .page(let start, let rights, _, let wasDirty):
        var permission = rights.intersection(limits.union(.noRead))
        if sabotage == .supervisorBitIsIgnored, isUser { permission.insert(.user) }
        guard permits(permission, access, isUser: isUser, cpu: cpu) else {
          return refused(isPresent: true, level)
        }
        for (level, item) in entries.enumerated() {
          let isWrite = access == .write && level == entries.count - 1
          let updated = format.touch(item.bits, level, isWrite)
          if updated != item.bits { memory.store(updated, at: item.place) }
        }
        let pageBytes = UInt64(architecture.pageBytes)
        let offset = virtual & (table.span(of: level) - 1)
        let frameAddress = start + Int64(offset / pageBytes * pageBytes)
        cpus[cpu].tlb.fill(
          page,
          TLBEntry(
            frameAddress: frameAddress, permission: permission,
            isDirty: wasDirty || access == .write))
        trace.record(.fillsTLB, object: access.rawValue, a: address, b: frameAddress)
        if remembersUses { memory.noteUse(at: frameAddress) }
        return .physical(frameAddress + Int64(virtual % pageBytes))
      }
    }
    return refused(isPresent: false, 0)
  }

  /// What page tables say of an address, looked at from outside: no TLB is asked, nothing is marked.
  ///
  /// - Parameters:
  ///   - address: The address that is looked up.
  ///   - root: The process's table, the one for kernel mode where there are two.
  ///   - isUser: Whether the tables are those that user mode has.
  /// - Returns: The physical address with the rights of its page; `nil` when there is none.
  public func view(
    of address: Int64, root: FrameNumber, isUser: Bool
  ) -> (address: Int64, permission: PagePermission)? {
    let virtual = UInt64(bitPattern: address) & addressMask
    guard architecture.refusal(virtual, isUser) == nil else { return nil }
    for segment in architecture.directSegments where segment.addresses.contains(virtual) {
      return (
        Int64(truncatingIfNeeded: virtual &- segment.addresses.lowerBound), [.write, .execute]
      )
    }
    let own = isUser ? userTable(of: root) ?? root : root
    let top =
      switch architecture.kernelSpace {
      case .sharedUpperHalf: own
      case .ownTable: virtual >> 63 == 0 ? own : kernelTable.root
      case .separate: isUser ? own : kernelTable.root
      }
    let table = PageTable(architecture: architecture, root: top)
    var limits = PagePermission.all
    var base = memory.address(of: top)
    for level in table.levels.indices {
      let place = table.entryAddress(table: base, level: level, address: virtual)
      switch architecture.entryFormat.decode(memory.word(at: place), level) {
      case .empty, .withheld, .swapped: return nil
      case .table(let next, let rights):
        limits.formIntersection(rights)
        base = next
      case .page(let start, let rights, _, _):
        return (
          start + Int64(virtual & (table.span(of: level) - 1)),
          rights.intersection(limits.union(.noRead))
        )
      }
    }
    return nil
  }

  /// Reads up to 8 bytes, which may lie in two pages.
  mutating func load(
    _ address: Int64, byteCount: Int, cpu: Int, _ trace: inout TraceRecorder
  ) -> Result<Int64, FaultError> {
    if byteCount == 8, address & 7 == 0 {
      switch translate(address, .read, cpu: cpu, &trace) {
      case .physical(let physical):
        return .success(Int64(bitPattern: memory.word(at: physical)))
      case .fault(let fault): return .failure(FaultError(fault: fault))
      }
    }
    var value: UInt64 = 0
    for offset in 0..<byteCount {
      switch translate(address &+ Int64(offset), .read, cpu: cpu, &trace) {
      case .physical(let physical):
        value |= UInt64(memory.byte(at: physical)) << UInt64(offset * 8)
      case .fault(let fault): return .failure(FaultError(fault: fault))
      }
    }
    return .success(Int64(bitPattern: value))
  }

  /// Stores up to 8 bytes. Nothing is stored when any of them would fault.
  mutating func store(
    _ value: Int64, _ address: Int64, byteCount: Int, cpu: Int, _ trace: inout TraceRecorder
  ) -> FaultError? {
    if byteCount == 8, address & 7 == 0 {
      switch translate(address, .write, cpu: cpu, &trace) {
      case .physical(let physical):
        memory.store(UInt64(bitPattern: value), at: physical)
        return nil
      case .fault(let fault): return FaultError(fault: fault)
      }
    }
    var places: [Int64] = []
    for offset in 0..<byteCount {
      switch translate(address &+ Int64(offset), .write, cpu: cpu, &trace) {
      case .physical(let physical): places.append(physical)
      case .fault(let fault): return FaultError(fault: fault)
      }
    }
    for (offset, place) in places.enumerated() {
      memory.store(
        byte: UInt8(truncatingIfNeeded: UInt64(bitPattern: value) >> UInt64(offset * 8)),
        at: place)
    }
    return nil
  }
}

/// A ``MemoryFault`` as an error.
struct FaultError: Error {
  let fault: MemoryFault
}
