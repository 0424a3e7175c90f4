import Program
import SourceText

/// The files and directories of a scenario by path.
struct NodeTable {
  /// What is declared.
  private(set) var declared: [String: (node: NodeConfiguration, range: SourceRange)] = [:]
  /// The paths in the order declared.
  private(set) var order: [String] = []
  /// Everything, with what exists by default and parents before children.
  private(set) var finished: [NodeConfiguration] = []
  private var finishedIndex: [String: Int] = [:]

  /// The files of programs and libraries, which exist unless the script declares another one there.
  private var systemFiles: [NodeConfiguration] = []

  /// Adds the file of a program, library or module.
  mutating func addSystemFile(_ path: String, _ bytes: [UInt8], mode: Int64) {
    systemFiles.append(
      NodeConfiguration(path: path, content: .bytes(bytes), uid: 0, gid: 0, mode: mode))
  }

  mutating func declare(_ node: NodeConfiguration, at range: SourceRange) {
    declared[node.path] = (node, range)
    order.append(node.path)
  }

  /// Adds the directories that every system has, homes, mount points and missing parents; then
  /// sorts: a path comes after all its prefixes.
  mutating func finish(users: [UserAccount], mountPoints: [String]) {
    var all: [String: NodeConfiguration] = [:]
    func directory(_ path: String, _ owner: UserAccount?, _ mode: Int64) -> NodeConfiguration {
      NodeConfiguration(
        path: path, content: .directory, uid: owner?.uid ?? 0, gid: owner?.gids.first ?? 0,
        mode: mode)
    }
    let usual: [(String, Int64)] = [
      ("/", 0o755), ("/bin", 0o755), ("/dev", 0o755), ("/etc", 0o755), ("/home", 0o755),
      ("/lib", 0o755), ("/proc", 0o755), ("/root", 0o700), ("/tmp", 0o1777), ("/usr", 0o755),
      ("/var", 0o755),
    ]
    for (path, mode) in usual { all[path] = directory(path, nil, mode) }
    for user in users where user.name != "root" {
      let path = AccountTable.home(of: user)
      all[path] = directory(path, user, 0o755)
    }
    for node in systemFiles { all[node.path] = node }
    for path in order {
      if let node = declared[path]?.node { all[path] = node }
    }
    for path in mountPoints + order + systemFiles.map(\.path) {
      for parent in Paths.parents(of: path) where all[parent] == nil {
        all[parent] = directory(parent, Self.homeOwner(of: parent, users: users), 0o755)
      }
      if all[path] == nil { all[path] = directory(path, nil, 0o755) }
    }
    finished = all.values.map { ($0, Paths.components($0.path)) }
      .sorted { left, right in
        left.1.lexicographicallyPrecedes(right.1) { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      }
      .map(\.0)
    for (index, node) in finished.enumerated() { finishedIndex[node.path] = index }
  }

  /// The node at a path, once finished.
  func node(_ path: String) -> NodeConfiguration? {
    finishedIndex[path].map { finished[$0] }
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

  /// All directories above a normalised path, the root first.
  static func parents(of path: String) -> [String] {
    let names = components(path)
    guard !names.isEmpty else { return [] }
    return (0..<names.count).map { "/" + names.prefix($0).joined(separator: "/") }
  }
}
