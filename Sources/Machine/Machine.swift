public import Catalogue
public import Program
public import Trace

/// The hardware: CPUs with their MMUs, physical memory, the clock's event queue, disks.
///
/// It knows no process and no file. What it does is recorded through the ``TraceRecorder`` that each
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
  /// Page table with the kernel half alone; the idle task uses it.
  public let kernelRoot: FrameNumber
  /// Nanoseconds charged for a page-table walk.
  public let tlbMissCost: Int64

  /// Under isolation kpti: a table with the kernel's way in and out alone. The kernel half of every
  /// user-mode table is its.
  let trampolineRoot: FrameNumber?

  /// Frames that hold the kernel's image.
  static let kernelFrames = 64

  /// A machine that has been switched on: the kernel is in memory and mapped.
  public init(_ configuration: MachineConfiguration, disks: [Disk]) {
    let architecture = configuration.architecture
    self.architecture = architecture
    tlbMissCost = configuration.costs.tlbMiss
    cpus = [CPU](repeating: CPU(), count: max(1, configuration.cpuCount))
    queues = [EventQueue](repeating: EventQueue(), count: cpus.count)
    self.disks = disks
    var memory = PhysicalMemory(
      byteCount: configuration.memoryBytes, pageBytes: architecture.pageBytes,
      reservedFrames: Self.kernelFrames)
    // A memory too small for one table cannot be configured; frame 0 would then be the root.
    let root = memory.allocate() ?? FrameNumber(rawValue: 0)
    let table = PageTable(architecture: architecture, root: root)
    let largeLevel = architecture.pageTable.lastIndex { $0.mayMapLargePage }
    let step =
      largeLevel.map { UInt64(1) << UInt64(architecture.pageTable[$0].shift) }
      ?? UInt64(architecture.pageBytes)
    // The direct map of all memory, and the kernel's text; supervisor only.
    var physical: UInt64 = 0
    let level = largeLevel ?? architecture.pageTable.count - 1
    while physical < UInt64(configuration.memoryBytes) {
      _ = table.setLarge(
        architecture.directMapBase &+ physical, to: Int64(physical), [.write], level: level,
        in: &memory)
      physical += step
    }
    _ = table.setLarge(
      architecture.syscallEntry & ~(step - 1), to: 0, [.execute], level: level, in: &memory)
    // Modules come and go; the tables right below the root are there from the begin, so that every
    // process's table leads to them.
    if architecture.pageTable.count > 1 {
      _ = table.makeTables(
        to: architecture.modulesBase, level: 1, limits: [.write, .execute], in: &memory)
    }
    kernelRoot = root
    trampolineRoot =
      configuration.isolation == .kpti
      ? Self.makeTrampoline(table, cpuCount: cpus.count, architecture, in: &memory) : nil
    self.memory = memory
    for index in cpus.indices { cpus[index].root = root }
  }

  /// The first entry of the root table that belongs to the kernel half.
  private var firstKernelEntry: Int {
    Int(architecture.directMapBase >> UInt64(architecture.pageTable[0].shift))
      & (1 << Int(architecture.pageTable[0].bits) - 1)
  }

  /// A new page table whose kernel half is the one that all processes share; `nil` when memory is
  /// full. Under isolation kpti it is the one for kernel mode, and ``userTable(of:)`` lies behind it.
  public mutating func makeAddressSpace() -> FrameNumber? {
    let count = rootFrames * (trampolineRoot == nil ? 1 : 2)
    guard let root = PageTable.allocate(count, in: &memory) else { return nil }
    copyKernelHalf(of: kernelRoot, to: root)
    if let trampolineRoot, let user = userTable(of: root) {
      copyKernelHalf(of: trampolineRoot, to: user)
    }
    return root
  }

  private mutating func copyKernelHalf(of source: FrameNumber, to target: FrameNumber) {
    let entries = 1 << Int(architecture.pageTable[0].bits)
    for index in firstKernelEntry..<entries {
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

  /// Whether an address copies its highest translated bit into all bits above.
  public func isCanonical(_ address: Int64) -> Bool {
    let unused = Int64(64 - Int(architecture.virtualAddressBits))
    return (address << unused) >> unused == address
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
    cpus[cpu].tlb.drop(UInt64(bitPattern: address) / UInt64(architecture.pageBytes))
  }

  /// Translates a virtual address with a CPU's page table in its present mode.
  ///
  /// User mode may use pages with the user bit only; writing needs the writable bit in either mode
  /// (CR0.WP is set on x86_64). A walk sets the accessed and dirty bits, as hardware does.
  public mutating func translate(
    _ address: Int64, _ access: AccessKind, cpu: Int, _ trace: inout TraceRecorder
  ) -> Translation {
    let virtual = UInt64(bitPattern: address)
    let pageBytes = UInt64(architecture.pageBytes)
    let page = virtual / pageBytes
    let isUser = cpus[cpu].mode == .user
    if let hit = cpus[cpu].tlb.find(page), access != .write || hit.isDirty,
      permits(hit.permission, access, isUser: isUser)
    {
      return .physical(hit.frameAddress + Int64(virtual % pageBytes))
    }
    guard isCanonical(address) else {
      return .fault(
        MemoryFault(
          address: address, exception: architecture.nonCanonicalException, errorCode: 0,
          access: access))
    }
    return walk(address, access, cpu: cpu, &trace)
  }

  @inline(__always)
  private func permits(
    _ permission: PagePermission, _ access: AccessKind, isUser: Bool
  ) -> Bool {
    if isUser, !permission.contains(.user) { return false }
    switch access {
    case .read: return !permission.contains(.noRead)
    case .write: return permission.contains(.write)
    case .execute: return permission.contains(.execute)
    }
  }

  private mutating func walk(
    _ address: Int64, _ access: AccessKind, cpu: Int, _ trace: inout TraceRecorder
  ) -> Translation {
    let virtual = UInt64(bitPattern: address)
    let format = architecture.entryFormat
    let table = PageTable(architecture: architecture, root: cpus[cpu].root)
    let isUser = cpus[cpu].mode == .user
    let bits = architecture.faultCode
    var code: UInt64 = 0
    if access == .write { code |= bits.write }
    if access == .execute { code |= bits.instruction }
    if isUser { code |= bits.user }

    trace.record(.missesTLB, object: access.rawValue, a: address)
    trace.spent &+= tlbMissCost
    var limits = PagePermission.all
    var base = memory.address(of: cpus[cpu].root)
    var entries: [(place: Int64, bits: UInt64)] = []
    entries.reserveCapacity(table.levels.count)
    func refused(isPresent: Bool) -> Translation {
      .fault(
        MemoryFault(
          address: address, exception: .pageFault,
          errorCode: isPresent ? code | bits.present : code,
          access: access))
    }
    for level in table.levels.indices {
      let place = table.entryAddress(table: base, level: level, address: virtual)
      let entry = memory.word(at: place)
      trace.record(
        .readsPageTableEntry, object: UInt32(level), a: place, b: Int64(bitPattern: entry))
      entries.append((place, entry))
      switch format.decode(entry, level) {
      case .empty, .withheld, .swapped: return refused(isPresent: false)
      case .table(let next, let rights):
        limits.formIntersection(rights)
        base = next
      case .page(let start, let rights, _, let wasDirty):
        let permission = rights.intersection(limits.union(.noRead))
        guard permits(permission, access, isUser: isUser) else { return refused(isPresent: true) }
        for (level, item) in entries.enumerated() {
          let isWrite = access == .write && level == entries.count - 1
          let updated = format.touch(item.bits, level, isWrite)
          if updated != item.bits { memory.store(updated, at: item.place) }
        }
        let pageBytes = UInt64(architecture.pageBytes)
        let offset = virtual & (table.span(of: level) - 1)
        let frameAddress = start + Int64(offset / pageBytes * pageBytes)
        cpus[cpu].tlb.fill(
          virtual / pageBytes,
          TLBEntry(
            frameAddress: frameAddress, permission: permission,
            isDirty: wasDirty || access == .write))
        trace.record(.fillsTLB, object: access.rawValue, a: address, b: frameAddress)
        return .physical(frameAddress + Int64(virtual % pageBytes))
      }
    }
    return refused(isPresent: false)
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
