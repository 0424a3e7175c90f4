import Program
import SourceText

/// The files and directories of a scenario by path.
struct NodeTable {
  /// What is declared.
  private(set) var declared: [String: (node: NodeConfiguration, range: SourceRange)] = [:]
  /// The paths in the order declared.
  private(set) var order: [String] = []
  /// Everything, with what exists by default, in the order of ``Paths/precedes(_:_:)``: parents
  /// before children.
  private(set) var finished: [NodeConfiguration] = []

  /// Adds the file of a program, library or module to the finished table, unless the script declares
  /// another one there.
  mutating func addSystemFile(
    _ path: String, _ bytes: [UInt8], mode: Int64, users: [UserAccount]
  ) {
    guard declared[path] == nil else { return }
    // Where the directory is there, those above it are.
    let directory = path.utf8.lastIndex(of: 0x2F).map { String(path[..<$0]) } ?? ""
    let missing = node(directory) == nil ? Paths.parents(of: path) : []
    for parent in missing where node(parent) == nil {
      let owner = Self.homeOwner(of: parent, users: users)
      put(Self.directory(parent, owner, 0o755))
    }
    put(
      NodeConfiguration(
        path: path, content: .bytes(bytes), uid: 0, gid: 0, mode: mode, isImage: true))
  }

  private mutating func put(_ node: NodeConfiguration) {
    let place = place(of: node.path)
    if place < finished.count, finished[place].path == node.path {
      finished[place] = node
    } else {
      finished.insert(node, at: place)
    }
  }

  /// The position of the first node that does not come before a path.
  private func place(of path: String) -> Int {
    var (low, high) = (0, finished.count)
    while low < high {
      let middle = (low + high) / 2
      if Paths.precedes(finished[middle].path, path) { low = middle + 1 } else { high = middle }
    }
    return low
  }

  mutating func declare(_ node: NodeConfiguration, at range: SourceRange) {
    declared[node.path] = (node, range)
    order.append(node.path)
  }

  /// Adds the directories that every system has, homes, mount points and missing parents; then
  /// sorts: a path comes after all its prefixes.
  mutating func finish(users: [UserAccount], mountPoints: [String]) {
    var all: [String: NodeConfiguration] = [:]
    let usual: [(String, Int64)] = [
      ("/", 0o755), ("/bin", 0o755), ("/dev", 0o755), ("/etc", 0o755), ("/home", 0o755),
      ("/lib", 0o755), ("/proc", 0o755), ("/root", 0o700), ("/tmp", 0o1777), ("/usr", 0o755),
      ("/var", 0o755),
    ]
    for (path, mode) in usual { all[path] = Self.directory(path, nil, mode) }
    for user in users where user.name != "root" {
      let path = AccountTable.home(of: user)
      all[path] = Self.directory(path, user, 0o755)
    }
    for path in order {
      if let node = declared[path]?.node { all[path] = node }
    }
    for path in mountPoints + order {
      for parent in Paths.parents(of: path) where all[parent] == nil {
        all[parent] = Self.directory(parent, Self.homeOwner(of: parent, users: users), 0o755)
      }
      if all[path] == nil { all[path] = Self.directory(path, nil, 0o755) }
    }
    finished = all.values.sorted { Paths.precedes($0.path, $1.path) }
  }

  private static func directory(
    _ path: String, _ owner: UserAccount?, _ mode: Int64
  ) -> NodeConfiguration {
    NodeConfiguration(
      path: path, content: .directory, uid: owner?.uid ?? 0, gid: owner?.gids.first ?? 0,
      mode: mode)
  }

  /// The node at a path, once finished.
  func node(_ path: String) -> NodeConfiguration? {
    let place = place(of: path)
    guard place < finished.count, finished[place].path == path else { return nil }
    return finished[place]
  }

  /// The user in whose home a path lies.
  static func homeOwner(of path: String, users: [UserAccount]) -> UserAccount? {
    users.first { user in
      let home = AccountTable.home(of: user)
      return path == home || path.hasPrefix(home + "/")
    }
  }

  /// Whether a directory is at a path, symbolic links followed.
  func isDirectory(_ path: String) -> Bool {
    var pending = Array(Paths.components(path).reversed())
    var current = "/"
    var links = 0
    while let name = pending.popLast() {
      let next = current == "/" ? "/" + name : current + "/" + name
      guard let node = node(next) else { return false }
      switch node.content {
      case .directory: current = next
      case .bytes, .zeros: return false
      case .link(let target):
        links += 1
        guard links <= 40 else { return false }
        let absolute = target.hasPrefix("/") ? target : current + "/" + target
        pending += Paths.components(Paths.normalised(absolute)).reversed()
        current = "/"
      }
    }
    return true
  }
}

/// Absolute paths as text.
enum Paths {
  /// The components between slashes.
  static func components(_ path: String) -> [String] {
    path.split(separator: "/", omittingEmptySubsequences: true).map(String.init)
  }

  /// Without `.`, `..`, doubled or trailing slashes.
  static func normalised(_ path: String) -> String {
    var kept: [String] = []
    for component in components(path) where component != "." {
      if component == ".." { _ = kept.popLast() } else { kept.append(component) }
    }
    return "/" + kept.joined(separator: "/")
  }

  /// Whether a normalised path comes before another: component by component, so that what lies in a
  /// directory follows it.
  static func precedes(_ left: String, _ right: String) -> Bool {
    left.utf8.lexicographicallyPrecedes(right.utf8) { rank($0) < rank($1) }
  }

  /// A slash before all bytes of names.
  private static func rank(_ byte: UInt8) -> UInt8 { byte == 0x2F ? 0 : byte }

  /// All directories above a normalised path, the root first.
  static func parents(of path: String) -> [String] {
    let names = components(path)
    guard !names.isEmpty else { return [] }
    return (0..<names.count).map { "/" + names.prefix($0).joined(separator: "/") }
  }
}
