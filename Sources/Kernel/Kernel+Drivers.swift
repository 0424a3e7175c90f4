import Catalogue
import Machine
import Program
import Trace

/// What a module has registered for a device file: addresses of its functions in the kernel.
struct DeviceDriver: Sendable {
  /// The module, by its position.
  var module: Int
  /// The functions that it has.
  var operations: [DeviceOperation: Int64]
}

/// A type of file system that a module has registered.
struct FileSystemType: Sendable {
  var name: String
  /// The module, by its position.
  var module: Int
  /// The functions that it has.
  var operations: [FileSystemOperation: Int64]
}

/// A function of a module that is called when a device interrupts.
struct InterruptHandler: Sendable {
  var device: DeviceID
  /// The module, by its position.
  var module: Int
  var address: Int64
}

/// The last close of a device's open file, which its driver is still to be told of.
struct PendingRelease: Sendable {
  /// The module, by its position.
  var module: Int
  /// The driver's `release`, if it has one.
  var address: Int64?
}

/// What modules bring into the kernel, and who uses it: registration, use counts, device files whose
/// operations are a module's code.
///
/// A function of a module is called like any other routine: as a frame on the kernel stack of whoever
/// needs it, a process in a system call or one that an interrupt has borrowed.
extension Kernel {
  // MARK: - Registration

  /// Registers what a module brings, once its init has succeeded.
  ///
  /// - Returns: The error when a name is taken or memory is full; nothing is registered then.
  mutating func register(_ slot: Int) -> Errno? {
    guard let module = modules[slot] else { return nil }
    for provision in module.file.provides {
      if let error = register(provision, of: slot, module) {
        unregister(slot)
        return error
      }
    }
    return nil
  }

  private mutating func register(
    _ provision: ModuleImage.Provision, of slot: Int, _ module: KernelModule
  ) -> Errno? {
    switch provision {
    case .device(let path, let mode, let operations):
      let name = path.split(separator: "/").last.map(String.init) ?? path
      let key = DentryKey(
        directory: fileSystems[deviceFileSystem].root, name: trace.strings.intern(name))
      if let known = dentries[key], known >= 0 { return .EEXIST }
      let inode = addDeviceFile(name, .device, mode: mode)
      inodes[inode].gid = 0
      drivers[inode] = DeviceDriver(
        module: slot, operations: operations.mapValues { module.text.lowerBound + $0 })
      tellRegistered("/dev/\(name)", by: module)
    case .fileSystem(let name, let operations):
      guard MountConfiguration.FileSystem(rawValue: name) == nil,
        !fileSystemTypes.contains(where: { $0.name == name })
      else { return .EBUSY }
      fileSystemTypes.append(
        FileSystemType(
          name: name, module: slot, operations: operations.mapValues { module.text.lowerBound + $0 }
        ))
      tellRegistered(name, by: module)
    case .interrupt(let name, let handler):
      guard let device = scenario.devices.firstIndex(where: { $0.name == name }) else {
        return .EINVAL
      }
      guard makeIdleStacks() else { return .ENOMEM }
      interruptHandlers.append(
        InterruptHandler(
          device: DeviceID(rawValue: UInt32(device)), module: slot,
          address: module.text.lowerBound + handler))
      tellRegistered("interrupts of \(name)", by: module)
    }
    return nil
  }

  private mutating func tellRegistered(_ what: String, by module: KernelModule) {
    let name = trace.strings.intern(what)
    let owner = trace.strings.intern(module.name)
    trace.record(.registers, object: name.rawValue, a: Int64(owner.rawValue))
  }

  /// Takes back what a module has registered.
  mutating func unregister(_ slot: Int) {
    func tell(_ what: String, _ kernel: inout Kernel) {
      let name = kernel.trace.strings.intern(what)
      kernel.trace.record(.unregisters, object: name.rawValue)
    }
    for inode in drivers.keys.sorted() where drivers[inode]?.module == slot {
      drivers[inode] = nil
      inodes[inode].links = 0
      guard let key = dentries.first(where: { $0.value == inode })?.key else { continue }
      dentries[key] = -1
      tell("/dev/\(trace.strings[key.name])", &self)
    }
    for type in fileSystemTypes where type.module == slot { tell(type.name, &self) }
    fileSystemTypes.removeAll { $0.module == slot }
    for handler in interruptHandlers where handler.module == slot {
      tell("interrupts of \(scenario.devices[Int(handler.device.rawValue)].name)", &self)
    }
    interruptHandlers.removeAll { $0.module == slot }
  }

  // MARK: - Use counts

  /// `try_module_get`: somebody uses the module from now on.
  ///
  /// - Returns: Whether it could be had: not when it is on its way out.
  mutating func pin(_ slot: Int) -> Bool {
    guard modules.indices.contains(slot), let module = modules[slot], module.state == .live
    else { return false }
    modules[slot]?.uses += 1
    let name = trace.strings.intern(module.name)
    trace.record(.pinsModule, object: name.rawValue, a: Int64(module.uses + 1))
    return true
  }

  /// `module_put`: somebody does not use the module any more.
  mutating func unpin(_ slot: Int) {
    guard modules.indices.contains(slot), let module = modules[slot], module.uses > 0 else {
      return
    }
    modules[slot]?.uses -= 1
    let name = trace.strings.intern(module.name)
    trace.record(.unpinsModule, object: name.rawValue, a: Int64(module.uses - 1))
  }

  // MARK: - Device files

  /// x0: inode; x1: module. 0: pin the module, call the driver's open. 1: it has returned.
  mutating func stepChrdevOpen(_ f: Int) {
    if frames[f].step == 0 {
      guard let driver = drivers[Int(frames[f].x0)], pin(driver.module) else {
        return finish(.ENXIO)
      }
      frames[f].x1 = Int64(driver.module)
      guard let open = driver.operations[.open] else { return finish(0) }
      return call(f, then: 1, .moduleCode, open, 0, 0, 0, Int64(driver.module))
    }
    let result = tasks[current].returned
    guard result != 0 else { return finish(0) }
    unpin(Int(frames[f].x1))
    // do_dentry_open: a positive result means nothing (it warns of that).
    finish(result < 0 ? result : Errno.EINVAL.returned)
  }

  /// The module and address of a driver's function for an open file; `nil` where it has none.
  func driverFunction(_ operation: DeviceOperation, of file: OpenFile) -> (
    module: Int, address: Int64
  )? {
    guard let driver = drivers[file.inode], let address = driver.operations[operation] else {
      return nil
    }
    return (driver.module, address)
  }

  /// The last descriptor of an open file is gone: the driver is told before the task goes on.
  mutating func noteRelease(of inode: Int) {
    guard let driver = drivers[inode] else { return }
    tasks[current].releases.append(
      PendingRelease(module: driver.module, address: driver.operations[.release]))
  }

  /// x0: module. 0: the next driver that is to be told. 1: it was.
  mutating func stepFput(_ f: Int) {
    if frames[f].step == 1 {
      unpin(Int(frames[f].x0))
      frames[f].step = 0
    }
    guard !tasks[current].releases.isEmpty else { return finish(0) }
    let next = tasks[current].releases.removeFirst()
    frames[f].x0 = Int64(next.module)
    guard let address = next.address else {
      frames[f].step = 1
      return
    }
    call(f, then: 1, .moduleCode, address, 0, 0, 0, Int64(next.module))
  }

  // MARK: - Interrupts

  /// The functions of modules that share a device's interrupt, in the order of registration.
  func moduleHandlers(of device: DeviceID) -> [InterruptHandler] {
    interruptHandlers.filter { $0.device == device }
  }

  /// An interrupt that finds its CPU idle uses the idle task's kernel stack, which module code needs
  /// in earnest.
  private mutating func makeIdleStacks() -> Bool {
    for processor in processors where tasks[processor.idle].kernelStack == nil {
      let count = Self.kernelStackFrames
      guard let stack = machine.memory.allocate(contiguous: count) else { return false }
      for index in 0..<count {
        let frame = FrameNumber(rawValue: stack.rawValue + Int32(index))
        trace.record(
          .allocatesPage, a: machine.memory.address(of: frame),
          b: Int64(machine.memory.freeCount + count - 1 - index))
      }
      tasks[processor.idle].kernelStack = stack
      tasks[processor.idle].kernelStackTop = Int64(
        bitPattern: machine.architecture.directMapBase
          &+ UInt64(
            machine.memory.address(of: stack) + Int64(count) * machine.architecture.pageBytes))
    }
    return true
  }
}
