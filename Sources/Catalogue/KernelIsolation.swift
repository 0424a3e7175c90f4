/// What kernel page-table isolation (KPTI) needs to know of an architecture: the few kernel pages
/// that stay mapped while user mode runs, without which no CPU would find its way into the kernel.
public struct KernelIsolation: Sendable {
  /// A page, or one for each CPU, that both tables of a process map at the same address.
  public struct Page: Sendable {
    /// What lies there.
    public let name: String
    /// Its address; the first CPU's.
    public let address: UInt64
    /// How far the next CPU's lies from it; 0 where one serves all.
    public let stride: UInt64
    /// What it may be used for: never by user mode.
    public let permission: PagePermission

    /// Its address for a CPU.
    public func address(ofCPU cpu: Int) -> UInt64 { address &+ stride &* UInt64(cpu) }
  }

  /// The entry and exit code: a page of the kernel's text, seen through both tables.
  public let text: Page
  /// The stack that the CPU itself takes at an exception or interrupt from user mode.
  public let entryStack: Page
  /// The tables that the CPU itself reads on its way in.
  public let descriptors: [Page]

  /// All pages of the trampoline.
  public var pages: [Page] { [text] + descriptors + [entryStack] }

  /// One past the highest address of a CPU's entry stack.
  public func entryStackTop(ofCPU cpu: Int, pageBytes: Int64) -> Int64 {
    Int64(bitPattern: entryStack.address(ofCPU: cpu)) &+ pageBytes
  }
}

extension Architecture {
  /// The trampoline that isolation leaves mapped in user mode; `nil` where this simulation has no
  /// isolation, see ``noKernelIsolation``.
  ///
  /// Source: Documentation/arch/x86/pti.rst, arch/x86/include/asm/cpu_entry_area.h,
  /// arch/x86/mm/pti.c in torvalds/linux.
  public var kernelIsolation: KernelIsolation? {
    switch name {
    case "x86_64":
      let area: UInt64 = 0xFFFF_FE00_0000_0000
      // Behind the IDT, which serves all CPUs, each CPU has an area of its own.
      let stride: UInt64 = 0x4000
      return KernelIsolation(
        text: KernelIsolation.Page(
          name: "entry text", address: syscallEntry & ~0xFFF, stride: 0, permission: [.execute]),
        entryStack: KernelIsolation.Page(
          name: "entry stack", address: area + 0x2000, stride: stride, permission: [.write]),
        descriptors: [
          KernelIsolation.Page(name: "IDT", address: area, stride: 0, permission: []),
          KernelIsolation.Page(
            name: "GDT", address: area + 0x1000, stride: stride, permission: []),
          KernelIsolation.Page(
            name: "TSS", address: area + 0x3000, stride: stride, permission: []),
        ])
    default: return nil
    }
  }

  /// Why `isolation kpti` cannot be had here, as a sentence.
  public var noKernelIsolation: String {
    switch name {
    case "arm64":
      "Linux on arm64 exchanges the table in TTBR1 for one with a single trampoline page; this version simulates kpti on x86_64 alone"
    case "i386", "i386_sysenter":
      "Linux isolates 32-bit kernels with PAE as well, by other means; this version simulates kpti on x86_64 alone"
    case "s390x":
      "on s390x kernel and user mode have separate address spaces anyway: there is nothing to isolate"
    case "riscv64":
      "Linux has no such isolation on riscv64, whose CPUs do not read ahead past the U bit as those with Meltdown do"
    default: "Linux has no kernel page-table isolation on \(name)"
    }
  }
}
