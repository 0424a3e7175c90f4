import Program
import SourceText

/// The accounts and groups of a scenario.
struct AccountTable {
  /// Root, student, then the declared ones.
  private(set) var users: [UserAccount] = [
    UserAccount(name: "root", uid: 0, gids: [0]),
    UserAccount(name: "student", uid: 1000, gids: [1000]),
  ]
  /// Where each account is declared; `nil` for the two that always exist.
  private(set) var ranges: [SourceRange?] = [nil, nil]
  /// Named groups that are nobody's own.
  private var groups: [(name: String, gid: Int64)] = [("root", 0)]

  /// The account with a name.
  func index(of name: String) -> Int? { users.firstIndex { $0.name == name } }

  /// The names of all groups: each user's own and the named ones.
  var groupNames: [String] {
    users.map(\.name) + groups.map(\.name).filter { name in !users.contains { $0.name == name } }
  }

  /// The id of a group: a user's own, or a named one.
  func gid(ofGroup name: String) -> Int64? {
    if let user = index(of: name) { return users[user].gids.first }
    return groups.first { $0.name == name }?.gid
  }

  /// Adds an account, or gives one of the two that always exist another form.
  mutating func declare(_ account: UserAccount, at range: SourceRange) {
    if let known = index(of: account.name) {
      users[known] = account
      ranges[known] = range
    } else {
      users.append(account)
      ranges.append(range)
    }
  }

  /// The first free id for an account that names none.
  var nextUID: Int64 { max(1000, users.map(\.uid).max() ?? 1000) + 1 }

  /// Puts a user into a group, which is made when it is first named; all users are declared by then.
  mutating func join(_ user: Int, group: String) {
    guard users.indices.contains(user) else { return }
    let gid: Int64
    if let known = self.gid(ofGroup: group) {
      gid = known
    } else {
      // No user's own group, whatever numbers the script gives them.
      let taken = Set(users.flatMap(\.gids) + groups.map(\.gid))
      gid = (2000...).first { !taken.contains($0) } ?? 0
      groups.append((group, gid))
    }
    if !users[user].gids.contains(gid) { users[user].gids.append(gid) }
  }

  /// The home directory of an account.
  static func home(of user: UserAccount) -> String {
    user.uid == 0 && user.name == "root" ? "/root" : "/home/\(user.name)"
  }
}
