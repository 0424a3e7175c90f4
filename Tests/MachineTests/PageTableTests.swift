import Catalogue
import Program
import SourceText
import TestSupport
import Testing
import Trace

@testable import Machine

/// Page tables and translation, on every architecture.
@Suite struct PageTableTests {
  static let names = Architecture.all.map(\.name)

  func machine(_ name: String) throws -> Machine {
    let architecture = try #require(Architecture.named(name))
    return Machine(MachineConfiguration(architecture: architecture), disks: [])
  }

  /// A page of the user half, so chosen that tables of all levels are shared by some.
  func userPage(_ architecture: Architecture, _ random: inout SeededGenerator) -> UInt64 {
    var address: UInt64 = 0
    for level in architecture.pageTable {
      let choices = level.shift == 12 ? UInt64(1) << UInt64(level.bits) : 3
      let limit = min(choices, (architecture.userEnd - 1) >> UInt64(level.shift) &+ 1)
      address |= UInt64.random(in: 0..<limit, using: &random) << UInt64(level.shift)
    }
    return min(address, architecture.userEnd - 1) & ~0xFFF
  }

  @Test(arguments: names, UInt64(1)...3)
  func `entries are what was set last, and none are lost`(_ name: String, _ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var machine = try machine(name)
    let architecture = machine.architecture
    let free = machine.memory.freeCount
    let made = machine.makeAddressSpace()
    let table = PageTable(architecture: architecture, root: try #require(made))
    var model: [UInt64: PageEntry] = [:]
    var frames = 0
    for _ in 0..<600 {
      let page = userPage(architecture, &random)
      switch Int.random(in: 0..<6, using: &random) {
      case 0, 1, 2:
        var permission: PagePermission = [.user]
        if Bool.random(using: &random) { permission.insert(.write) }
        if Bool.random(using: &random) { permission.insert(.execute) }
        var entry = PageEntry(
          frameAddress: Int64.random(in: 64..<4000, using: &random) << 12, permission: permission,
          isAccessed: Bool.random(using: &random))
        if Int.random(in: 0..<4, using: &random) == 0 {
          entry = PageEntry(swapSlot: Int64.random(in: 0..<1000, using: &random))
        } else if Int.random(in: 0..<4, using: &random) == 0 {
          entry = PageEntry(
            frameAddress: entry.frameAddress, permission: [], isPresent: false)
        }
        let taken = table.set(page, entry, in: &machine.memory)
        frames += try #require(taken).count
        model[page] = entry
      case 3:
        #expect(table.clear(page, in: &machine.memory) == model.removeValue(forKey: page))
      default:
        #expect(table.lookup(page, in: machine.memory) == model[page], "seed \(seed)")
      }
    }
    var visited: [(UInt64, PageEntry)] = []
    table.forEachUserEntry(userEnd: architecture.userEnd, in: machine.memory) {
      visited.append(($0, $1))
    }
    #expect(visited.map(\.0) == model.keys.sorted(), "in order of addresses")
    #expect(visited.allSatisfy { model[$0.0] == $0.1 })
    let root = table.frames(ofTablesAt: 0)
    #expect(machine.memory.freeCount == free - frames - root)
    table.freeTables(userEnd: architecture.userEnd, in: &machine.memory)
    #expect(machine.memory.freeCount == free, "every frame of the tables is back")
  }

  @Test(arguments: names, UInt64(1)...3)
  func `translation agrees with a dictionary`(_ name: String, _ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var machine = try machine(name)
    let architecture = machine.architecture
    var trace = TraceRecorder(limit: 1_000_000)
    let made = machine.makeAddressSpace()
    let root = try #require(made)
    machine.setPageTable(root, cpu: 0, &trace)
    machine.cpus[0].mode = .user
    let table = PageTable(architecture: architecture, root: root)
    var model: [UInt64: PageEntry] = [:]
    for _ in 0..<400 {
      let page = userPage(architecture, &random)
      if Bool.random(using: &random) {
        var permission: PagePermission = [.user]
        if Bool.random(using: &random) { permission.insert(.write) }
        if Bool.random(using: &random) { permission.insert(.execute) }
        var entry = PageEntry(
          frameAddress: Int64.random(in: 64..<4000, using: &random) << 12, permission: permission)
        if Int.random(in: 0..<5, using: &random) == 0 { entry = PageEntry(swapSlot: 7) }
        _ = table.set(page, entry, in: &machine.memory)
        model[page] = entry
        machine.invalidatePage(Int64(page), cpu: 0)
      }
      let access = AccessKind.allCases[Int.random(in: 0..<3, using: &random)]
      let offset = UInt64.random(in: 0..<4096, using: &random)
      let entry = model[page]
      let isAllowed =
        entry?.isPresent == true
        && (access != .write || entry?.permission.contains(.write) == true)
        && (access != .execute || entry?.permission.contains(.execute) == true)
      switch machine.translate(Int64(page | offset), access, cpu: 0, &trace) {
      case .physical(let physical):
        #expect(isAllowed)
        #expect(physical == (entry?.frameAddress ?? 0) + Int64(offset))
        if access == .write {
          #expect(table.lookup(page, in: machine.memory)?.isDirty == true)
        }
        #expect(table.lookup(page, in: machine.memory)?.isAccessed == true)
      case .fault(let fault):
        #expect(!isAllowed, "seed \(seed)")
        #expect(fault.exception == .pageFault && fault.access == access)
        let report = architecture.faultStatus.decode(fault.errorCode)
        #expect(report.access == access)
        #expect(report.isPresent == nil || report.isPresent == (entry?.isPresent ?? false))
      }
    }
  }

  @Test(arguments: names)
  func `user mode reaches no supervisor page, the kernel its own memory`(_ name: String) throws {
    var machine = try machine(name)
    let architecture = machine.architecture
    var trace = TraceRecorder(limit: 1_000_000)
    let made = machine.makeAddressSpace()
    machine.setPageTable(try #require(made), cpu: 0, &trace)
    let taken = machine.memory.allocate()
    let frame = try #require(taken)
    let module = architecture.modulesBase
    let entry = PageEntry(
      frameAddress: machine.memory.address(of: frame), permission: [.execute, .write])
    let tables = machine.kernelTable.set(module, entry, in: &machine.memory)
    #expect(tables != nil)

    let stack = architecture.directMapBase &+ UInt64(machine.memory.address(of: frame))
    for address in [stack, architecture.syscallEntry, architecture.kernelTextBase, module] {
      for access in AccessKind.allCases {
        machine.cpus[0].mode = .user
        if case .physical = machine.translate(
          Int64(bitPattern: address), access, cpu: 0, &trace)
        {
          Issue.record("user mode got through at \(address)")
        }
      }
    }
    machine.cpus[0].mode = .kernel
    for address in [stack, module] {
      for access in [AccessKind.read, .write] {
        guard
          case .physical(let physical) = machine.translate(
            Int64(bitPattern: address), access, cpu: 0, &trace)
        else {
          Issue.record("the kernel does not get to \(address)")
          continue
        }
        #expect(physical == machine.memory.address(of: frame))
      }
    }
    guard
      case .physical = machine.translate(
        Int64(bitPattern: architecture.syscallEntry), .execute, cpu: 0, &trace)
    else {
      Issue.record("the kernel's text cannot be executed")
      return
    }
    // What the kernel has just used is in the TLB; user mode is refused all the same.
    machine.cpus[0].mode = .user
    if case .physical = machine.translate(Int64(bitPattern: stack), .read, cpu: 0, &trace) {
      Issue.record("user mode got through by the TLB")
    }
  }

  @Test(arguments: names)
  func `a module mapped later is there for every process`(_ name: String) throws {
    var machine = try machine(name)
    var trace = TraceRecorder(limit: 100_000)
    let first = machine.makeAddressSpace()
    let second = machine.makeAddressSpace()
    let taken = machine.memory.allocate()
    let frame = try #require(taken)
    let module = machine.architecture.modulesBase &+ 0x3000
    _ = machine.kernelTable.set(
      module, PageEntry(frameAddress: machine.memory.address(of: frame), permission: [.execute]),
      in: &machine.memory)
    for root in [first, second, machine.kernelRoot] {
      machine.setPageTable(try #require(root), cpu: 0, &trace)
      guard
        case .physical(let physical) = machine.translate(
          Int64(bitPattern: module), .execute, cpu: 0, &trace)
      else {
        Issue.record("not mapped in \(root?.rawValue ?? -1)")
        continue
      }
      #expect(physical == machine.memory.address(of: frame))
    }
  }

  /// What each address raises in user mode: chapters on address spaces in the manuals.
  @Test func `an address that cannot be raises what the architecture says`() throws {
    let expected: [(String, UInt64, ExceptionKind)] = [
      ("x86_64", 0x8000_0000_0000, .generalProtection),
      ("x86_64", 0xFFFF_8880_0000_0000, .pageFault),
      ("i386", 0xC010_0000, .pageFault),
      ("arm64", 0x00FF_0000_0000_0000, .pageFault),
      ("arm64", 0xFFFF_0000_0000_0000, .pageFault),
      ("arm", 0xC010_0000, .pageFault),
      ("riscv64", 0x80_0000_0000, .pageFault),
      ("riscv64", 0xFFFF_FFFF_8000_0000, .pageFault),
      ("mips", 0x9800_0000_0000_0000, .addressError),
      ("mips", 0xFFFF_FFFF_8000_0000, .addressError),
      ("powerpc64", 0xC000_0000_0000_0000, .pageFault),
      ("powerpc64", 0x4000_0000_0000_0000, .addressError),
      ("s390x", 0x3FF_E010_0000, .pageFault),
      ("s390x", 0x400_0000_0000, .pageFault),
      ("loongarch64", 0x9000_0000_0020_0000, .addressError),
      ("loongarch64", 0xFFFF_8000_0000_0000, .pageFault),
    ]
    for (name, address, exception) in expected {
      var machine = try machine(name)
      var trace = TraceRecorder(limit: 10_000)
      let made = machine.makeAddressSpace()
      machine.setPageTable(try #require(made), cpu: 0, &trace)
      machine.cpus[0].mode = .user
      guard
        case .fault(let fault) = machine.translate(
          Int64(bitPattern: address), .read, cpu: 0, &trace)
      else {
        Issue.record("\(name): translated")
        continue
      }
      #expect(fault.exception == exception, "\(name) at \(address)")
    }
  }

  @Test func `addresses of 32-bit machines count modulo 2^32`() throws {
    for name in ["i386", "arm"] {
      var machine = try machine(name)
      var trace = TraceRecorder(limit: 10_000)
      let made = machine.makeAddressSpace()
      let root = try #require(made)
      machine.setPageTable(root, cpu: 0, &trace)
      _ = PageTable(architecture: machine.architecture, root: root).set(
        0x1000_0000, PageEntry(frameAddress: 0x8_0000, permission: [.user]), in: &machine.memory)
      machine.cpus[0].mode = .user
      for address: Int64 in [0x1000_0010, 0x7_1000_0010, -0xEFFF_FFF0] {
        guard case .physical(0x8_0010) = machine.translate(address, .read, cpu: 0, &trace) else {
          Issue.record("\(name) at \(address)")
          continue
        }
      }
    }
  }

  @Test func `kernel and user of s390x mean different memory by one address`() throws {
    var machine = try machine("s390x")
    var trace = TraceRecorder(limit: 10_000)
    let made = machine.makeAddressSpace()
    let root = try #require(made)
    machine.setPageTable(root, cpu: 0, &trace)
    _ = PageTable(architecture: machine.architecture, root: root).set(
      0x10_0000, PageEntry(frameAddress: 0x20_0000, permission: [.user]), in: &machine.memory)
    func place() -> Int64? {
      guard case .physical(let place) = machine.translate(0x10_0008, .read, cpu: 0, &trace) else {
        return nil
      }
      return place
    }
    machine.cpus[0].mode = .user
    #expect(place() == 0x20_0008)
    machine.cpus[0].mode = .kernel
    #expect(place() == 0x10_0008, "the kernel's own address space")
    machine.cpus[0].usesUserSpace = true
    #expect(place() == 0x20_0008, "a copy goes to the user's")
  }
}
