/// What a privileged instruction does when kernel mode executes it, as far as this machine has it.
public enum PrivilegedEffect: UInt32, Sendable, CaseIterable {
  /// The CPU stops taking interrupts.
  case masksInterrupts
  /// The CPU takes interrupts again.
  case unmasksInterrupts
  /// The CPU does nothing until the next interrupt.
  case waits
  /// Translations are forgotten.
  case flushesTranslations
  /// A register that only kernel mode knows is read or written; nothing here depends on it.
  case usesControlRegister
  /// A device's port is read or written; no device answers.
  case usesPort
  /// The CPU would leave kernel mode with a state that nobody has prepared.
  case leavesKernel

  /// The name in traces.
  public var name: String {
    switch self {
    case .masksInterrupts: "masks_interrupts"
    case .unmasksInterrupts: "unmasks_interrupts"
    case .waits: "waits"
    case .flushesTranslations: "flushes_translations"
    case .usesControlRegister: "uses_control_register"
    case .usesPort: "uses_port"
    case .leavesKernel: "leaves_kernel"
    }
  }
}

extension Architecture {
  /// What one of the ``privilegedInstructions`` does in kernel mode.
  ///
  /// Names are unambiguous across architectures, except `eret` and `di`, which mean the same. Sources:
  /// the manuals that the architectures name.
  public func effect(ofPrivileged instruction: String) -> PrivilegedEffect {
    switch instruction {
    case "cli", "msr_daifset", "csrc_sie", "di", "ssm": .masksInterrupts
    case "sti", "stosm": .unmasksInterrupts
    case "hlt", "wfi", "wait", "idle": .waits
    case "invlpg", "mov_cr3", "tlbi", "sfence_vma", "mcr_tlbiall", "tlbie", "slbia", "invtlb",
      "tlbwr", "tlbwi", "ipte", "msr_ttbr0_el1", "mcr_ttbr0", "csrw_satp", "csrwr_pgdl", "lctlg":
      .flushesTranslations
    case "in", "out", "iocsrrd", "ssch": .usesPort
    case "sysret", "sysexit", "eret", "sret", "mret", "rfid", "hrfid", "ertn", "lpswe", "hvc",
      "smc":
      .leavesKernel
    default: .usesControlRegister
    }
  }

  /// The type of relocation in ELF files that fills in a whole address.
  ///
  /// Sources: the processor supplements of the System V ABI; arch/*/include/*/asm/elf.h.
  public var absoluteRelocation: UInt32 {
    switch name {
    case "arm64": 257  // R_AARCH64_ABS64
    case "arm", "riscv64", "loongarch64": 2  // R_ARM_ABS32, R_RISCV_64, R_LARCH_64
    case "mips": 18  // R_MIPS_64
    case "powerpc64": 38  // R_PPC64_ADDR64
    case "s390x": 22  // R_390_64
    default: 1  // R_X86_64_64, R_386_32
    }
  }
}
