import Catalogue
import Machine
import Program
import Trace

/// File systems: mounting at boot, names, inodes, permission.
extension Kernel {
  // MARK: - Boot

  /// The nodes of one mount, with paths relative to its root; the root itself comes first.
  static func nodes(
    of mount: MountConfiguration, in scenario: Scenario, nodes: [NodeConfiguration]
  ) -> [NodeConfiguration] {
    func isBelow(_ path: String, _ directory: String) -> Bool {
      directory == "/" ? true : path == directory || path.hasPrefix(directory + "/")
    }
    var found: [NodeConfiguration] = []
    var root = NodeConfiguration(path: "", content: .directory, uid: 0, gid: 0, mode: 0o755)
    for node in nodes where isBelow(node.path, mount.path) {
      let owner = scenario.mounts.filter { isBelow(node.path, $0.path) }
        .max { $0.path.utf8.count < $1.path.utf8.count }
      var relative = node
      relative.path = String(
        Substring(node.path.utf8.dropFirst(mount.path.utf8.count).drop { $0 == 0x2F }))
      if relative.path.isEmpty {
        root.uid = node.uid
        root.gid = node.gid
        root.mode = node.mode
      } else if owner?.path == mount.path || isMountPoint(node.path, under: mount, in: scenario) {
        found.append(relative)
      }
    }
    return [root] + found
  }

  /// Whether a path is where another file system is mounted, directly on this one.
  private static func isMountPoint(
    _ path: String, under mount: MountConfiguration, in scenario: Scenario
  ) -> Bool {
    guard path != mount.path, scenario.mounts.contains(where: { $0.path == path }) else {
      return false
    }
    let parents = scenario.mounts.filter {
      $0.path != path && ($0.path == "/" || path.hasPrefix($0.path + "/"))
    }
    return parents.max { $0.path.utf8.count < $1.path.utf8.count }?.path == mount.path
  }

  /// Mounts everything: roots are in memory, and so is all of a file system without a disk.
  mutating func mountFileSystems(_ images: [Ext4.Image?], nodes: [NodeConfiguration]) {
    for (position, mount) in scenario.mounts.enumerated() {
      var system = FileSystem(disk: mount.disk)
      system.nic = mount.nic
      system.isReadOnly = mount.isReadOnly
      if let image = images[position] {
        system.inodeTable = image.inodeTable
        system.nextNumber = image.nextNumber
        system.inodeCapacity = image.inodeCapacity
        system.freeBlocks = image.freeBlocks
        system.nextBlock = Ext4.diskBlocks - image.freeBlocks
        fileSystems.append(system)
        let root = loadFromDisk(fileSystem: position, number: Ext4.rootNumber, parent: -1)
        fileSystems[position].root = root
        if inodes.indices.contains(root) { inodes[root].parent = root }
      } else if mount.nic != nil {
        mountRemote(system, position, Self.nodes(of: mount, in: scenario, nodes: nodes))
      } else {
        system.nextNumber = 1
        system.inodeCapacity = Int64.max
        system.freeBlocks = Int64.max
        fileSystems.append(system)
        makeInMemory(position, Self.nodes(of: mount, in: scenario, nodes: nodes))
      }
      if position > 0 {
        let covered = resolveQuietly(mount.path)
        if inodes.indices.contains(covered) {
          inodes[covered].mountedRoot = fileSystems[position].root
          fileSystems[position].covers = covered
        }
      }
    }
    consoleInode = inodes.count
    inodes.append(
      Inode(
        fileSystem: 0, number: 0, kind: .console, mode: 0o620, uid: 0, gid: 5, size: 0,
        parent: fileSystems.first?.root ?? 0))
    openFiles.append(OpenFile(inode: consoleInode, flags: OpenFlags.readWrite, references: 1))
    mountDevices()
    mountProc()
  }

  private mutating func makeInMemory(_ position: Int, _ nodes: [NodeConfiguration]) {
    var handles: [String: Int] = [:]
    for node in nodes {
      let handle = inodes.count
      let parentPath = node.path.lastIndex(of: "/").map { String(node.path[..<$0]) } ?? ""
      let parent = node.path.isEmpty ? handle : handles[parentPath] ?? handle
      var inode = Inode(
        fileSystem: position, number: fileSystems[position].nextNumber, kind: .directory,
        mode: node.mode & 0o7777, uid: node.uid, gid: node.gid, size: 0, parent: parent)
      if node.content == .directory {
        inode.links = 2
        if !node.path.isEmpty { inodes[parent].links += 1 }
      }
      fileSystems[position].nextNumber += 1
      var bytes: [UInt8] = []
      switch node.content {
      case .directory: break
      case .bytes(let content):
        inode.kind = .file
        inode.size = Int64(content.count)
        bytes = content
      case .zeros(let size):
        inode.kind = .file
        inode.size = size
      case .link(let target):
        inode.kind = .link
        inode.target = Array(target.utf8)
        inode.size = Int64(inode.target.count)
      }
      inodes.append(inode)
      inodeHandles[InodeKey(fileSystem: position, number: inode.number)] = handle
      handles[node.path] = handle
      if node.path.isEmpty {
        fileSystems[position].root = handle
      } else {
        let name = node.path.utf8.split(separator: 0x2F).last.map(Array.init) ?? []
        dentries[DentryKey(directory: parent, name: trace.strings.intern(name))] = handle
      }
      let pageBytes = machine.memory.pageBytes
      for start in stride(from: 0, to: bytes.count, by: pageBytes) {
        guard let frame = takeFrameUntold() else {
          stopped = .limit(.memory)
          return
        }
        machine.memory.store(
          bytes: bytes[start..<min(start + pageBytes, bytes.count)],
          at: machine.memory.address(of: frame))
        // Nothing but memory holds it: it is dirty for ever and cannot be dropped.
        _ = cache.insert(
          CachedPage(
            mapping: handle, index: Int64(start / pageBytes), frame: frame, isUpToDate: true,
            isLocked: false, isDirty: true))
      }
    }
  }

  /// Reads an inode straight from a disk, without the machine noticing: for boot, and for working
  /// directories that somebody has been in before.
  private mutating func loadFromDisk(fileSystem: Int, number: Int64, parent: Int) -> Int {
    guard let disk = fileSystems[fileSystem].disk else { return -1 }
    let (block, offset) = inodePlace(fileSystem: fileSystem, number: number)
    let bytes = machine.disks[disk].bytes(ofBlock: block, from: offset, count: Ext4.inodeBytes)
    guard let record = Ext4.decode(bytes) else { return -1 }
    return addInode(fileSystem: fileSystem, number: number, record: record, parent: parent)
  }

  /// The handle of a path that exists since boot, with its names and inodes brought into memory.
  mutating func resolveQuietly(_ path: String) -> Int {
    var handle = fileSystems.first?.root ?? 0
    for component in path.utf8.split(separator: 0x2F) {
      let name = Array(component)
      guard inodes.indices.contains(handle) else { return -1 }
      let key = DentryKey(directory: handle, name: trace.strings.intern(name))
      if let known = dentries[key] {
        handle = known
      } else {
        let system = inodes[handle].fileSystem
        if fileSystems[system].nic != nil {
          guard let found = lookUpQuietly(name, in: handle) else { return -1 }
          dentries[key] = found
          handle = found
          continue
        }
        guard let disk = fileSystems[system].disk else { return -1 }
        var number: Int64?
        for extent in inodes[handle].extents {
          for block in extent.block..<extent.block + extent.count where number == nil {
            number = Ext4.number(
              of: name, in: machine.disks[disk].content(ofBlock: block),
              blockBytes: machine.memory.pageBytes)
          }
        }
        guard let number else { return -1 }
        let found = loadFromDisk(fileSystem: system, number: number, parent: handle)
        guard found >= 0 else { return -1 }
        dentries[key] = found
        handle = found
      }
      guard handle >= 0 else { return -1 }
      if inodes[handle].mountedRoot >= 0 { handle = inodes[handle].mountedRoot }
    }
    return handle
  }

  // MARK: - Inodes

  /// The block of the inode table that holds an inode, and where in it.
  func inodePlace(fileSystem: Int, number: Int64) -> (block: Int64, offset: Int) {
    let bytes = (number - 1) * Int64(Ext4.inodeBytes)
    let blockBytes = Int64(machine.memory.pageBytes)
    return (fileSystems[fileSystem].inodeTable + bytes / blockBytes, Int(bytes % blockBytes))
  }

  private mutating func addInode(
    fileSystem: Int, number: Int64, record: Ext4.Record, parent: Int
  ) -> Int {
    let kind: InodeKind =
      switch record.mode & Ext4.modeMask {
      case Ext4.modeDirectory: .directory
      case Ext4.modeLink: .link
      default: .file
      }
    let handle = inodes.count
    inodes.append(
      Inode(
        fileSystem: fileSystem, number: number, kind: kind, mode: record.mode & 0o7777,
        uid: record.uid, gid: record.gid, size: record.size, extents: record.extents,
        target: record.target, parent: parent, links: record.links))
    inodeHandles[InodeKey(fileSystem: fileSystem, number: number)] = handle
    return handle
  }

  /// x0: file system, x1: inode number, x2: directory; returns the handle.
  /// 0: is it in memory? 1: read it out of its block.
  mutating func stepReadInode(_ f: Int) {
    let fileSystem = Int(frames[f].x0)
    let number = frames[f].x1
    if let handle = inodeHandles[InodeKey(fileSystem: fileSystem, number: number)] {
      return finish(Int64(handle))
    }
    let (block, offset) = inodePlace(fileSystem: fileSystem, number: number)
    if frames[f].step == 0 {
      return call(f, then: 1, .readBlock, frames[f].x0, block)
    }
    let slot = tasks[current].returned
    guard slot >= 0 else { return finish(slot) }
    let address = machine.memory.address(of: cache.pages[Int(slot)].frame) + Int64(offset)
    let bytes = machine.memory.bytes(at: address, count: Ext4.inodeBytes)
    guard let record = Ext4.decode(bytes) else { return finish(.EIO) }
    finish(
      Int64(
        addInode(
          fileSystem: fileSystem, number: number, record: record, parent: Int(frames[f].x2))))
  }

  // MARK: - Names

  /// x0: directory, x1: name; returns the handle of the inode, or an error.
  /// 0: next block of the directory. 1: search it. 2: the inode is there.
  mutating func stepLookup(_ f: Int) {
    let directory = Int(frames[f].x0)
    let name = StringID(rawValue: UInt32(truncatingIfNeeded: frames[f].x1))
    let key = DentryKey(directory: directory, name: name)
    switch frames[f].step {
    case 0:
      let blocks = inodes[directory].size / Int64(machine.memory.pageBytes)
      guard fileSystems[inodes[directory].fileSystem].disk != nil, frames[f].x2 < blocks,
        let block = inodes[directory].block(ofPage: frames[f].x2)
      else {
        dentries[key] = -1
        trace.record(.findsName, object: name.rawValue, a: Errno.ENOENT.returned)
        return finish(.ENOENT)
      }
      call(f, then: 1, .readBlock, Int64(inodes[directory].fileSystem), block)
    case 1:
      let slot = tasks[current].returned
      guard slot >= 0 else { return finish(slot) }
      let address = machine.memory.address(of: cache.pages[Int(slot)].frame)
      let block = machine.memory.bytes(at: address, count: machine.memory.pageBytes)
      guard
        let number = Ext4.number(
          of: Array(trace.strings[bytes: name]), in: block, blockBytes: block.count)
      else {
        frames[f].x2 += 1
        frames[f].step = 0
        return
      }
      trace.record(.findsName, object: name.rawValue, a: number)
      call(f, then: 2, .readInode, Int64(inodes[directory].fileSystem), number, frames[f].x0)
    default:
      let handle = tasks[current].returned
      if handle >= 0 { dentries[key] = Int(handle) }
      finish(handle)
    }
  }

  // MARK: - Permission

  /// What a task may do with an inode: exactly one class of owner, group, other decides; root may
  /// read and write always, and search or execute when anybody may (path_resolution(7)).
  func permission(_ task: Int, _ inode: Int, wants bits: Int64) -> Errno? {
    let node = inodes[inode]
    if bits & 2 != 0, fileSystems[node.fileSystem].isReadOnly { return .EROFS }
    if tasks[task].uid == 0 {
      let mayExecute = node.kind == .directory || node.mode & 0o111 != 0
      return bits & 1 == 0 || mayExecute ? nil : .EACCES
    }
    let shift: Int64 =
      if tasks[task].uid == node.uid || limits.sabotage == .ownerClassDecides {
        6
      } else if tasks[task].gids.contains(node.gid) { 3 } else {
        0
      }
    return (node.mode >> shift) & bits == bits ? nil : .EACCES
  }

  /// The inode's number as events tell it.
  func number(of inode: Int) -> UInt32 { UInt32(clamping: inodes[inode].number) }
}
