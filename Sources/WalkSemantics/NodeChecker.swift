import Program
import SourceText
import WalkSyntax

// Files, directories and links.
extension Checker {
  /// Declares what stands in the world; the files of programs are not there yet.
  mutating func declareNodes() {
    var totalBytes: Int64 = 0
    for (role, statement) in statements where role != .continue {
      switch statement {
      case .node(let keyword, let path, let items, _):
        declareNode(keyword, path, items, &totalBytes)
      case .symlink(let path, let target, _):
        guard let place = newPath(path) else { continue }
        guard !target.bytes.isEmpty, target.bytes.count < 4096, !target.bytes.contains(0) else {
          report(.badPath("the target of a link has 1 to 4095 bytes and no NUL", at: target.range))
          continue
        }
        let owner = NodeTable.homeOwner(of: place, users: accounts.users)
        nodes.declare(
          NodeConfiguration(
            path: place, content: .link(target.text), uid: owner?.uid ?? 0,
            gid: owner?.gids.first ?? 0, mode: 0o777), at: path.range)
      default: break
      }
    }
    nodes.finish(users: accounts.users, mountPoints: mounts.map(\.mount.path))
  }

  /// Reports what stands below something that is no directory, once all files are there.
  mutating func checkNodes() {
    for path in nodes.order {
      guard let range = nodes.declared[path]?.range else { continue }
      for parent in Paths.parents(of: path) {
        guard let node = nodes.node(parent), node.content != .directory else { continue }
        report(.notADirectory(parent, at: range, declared: nodes.declared[parent]?.range))
        break
      }
    }
    for (mount, range) in mounts where mount.path != "/" {
      if let node = nodes.node(mount.path), node.content != .directory {
        report(
          .notADirectory(mount.path, at: range, declared: nodes.declared[mount.path]?.range))
      }
    }
  }

  private mutating func declareNode(
    _ keyword: Name, _ path: StringSyntax, _ items: [ItemSyntax], _ totalBytes: inout Int64
  ) {
    guard let place = newPath(path) else { return }
    let isFile = keyword.text == "file"
    var owner = NodeTable.homeOwner(of: place, users: accounts.users) ?? accounts.users[0]
    var group: Int64?
    var mode: Int64 = isFile ? 0o644 : 0o755
    var text: (bytes: [UInt8], range: SourceRange)?
    var byteCount: (count: Int64, range: SourceRange)?
    var seen: [String: SourceRange] = [:]
    let known = isFile ? BlockItems.file : BlockItems.directory
    for item in items {
      if reportRepeated(item, &seen, of: keyword.text) { continue }
      guard known.contains(item.key.text) else {
        report(
          .unknownItem(
            item.key, of: keyword.text, known: known,
            nearest: Nearest.name(to: item.key.text, among: known)))
        continue
      }
      switch item.key.text {
      case "owner":
        if let index = user(item, "user", accounts.users.map(\.name)) {
          owner = accounts.users[index]
        }
      case "group":
        guard item.values.count == 1, case .name(let name) = item.values[0] else {
          report(.wrongItemValue("group", wanted: "the name of a group", at: item.range))
          continue
        }
        if let gid = accounts.gid(ofGroup: name.text) {
          group = gid
        } else if isNews("group", name.text) {
          report(
            .unknownUser(
              "group", name, known: accounts.groupNames,
              nearest: Nearest.name(to: name.text, among: accounts.groupNames)))
        }
      case "mode":
        if let bits = permissionBits(item) { mode = bits }
      case "text":
        guard item.values.count == 1, case .string(let string) = item.values[0] else {
          report(.wrongItemValue("text", wanted: "a string", at: item.range))
          continue
        }
        text = (string.bytes, item.range)
      default:
        if let bytes = size(
          item, in: 0...Limits.fileBytes, "between 0 and \(Limits.fileBytes >> 20)MiB")
        {
          byteCount = (bytes, item.range)
        }
      }
    }
    if let text, let byteCount, byteCount.count != Int64(text.bytes.count) {
      report(
        .wrongItemValue(
          "size", wanted: "no text beside it, or the text's own \(text.bytes.count) bytes",
          at: byteCount.range))
    }
    var content = NodeConfiguration.Content.directory
    if isFile {
      if let text {
        content = .bytes(text.bytes)
        totalBytes += Int64(text.bytes.count)
      } else {
        content = .zeros(byteCount?.count ?? 0)
        if byteCount == nil { content = .bytes([]) }
        totalBytes += byteCount?.count ?? 0
      }
    }
    if totalBytes > Limits.fileBytes, reported.insert("file bytes").inserted {
      report(
        .limitReached(
          "all files together grow too large", limit: "\(Limits.fileBytes >> 20)MiB",
          at: path.range))
    }
    nodes.declare(
      NodeConfiguration(
        path: place, content: content, uid: owner.uid, gid: group ?? owner.gids.first ?? 0,
        mode: mode), at: path.range)
  }

  /// The account that an item names.
  private mutating func user(_ item: ItemSyntax, _ what: String, _ known: [String]) -> Int? {
    guard item.values.count == 1, case .name(let name) = item.values[0] else {
      report(.wrongItemValue(item.key.text, wanted: "the name of a user", at: item.range))
      return nil
    }
    return user(name)
  }

  /// The account with a name.
  mutating func user(_ name: Name) -> Int? {
    if let index = accounts.index(of: name.text) { return index }
    if isNews("user", name.text) {
      let known = accounts.users.map(\.name)
      report(
        .unknownUser(
          "user", name, known: known, nearest: Nearest.name(to: name.text, among: known)))
    }
    return nil
  }

  mutating func permissionBits(_ item: ItemSyntax) -> Int64? {
    guard let bits = integer(item, in: 0...Int64.max, "between 0 and 07777") else { return nil }
    let range = valueRange(item)
    guard bits <= 0o7777 else {
      report(.outOfRange("`mode`", bounds: "between 0 and 07777", at: range))
      return nil
    }
    // A decimal number that reads like permission bits is likely a slip.
    if let text = PermissionBits.decimalSlip(texts.text(range)) {
      report(.decimalMode(text, at: range))
    }
    return bits
  }

  /// A path that is declared here for the first time.
  private mutating func newPath(_ path: StringSyntax) -> String? {
    guard let place = checkedPath(path) else { return nil }
    if let first = nodes.declared[place]?.range {
      report(.duplicate("\"\(place)\"", at: path.range, first: first))
      return nil
    }
    guard nodes.order.count < Limits.nodes else {
      if reported.insert("nodes").inserted {
        report(.limitReached("files and directories", limit: "\(Limits.nodes)", at: path.range))
      }
      isBroken = true
      return nil
    }
    return place
  }

  /// An absolute path in normal form.
  mutating func checkedPath(_ path: StringSyntax) -> String? {
    func reject(_ reason: String, fix: String? = nil) -> String? {
      report(.badPath(reason, at: path.range, fix: fix))
      return nil
    }
    let text = path.text
    if path.bytes.isEmpty { return reject("a path cannot be empty") }
    if path.bytes.contains(0) { return reject("a path cannot hold a NUL byte") }
    if Array(text.utf8) != path.bytes { return reject("a path must be UTF-8 here") }
    if path.bytes.count >= 4096 { return reject("a path has at most 4095 bytes") }
    guard text.hasPrefix("/") else {
      return reject(
        "a path of the world begins with `/`",
        fix: text.contains("\"") || text.contains("\\") ? nil : "\"/\(text)\"")
    }
    for component in Paths.components(text) where component.utf8.count > 255 {
      return reject("a name in a path has at most 255 bytes")
    }
    return Paths.normalised(text)
  }
}

/// Permission bits as people write them.
enum PermissionBits {
  /// The text when it is a decimal number that was meant as octal: `644`, `0` and `0644` are not.
  static func decimalSlip(_ text: String) -> String? {
    let digits = Array(text.utf8)
    guard digits.count == 3 || digits.count == 4, let first = digits.first, first != 0x30,
      digits.allSatisfy({ (0x30...0x37).contains($0) })
    else { return nil }
    return text
  }
}
