import Catalogue
import Machine
import Program

/// The text of `/proc/modules`, which `lsmod` prints.
extension Kernel {
  /// One line for each module, the newest first: name, size, use count, who depends on it, state,
  /// address, and in parentheses how it taints the kernel (kernel/module/procfs.c).
  ///
  /// A module that has init and no exit is told `[permanent]`; none depends on another here. One whose
  /// sections are still being put in place is left out.
  ///
  /// - Parameter showsAddresses: Whether the reader may see kernel addresses (`kptr_restrict`: root);
  ///   all others read zeros.
  func modulesText(showsAddresses: Bool) -> String {
    modules.compactMap { $0 }.filter { $0.state != .unformed }
      .sorted { $0.sequence > $1.sequence }
      .map { module in
        let size = module.data.upperBound - module.text.lowerBound
        let isPermanent =
          module.file.offset(of: "init_module") != nil
          && module.file.offset(of: "cleanup_module") == nil
        let address = showsAddresses ? UInt64(bitPattern: module.text.lowerBound) : 0
        let digits = String(address, radix: 16)
        let width = machine.architecture.is64Bit ? 16 : 8
        let shown = String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
        let license = module.file.value(of: "license") ?? ""
        return "\(module.name) \(size) \(module.uses) \(isPermanent ? "[permanent]," : "-") "
          + "\(module.state.rawValue) 0x\(shown)"
          + (Self.freeLicenses.contains(license) ? "" : " (P)") + "\n"
      }
      .joined()
  }

  /// Licences that do not taint the kernel (include/linux/license.h).
  private static let freeLicenses: Set<String> = [
    "GPL", "GPL v2", "GPL and additional rights", "Dual BSD/GPL", "Dual MIT/GPL", "Dual MPL/GPL",
  ]
}
