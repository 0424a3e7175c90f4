/// What a CPU refuses to kernel mode itself: executing pages of user mode, or touching them outside
/// of the copy routines.
public enum MemoryProtection: String, Sendable, CaseIterable {
  /// x86: kernel mode does not execute user pages.
  case smep
  /// x86: kernel mode touches user pages only while RFLAGS.AC is set.
  case smap
  /// arm64, arm: kernel mode does not execute user pages.
  case pxn
  /// arm64, arm: kernel mode touches user pages only while PAN, or what stands for it, is off.
  case pan
  /// riscv64: kernel mode touches user pages only while sstatus.SUM is set.
  case sum
  /// powerpc64: kernel mode does not execute user pages.
  case kuep
  /// powerpc64: kernel mode touches user pages only while AMR permits it.
  case kuap

  /// Whether it is about executing; the others are about reading and writing.
  public var isForExecution: Bool {
    switch self {
    case .smep, .pxn, .kuep: true
    case .smap, .pan, .sum, .kuap: false
    }
  }

  /// What the letters stand for.
  public var meaning: String {
    switch self {
    case .smep: "supervisor mode execution prevention"
    case .smap: "supervisor mode access prevention"
    case .pxn: "privileged execute never"
    case .pan: "privileged access never"
    case .sum: "permit supervisor user memory access"
    case .kuep: "kernel userspace execution prevention"
    case .kuap: "kernel userspace access prevention"
    }
  }
}

/// How the copy routines lift the protection of user pages for as long as they need.
public struct UserAccessWindow: Sendable, Hashable {
  /// The flag that is changed.
  public let flag: String
  /// The instruction that lets kernel mode touch user pages.
  public let openInstruction: String
  /// The instruction that ends this.
  public let closeInstruction: String
  /// What closes it when an exception or interrupt comes in between.
  public let closedAtEntry: String
  /// What opens it again when that is over.
  public let openedAtReturn: String
}

extension Architecture {
  /// The protections that it has, in the order in which the manual names them. Source:
  /// arch/x86/include/asm/smap.h, arch/arm64/include/asm/uaccess.h, arch/arm/Kconfig (ARM_PAN),
  /// arch/riscv/include/asm/uaccess.h, arch/powerpc/include/asm/book3s/64/kup.h in torvalds/linux.
  public var protections: [MemoryProtection] {
    switch name {
    case "x86_64", "i386", "i386_sysenter": [.smep, .smap]
    case "arm64", "arm": [.pan, .pxn]
    case "riscv64": [.sum]
    case "powerpc64": [.kuap, .kuep]
    default: []
    }
  }

  /// Whether kernel mode never executes user pages, whatever is configured: the privileged
  /// architecture of RISC-V says so (section 4.3.1, the U bit).
  public var neverExecutesUserPages: Bool { name == "riscv64" }

  /// How copies open the way to user pages; `nil` where nothing bars it.
  public var userAccessWindow: UserAccessWindow? {
    switch name {
    case "x86_64", "i386", "i386_sysenter":
      let flags = is64Bit ? "RFLAGS" : "EFLAGS"
      return UserAccessWindow(
        flag: "\(flags).AC", openInstruction: "stac", closeInstruction: "clac",
        closedAtEntry: "the entry code executes `clac`; the CPU has saved \(flags) on the stack",
        openedAtReturn: "`iret` brings \(flags) back")
    case "arm64":
      return UserAccessWindow(
        flag: "PSTATE.PAN", openInstruction: "msr pan, #0", closeInstruction: "msr pan, #1",
        closedAtEntry: "the CPU sets PAN at the exception and keeps the old PSTATE in SPSR_EL1",
        openedAtReturn: "`eret` brings PSTATE back")
    case "arm":
      return UserAccessWindow(
        flag: "the user domain in DACR", openInstruction: "mcr p15, 0, r2, c3, c0, 0",
        closeInstruction: "mcr p15, 0, r2, c3, c0, 0",
        closedAtEntry: "the entry code saves DACR on the stack and shuts the user domain",
        openedAtReturn: "the exit code brings DACR back")
    case "riscv64":
      return UserAccessWindow(
        flag: "sstatus.SUM", openInstruction: "csrs sstatus, SUM",
        closeInstruction: "csrc sstatus, SUM",
        closedAtEntry: "the entry code saves sstatus on the stack and clears SUM",
        openedAtReturn: "the exit code brings sstatus back")
    case "powerpc64":
      return UserAccessWindow(
        flag: "AMR", openInstruction: "mtspr AMR, r4", closeInstruction: "mtspr AMR, r4",
        closedAtEntry: "the entry code saves AMR on the stack and blocks the key of user pages",
        openedAtReturn: "the exit code brings AMR back")
    default: return nil
    }
  }

  /// Why `protection` has nothing to choose from here, as a sentence; `nil` where it has.
  public var noProtections: String? {
    guard protections.isEmpty else { return nil }
    return name == "s390x"
      ? "on s390x kernel mode has an address space of its own, in which no user page is mapped: "
        + "there is nothing to switch on"
      : "\(name) has nothing that keeps kernel mode from user pages"
  }

  /// What this architecture has in the place of another one's protection; `nil` where it has nothing.
  public func counterpart(of protection: MemoryProtection) -> MemoryProtection? {
    protections.first { $0.isForExecution == protection.isForExecution }
  }

  /// What the kernel says when its own code touches a user page that it must not.
  ///
  /// Source: the fault.c of each architecture in torvalds/linux.
  public func complaint(aboutUserPageAt address: String, isExecuted: Bool) -> String {
    switch (name, isExecuted) {
    case ("arm64", true):
      "Unable to handle kernel execution of user memory at virtual address \(address)"
    case ("arm64", false):
      "Unable to handle kernel access to user memory outside uaccess routines at virtual address \(address)"
    case ("riscv64", false):
      "Unable to handle kernel access to user memory without uaccess routines at virtual address \(address)"
    case ("powerpc64", true):
      "Kernel attempted to execute user page (\(address)) - exploit attempt?"
    case ("powerpc64", false):
      "Kernel attempted to access user page (\(address)) - exploit attempt?"
    case ("x86_64", true), ("i386", true), ("i386_sysenter", true):
      "unable to execute userspace code (SMEP?), address: \(address)"
    case (_, _): "BUG: unable to handle page fault for address: \(address)"
    }
  }
}
