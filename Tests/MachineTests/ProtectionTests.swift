import Catalogue
import Program
import Testing
import Trace

@testable import Machine

/// What the CPU refuses even to kernel mode, on every architecture (facts 6.3).
@Suite struct ProtectionTests {
  /// One way to set a machine up and to touch a page.
  struct Case: Sendable, CustomTestStringConvertible {
    var architecture: Architecture
    var protections: [MemoryProtection]

    var testDescription: String {
      "\(architecture.name) [\(protections.map(\.rawValue).joined(separator: ", "))]"
    }
  }

  /// All subsets of what each architecture has.
  static let cases: [Case] = Architecture.all.flatMap { architecture in
    let known = architecture.protections
    return (0..<1 << known.count).map { bits in
      Case(
        architecture: architecture,
        protections: known.indices.filter { bits >> $0 & 1 == 1 }.map { known[$0] })
    }
  }

  /// The manuals' rules, written down once more: Intel SDM 4.6, Arm ARM D8.4, RISC-V privileged
  /// architecture 4.3.1, Power ISA III 6.7.
  static func isAllowed(
    _ item: Case, _ access: AccessKind, isUserMode: Bool, isUserPage: Bool, isOpen: Bool
  ) -> Bool {
    // In the user's address space of s390x all pages are user mode's.
    let isUserPage = isUserPage || item.architecture.name == "s390x"
    if isUserMode { return isUserPage }
    guard isUserPage else { return true }
    let names = Set(item.protections.map(\.rawValue))
    switch access {
    case .execute:
      return item.architecture.name != "riscv64" && names.isDisjoint(with: ["smep", "pxn", "kuep"])
    case .read, .write: return isOpen || names.isDisjoint(with: ["smap", "pan", "sum", "kuap"])
    }
  }

  static let userPage: UInt64 = 0x40_0000
  static let otherPage: UInt64 = 0x40_1000

  func machine(_ item: Case, _ trace: inout TraceRecorder) throws -> Machine {
    var configuration = MachineConfiguration(architecture: item.architecture)
    configuration.chosenProtections = item.protections
    var machine = Machine(configuration, disks: [])
    let made = machine.makeAddressSpace()
    let root = try #require(made)
    let table = PageTable(architecture: item.architecture, root: root)
    // Two pages below the program, for anything; only one of them is user mode's.
    for page in [Self.userPage, Self.otherPage] {
      let extra: PagePermission = page == Self.userPage ? .user : []
      let permission = extra.union([.write, .execute])
      let entry = PageEntry(
        frameAddress: Int64(0x30_0000 + (page & 0xF000)), permission: permission)
      let taken = table.set(page, entry, in: &machine.memory)
      _ = try #require(taken)
    }
    machine.setPageTable(root, cpu: 0, &trace)
    return machine
  }

  @Test(arguments: cases)
  func `mode, page, access and window decide as the manuals say`(_ item: Case) throws {
    var trace = TraceRecorder(limit: 100_000)
    var machine = try machine(item, &trace)
    if case .separate = item.architecture.kernelSpace { machine.cpus[0].usesUserSpace = true }
    var refused = 0
    for isWarm in [false, true] {
      for isUserMode in [true, false] {
        for isUserPage in [true, false] {
          for isOpen in [true, false] {
            for access in AccessKind.allCases {
              let address = Int64(isUserPage ? Self.userPage : Self.otherPage) + 8
              machine.flushTLB(cpu: 0, &trace)
              if isWarm {
                // Whoever may use the page has done so: the translation is cached.
                machine.cpus[0].mode = isUserPage ? .user : .kernel
                _ = machine.translate(address, access, cpu: 0, &trace)
              }
              machine.cpus[0].mode = isUserMode ? .user : .kernel
              machine.cpus[0].mayAccessUser = isOpen
              let expected = Self.isAllowed(
                item, access, isUserMode: isUserMode, isUserPage: isUserPage, isOpen: isOpen)
              let what = "\(isUserMode) \(isUserPage) \(isOpen) \(access) \(isWarm)"
              switch machine.translate(address, access, cpu: 0, &trace) {
              case .physical(let place):
                #expect(expected, "\(what)")
                #expect(place == 0x30_0008 + (isUserPage ? 0 : 0x1000))
              case .fault(let fault):
                refused += 1
                #expect(!expected, "\(what)")
                #expect(fault.exception == .pageFault && fault.access == access)
                let cause = FaultCause(
                  access: access, isUser: isUserMode, isPresent: true,
                  level: item.architecture.pageTable.count - 1)
                #expect(fault.errorCode == item.architecture.faultStatus.encode(cause))
              }
            }
          }
        }
      }
    }
    // User mode at the kernel's page: 2 · 2 · 3 times; the rest is the protections' doing.
    let bars = (
      item.protections.contains { !$0.isForExecution },
      item.architecture.neverExecutesUserPages
        || item.protections.contains(where: \.isForExecution)
    )
    let isSeparate = item.architecture.name == "s390x"
    #expect(refused == (isSeparate ? 0 : 12) + (bars.0 ? 4 : 0) + (bars.1 ? 4 : 0))
  }

  /// Intel SDM 4.7: P is set since the page is there, U is clear since it is kernel mode that asks.
  @Test func `x86 reports a refusal of kernel mode as present and not user`() throws {
    let item = Case(architecture: .x86_64, protections: [.smep, .smap])
    var trace = TraceRecorder(limit: 1_000)
    var machine = try machine(item, &trace)
    machine.cpus[0].mode = .kernel
    let codes = AccessKind.allCases.map { access -> UInt64 in
      guard
        case .fault(let fault) = machine.translate(
          Int64(Self.userPage), access, cpu: 0, &trace)
      else { return 0 }
      return fault.errorCode
    }
    #expect(codes == [0b1, 0b11, 0b1_0001])
  }

  @Test func `without a choice a machine has all that its architecture has`() {
    for architecture in Architecture.all {
      #expect(
        MachineConfiguration(architecture: architecture).protections == architecture.protections)
      let bars = architecture.protections.contains { !$0.isForExecution }
      #expect((architecture.userAccessWindow != nil) == bars, "\(architecture.name)")
      #expect((architecture.noProtections == nil) == !architecture.protections.isEmpty)
    }
  }
}
