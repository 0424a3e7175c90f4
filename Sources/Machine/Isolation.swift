import Catalogue
public import Trace

/// Kernel page-table isolation: two top-level tables for each process.
///
/// The table for kernel mode maps everything, the user half not executable. The one for user mode has
/// the same user half, but of the kernel only the trampoline. Both lead to the same lower tables of
/// the user half; only the roots are two, one behind the other. The TLB is emptied at each switch, as
/// on CPUs without process-context identifiers.
extension Machine {
  /// How many frames a root table takes.
  var rootFrames: Int {
    PageTable(architecture: architecture, root: kernelRoot).frames(ofTablesAt: 0)
  }

  /// The table that user mode has where kernel mode has this one; `nil` where both share it.
  public func userTable(of root: FrameNumber) -> FrameNumber? {
    guard trampolineRoot != nil, root != kernelRoot else { return nil }
    return FrameNumber(rawValue: root.rawValue + Int32(rootFrames))
  }

  /// Makes the trampoline: its pages are mapped in the kernel's table and in one of their own.
  /// - Returns: The root of that one; `nil` where the architecture knows no isolation.
  static func makeTrampoline(
    _ kernel: PageTable, cpuCount: Int, _ architecture: Architecture,
    in memory: inout PhysicalMemory
  ) -> FrameNumber? {
    guard let facts = architecture.kernelIsolation,
      let root = PageTable.allocate(kernel.frames(ofTablesAt: 0), in: &memory)
    else { return nil }
    let table = PageTable(architecture: architecture, root: root)
    for page in facts.pages {
      for cpu in 0..<(page.stride == 0 ? 1 : cpuCount) {
        let address = page.address(ofCPU: cpu)
        // The text is mapped already, as part of a large page.
        if kernel.lookup(address, in: memory) == nil {
          guard let frame = memory.allocate() else { return root }
          let entry = PageEntry(
            frameAddress: memory.address(of: frame), permission: page.permission)
          _ = kernel.set(address, entry, in: &memory)
        }
        guard let known = kernel.lookup(address, in: memory) else { continue }
        _ = table.set(
          address, PageEntry(frameAddress: known.frameAddress, permission: page.permission),
          in: &memory)
      }
    }
    return root
  }

  /// Gives a CPU on its way to user mode the table for it, where there are two.
  /// - Returns: Whether there are.
  public mutating func enterUserTable(cpu: Int, _ trace: inout TraceRecorder) -> Bool {
    guard let user = userTable(of: cpus[cpu].root) else { return false }
    shareUserHalf(of: cpus[cpu].root, with: user)
    setPageTable(user, for: .user, cpu: cpu, &trace)
    return true
  }

  /// Gives a CPU that comes from user mode the table for kernel mode, where there are two.
  ///
  /// - Parameters:
  ///   - root: The running task's table.
  ///   - cpu: The CPU.
  ///   - trace: Where the change is recorded.
  /// - Returns: Whether there are.
  public mutating func enterKernelTable(
    _ root: FrameNumber, cpu: Int, _ trace: inout TraceRecorder
  ) -> Bool {
    guard userTable(of: root) != nil else { return false }
    setPageTable(root, for: .kernel, cpu: cpu, &trace)
    return true
  }

  /// Lets the user-mode root lead to the same tables of the user half as the kernel-mode one, and
  /// takes the right to execute out of the latter.
  ///
  /// Linux does so whenever it writes an entry of the root (`pti_set_user_pgtbl`); nobody can tell
  /// the difference, since only kernel mode writes one.
  private mutating func shareUserHalf(of kernel: FrameNumber, with user: FrameNumber) {
    let format = architecture.entryFormat
    let table = PageTable(architecture: architecture, root: kernel)
    for index in 0..<table.rootEntries(below: architecture.userEnd) {
      let place = memory.address(of: kernel) + Int64(index) * 8
      let twin = memory.address(of: user) + Int64(index) * 8
      let bits = memory.word(at: place)
      if bits == 0, memory.word(at: twin) == 0 { continue }
      switch format.decode(bits, 0) {
      case .table(let next, let limits) where limits.contains(.execute):
        memory.store(bits, at: twin)
        memory.store(
          format.encode(.table(next, limits: limits.subtracting(.execute)), 0), at: place)
      case .table: break
      case .empty, .page, .withheld, .swapped: memory.store(bits, at: twin)
      }
    }
  }
}
