import Catalogue
import Program
import Testing
import Trace

/// Linux's answers to calls about files and descriptors: one process, the results of all its calls.
///
/// Sources: sections 3 and 4 of the facts, most of it recorded there; open(2), umask(2), dup(2),
/// fcntl(2), pipe(2), lseek(2), write(2), stat(2), unlink(2), rmdir(2), mkdir(2), nanosleep(2),
/// wait(2); fs/namei.c, fs/open.c, fs/stat.c.
@Suite struct FileConformanceTests {
  typealias Call = ConformanceTests.Call

  static let bss = HandBuilt.bss
  static let kernelAddress = Int64(bitPattern: 0xFFFF_8880_0000_0000)
  static let badUser: Int64 = 0x1000
  static let create = OpenFlags.create
  static let exclusive = OpenFlags.exclusive
  static let writeOnly = OpenFlags.writeOnly
  static let readWrite = OpenFlags.readWrite
  static let nonBlocking = OpenFlags.nonBlocking
  static let currentDirectory: Int64 = -100

  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var calls: [Call]
    var user: Int
    var gives: [Int64]

    init(_ what: String, user: Int = 2, _ calls: [Call], gives: [Int64]) {
      testDescription = what
      self.calls = calls
      self.user = user
      self.gives = gives
    }

    init(_ what: String, user: Int = 2, _ call: Call, gives error: Errno) {
      self.init(what, user: user, [call], gives: [error.returned])
    }
  }

  static func no(_ error: Errno) -> Int64 { error.returned }
  static func call(_ number: Int64, _ values: Int64...) -> Call {
    (number, values.map { HandBuilt.Argument.value($0) })
  }
  static func path(_ number: Int64, _ path: String, _ values: Int64...) -> Call {
    (number, [.text(path)] + values.map { HandBuilt.Argument.value($0) })
  }
  static func at(_ number: Int64, _ directory: Int64, _ path: String, _ values: Int64...) -> Call {
    (number, [.value(directory), .text(path)] + values.map { HandBuilt.Argument.value($0) })
  }
  static func open(_ name: String, _ flags: Int64 = 0, _ mode: Int64 = 0o644) -> Call {
    path(2, name, flags, mode)
  }
  static func read(_ fd: Int64, _ count: Int64) -> Call { call(0, fd, bss, count) }
  static func write(_ fd: Int64, _ text: String) -> Call {
    (1, [.value(fd), .text(text), .value(Int64(text.utf8.count))])
  }
  static func seek(_ fd: Int64, _ offset: Int64, _ whence: Int64 = 0) -> Call {
    call(8, fd, offset, whence)
  }
  static func close(_ fd: Int64) -> Call { call(3, fd) }
  static let pipe = call(22, bss + 60_000)
  static func pipe2(_ flags: Int64) -> Call { call(293, bss + 60_000, flags) }
  static func dup(_ fd: Int64) -> Call { call(32, fd) }
  static func dup2(_ from: Int64, _ to: Int64) -> Call { call(33, from, to) }
  static func dup3(_ from: Int64, _ to: Int64, _ flags: Int64) -> Call {
    call(292, from, to, flags)
  }
  static func fcntl(_ fd: Int64, _ command: Int64, _ argument: Int64 = 0) -> Call {
    call(72, fd, command, argument)
  }
  static func umask(_ mask: Int64) -> Call { call(95, mask) }
  static func mkdir(_ name: String, _ mode: Int64 = 0o755) -> Call { path(83, name, mode) }
  static func rmdir(_ name: String) -> Call { path(84, name) }
  static func unlink(_ name: String) -> Call { path(87, name) }
  static func chdir(_ name: String) -> Call { path(80, name) }
  static func stat(_ name: String, _ buffer: Int64 = bss) -> Call { path(4, name, buffer) }

  /// What is there besides `foo` (0644, 6 bytes) in the working directory of user 2.
  static func prepare(_ built: inout HandBuilt) {
    let node = ConformanceTests.node
    built.scenario.nodes += [
      node("/locked", .directory, 0, 0o700), node("/locked/in", .bytes([1]), 0, 0o644),
      node("/sticky", .directory, 0, 0o1777), node("/sticky/theirs", .bytes([1]), 1000, 0o666),
      node("/sticky/dir", .directory, 1000, 0o777), node("/shared", .directory, 0, 0o777),
      node("/home/ada/full", .directory, 1001, 0o755),
      node("/home/ada/full/x", .bytes([1]), 1001, 0o644),
      node("/home/ada/empty", .directory, 1001, 0o755),
      node("/home/ada/link", .link("foo"), 1001, 0o777),
      node("/home/ada/dirlink", .link("empty"), 1001, 0o777),
      node("/home/ada/secret", .bytes([1, 2]), 1001, 0o600),
      node("/home/ada/readonly", .bytes([1, 2]), 1001, 0o444),
    ]
  }

  static let opening: [Case] = [
    Case(
      "O_CREAT on a file that exists opens it, whatever mode is asked for",
      [open("foo", create, 0), read(3, 100)], gives: [3, 6]),
    Case(
      "a new file may be opened for writing though its mode forbids it",
      [open("new", create | writeOnly, 0o000), write(3, "x"), open("new", writeOnly)],
      gives: [3, 1, no(.EACCES)]),
    Case("O_EXCL without O_CREAT does nothing", [open("foo", exclusive)], gives: [3]),
    Case(
      "O_TRUNC with O_RDONLY empties where writing is permitted",
      [open("foo", OpenFlags.truncate), seek(3, 0, 2)], gives: [3, 0]),
    Case(
      "O_TRUNC of a file that may only be read", open("readonly", OpenFlags.truncate),
      gives: .EACCES),
    Case("O_TRUNC of a directory", open("empty", OpenFlags.truncate), gives: .EISDIR),
    Case("O_CREAT on a directory", open("empty", create), gives: .EISDIR),
    Case("O_RDWR on a directory", open("empty", readWrite), gives: .EISDIR),
    Case(
      "O_CREAT|O_EXCL on a directory is EEXIST before EISDIR", open("empty", create | exclusive),
      gives: .EEXIST),
    Case(
      "O_CREAT|O_EXCL does not follow a link", open("link", create | exclusive), gives: .EEXIST),
    Case(
      "the access mode 3 opens and permits neither",
      [open("foo", 3), read(3, 1), write(3, "x")], gives: [3, no(.EBADF), no(.EBADF)]),
    Case("the access mode 3 wants both permissions", open("readonly", 3), gives: .EACCES),
    Case("O_DIRECTORY on a directory", [open("empty", OpenFlags.directory)], gives: [3]),
    Case(
      "O_NOFOLLOW does not mind a link in the middle",
      [open("dirlink/../foo", OpenFlags.noFollow)], gives: [3]),
    Case("a link with a slash behind it is followed", [open("dirlink/")], gives: [3]),
    Case("a link to a file with a slash behind it", open("link/"), gives: .ENOTDIR),
    Case("a directory read as a file", [open("empty"), read(3, 1)], gives: [3, no(.EISDIR)]),
    Case(
      "a bad path pointer comes before bad descriptors", call(257, 99, badUser, 0), gives: .EFAULT),
    Case("contradicting flags come before a bad path", call(2, badUser, 0o200100), gives: .EINVAL),
    Case(
      "openat: an absolute path does not mind the directory",
      [at(257, 99, "/home/ada/foo", 0)], gives: [3]),
    Case("a directory that may not be read", open("/locked"), gives: .EACCES),
    Case(
      "an open file outlives its name",
      [open("foo"), unlink("foo"), read(3, 100), open("foo")], gives: [3, 0, 6, no(.ENOENT)]),
    Case(
      "a running program cannot be opened for writing", user: 0, open("/bin/probe", writeOnly),
      gives: .ETXTBSY),
    Case(
      "nor emptied", user: 0, open("/bin/probe", OpenFlags.truncate), gives: .ETXTBSY),
    Case("permission comes before ETXTBSY", open("/bin/probe", writeOnly), gives: .EACCES),
    Case("it can be read", [open("/bin/probe")], gives: [3]),
    Case(
      "umask takes bits of the mode away",
      [umask(0o077), open("new", create | writeOnly, 0o666), stat("new"), umask(0o022)],
      gives: [0o022, 3, 0, 0o077]),
    Case("umask has nine bits", [umask(0o7777), umask(0)], gives: [0o022, 0o777]),
    Case(
      "umask of directories", [umask(0o777), mkdir("d"), open("d")], gives: [0o022, 0, no(.EACCES)]),
  ]

  static let descriptors: [Case] = [
    Case(
      "dup gives the lowest free one", [dup(0), dup(0), close(3), dup(1)], gives: [3, 4, 0, 3]),
    Case("dup of nothing", dup(99), gives: .EBADF),
    Case("dup of -1", dup(-1), gives: .EBADF),
    Case("dup2 onto itself", [dup2(1, 1)], gives: [1]),
    Case("dup2 of nothing onto itself", dup2(99, 99), gives: .EBADF),
    Case(
      "dup2 to a number in use closes that", [open("foo"), dup2(0, 3), read(3, 0)],
      gives: [3, 3, 0]),
    Case("dup2 to a far number", [dup2(0, 1000), close(1000)], gives: [1000, 0]),
    Case("dup2 beyond the limit", dup2(0, 1024), gives: .EBADF),
    Case("dup2 to -1", dup2(0, -1), gives: .EBADF),
    Case("dup2 of nothing closes nothing", [dup2(99, 0), dup(0)], gives: [no(.EBADF), 3]),
    Case("dup3 onto itself", dup3(1, 1, 0), gives: .EINVAL),
    Case("dup3: a bad flag comes before a bad descriptor", dup3(99, 5, 1), gives: .EINVAL),
    Case(
      "dup3 with O_CLOEXEC",
      [dup3(0, 5, OpenFlags.closeOnExec), fcntl(5, 1), dup2(5, 6), fcntl(6, 1)],
      gives: [5, 1, 6, 0]),
    Case(
      "copies share the offset",
      [open("foo"), dup(3), read(3, 2), seek(4, 0, 1), seek(4, 1), read(3, 100)],
      gives: [3, 4, 2, 2, 1, 5]),
    Case(
      "a second open has its own", [open("foo"), open("foo"), read(3, 4), seek(4, 0, 1)],
      gives: [3, 4, 4, 0]),
    Case("F_DUPFD from a number on", [fcntl(0, 0, 10), fcntl(0, 0, 10)], gives: [10, 11]),
    Case("F_DUPFD from beyond the limit", fcntl(0, 0, 1024), gives: .EINVAL),
    Case("F_DUPFD_CLOEXEC", [fcntl(0, 1030, 0), fcntl(3, 1)], gives: [3, 1]),
    Case("F_GETFD of nothing", fcntl(99, 1), gives: .EBADF),
    Case(
      "F_SETFD and F_GETFD", [fcntl(0, 2, 1), fcntl(0, 1), fcntl(0, 2, 0), fcntl(0, 1)],
      gives: [0, 1, 0, 0]),
    Case(
      "O_CLOEXEC is the descriptor's", [open("foo", OpenFlags.closeOnExec), fcntl(3, 1)],
      gives: [3, 1]),
    Case(
      "F_SETFL changes O_APPEND and not the access mode",
      [
        open("foo", readWrite), fcntl(3, 4, OpenFlags.append | writeOnly), write(3, "!"),
        seek(3, 0, 1), seek(3, 0), read(3, 100),
      ], gives: [3, 0, 1, 7, 0, 7]),
    Case("an unknown command", fcntl(0, 99), gives: .EINVAL),
    Case("close twice", [open("foo"), close(3), close(3)], gives: [3, 0, no(.EBADF)]),
    Case("close of a number beyond all", close(1 << 20), gives: .EBADF),
    Case(
      "the number counts with its low 32 bits", [close(1 << 32 | 0), close(0)],
      gives: [0, no(.EBADF)]),
  ]

  static let pipes: [Case] = [
    Case(
      "a pipe's ends are the two lowest", [pipe, write(4, "abc"), read(3, 100)], gives: [0, 3, 3]),
    Case("a pipe where the numbers cannot be written", call(22, badUser), gives: .EFAULT),
    Case(
      "and then nothing stays open", [call(22, badUser), open("foo")], gives: [no(.EFAULT), 3]),
    Case("an unknown flag", pipe2(1), gives: .EINVAL),
    Case("an unknown flag comes before a bad pointer", call(293, badUser, 1), gives: .EINVAL),
    Case("reading the end for writing", [pipe, read(4, 1)], gives: [0, no(.EBADF)]),
    Case("writing the end for reading", [pipe, write(3, "x")], gives: [0, no(.EBADF)]),
    Case(
      "lseek on a pipe", [pipe, seek(3, 0), seek(4, 0, 2)], gives: [0, no(.ESPIPE), no(.ESPIPE)]),
    Case("pread on a pipe", [pipe, call(17, 3, bss, 1, 0)], gives: [0, no(.ESPIPE)]),
    Case(
      "an empty pipe without O_NONBLOCK and without writers is the end",
      [pipe, close(4), read(3, 9)], gives: [0, 0, 0]),
    Case(
      "an empty pipe with O_NONBLOCK", [pipe2(nonBlocking), read(3, 9)], gives: [0, no(.EAGAIN)]),
    Case(
      "without writers the end comes before EAGAIN", [pipe2(nonBlocking), close(4), read(3, 9)],
      gives: [0, 0, 0]),
    Case(
      "what is in a pipe outlives its writers",
      [pipe, write(4, "xyz"), close(4), read(3, 2), read(3, 2), read(3, 2)],
      gives: [0, 3, 0, 2, 1, 0]),
    Case(
      "no bytes into a pipe without readers", [pipe, close(3), call(1, 4, bss, 0)],
      gives: [0, 0, 0]),
    Case(
      "SIGPIPE ignored: EPIPE",
      [pipe, close(3), call(13, 13, bss + 128, 0, 8), write(4, "x")], gives: [0, 0, 0, no(.EPIPE)]),
    Case("a pipe cannot be emptied", [pipe, call(77, 4, 0)], gives: [0, no(.EINVAL)]),
    Case("F_GETPIPE_SZ", [pipe, fcntl(3, 1032)], gives: [0, 65_536]),
    Case("F_GETPIPE_SZ of a file", [open("foo"), fcntl(3, 1032)], gives: [3, no(.EBADF)]),
  ]

  static let reading: [Case] = [
    Case("read of nothing open", read(99, 1), gives: .EBADF),
    Case("read of 0 bytes", [open("foo"), read(3, 0)], gives: [3, 0]),
    Case(
      "pread does not move the offset", [open("foo"), call(17, 3, bss, 3, 2), seek(3, 0, 1)],
      gives: [3, 3, 0]),
    Case(
      "pread before the beginning", [open("foo"), call(17, 3, bss, 3, -1)], gives: [3, no(.EINVAL)]),
    Case("pread behind the end", [open("foo"), call(17, 3, bss, 3, 1000)], gives: [3, 0]),
    Case(
      "a negative position comes before a bad descriptor", call(17, 99, bss, 3, -1), gives: .EINVAL),
    Case(
      "lseek far behind the end and a write leave a hole",
      [
        open("foo", readWrite), seek(3, 10_000), write(3, "z"), seek(3, 0, 2),
        call(17, 3, bss, 100, 6),
      ],
      gives: [3, 10_000, 1, 10_001, 100]),
    Case("lseek before the beginning", [open("foo"), seek(3, -7, 2)], gives: [3, no(.EINVAL)]),
    Case("lseek on the console", seek(0, 0), gives: .ESPIPE),
    Case("lseek with an unknown origin", [open("foo"), seek(3, 0, 7)], gives: [3, no(.EINVAL)]),
    Case("lseek on /dev/null", [open("/dev/null"), seek(3, 1000)], gives: [3, 0]),
    Case(
      "/dev/null is empty and takes everything",
      [open("/dev/null", readWrite), read(3, 9), write(3, "gone"), read(3, 9)], gives: [3, 0, 4, 0]),
    Case(
      "/dev/null does not look at a user pointer",
      [open("/dev/null", readWrite), call(1, 3, badUser, 5)], gives: [3, 5]),
    Case(
      "but a kernel pointer is refused",
      [open("/dev/null", readWrite), call(1, 3, kernelAddress, 5)], gives: [3, no(.EFAULT)]),
    Case(
      "/dev/zero gives zeros without end", [open("/dev/zero"), read(3, 10_000)], gives: [3, 10_000]),
    Case(
      "write to a file opened for reading", [open("foo"), write(3, "x")], gives: [3, no(.EBADF)]),
    Case(
      "EBADF comes before EFAULT", [open("foo"), call(1, 3, kernelAddress, 5)],
      gives: [3, no(.EBADF)]),
    Case(
      "O_APPEND goes to the end for each write, pwrite too",
      [
        open("foo", readWrite | OpenFlags.append), write(3, "a"), call(18, 3, bss, 2, 0),
        seek(3, 0, 2),
      ],
      gives: [3, 1, 2, 9]),
    Case(
      "ftruncate of a file opened for reading", [open("foo"), call(77, 3, 0)],
      gives: [3, no(.EINVAL)]),
    Case("ftruncate below 0", [open("foo", readWrite), call(77, 3, -1)], gives: [3, no(.EINVAL)]),
    Case("a negative length comes before a bad descriptor", call(77, 99, -1), gives: .EINVAL),
    Case(
      "ftruncate makes longer",
      [open("foo", readWrite), call(77, 3, 100), seek(3, 0, 2), read(3, 1)], gives: [3, 0, 100, 0]),
    Case("fsync of the console", call(74, 1), gives: .EINVAL),
    Case("fsync of a directory", [open("empty"), call(74, 3)], gives: [3, 0]),
    Case("fsync of a pipe", [pipe, call(74, 3)], gives: [0, no(.EINVAL)]),
  ]

  static let names: [Case] = [
    Case("unlink of a missing name", unlink("nothing"), gives: .ENOENT),
    Case("unlink of a directory", unlink("empty"), gives: .EISDIR),
    Case(
      "unlink of a link takes the link", [unlink("link"), open("foo"), open("link")],
      gives: [0, 3, no(.ENOENT)]),
    Case("unlink in somebody else's directory", user: 1, unlink("/home/ada/foo"), gives: .EACCES),
    Case(
      "a sticky directory: the file is somebody else's", unlink("/sticky/theirs"), gives: .EPERM),
    Case("a sticky directory: root may", user: 0, [unlink("/sticky/theirs")], gives: [0]),
    Case("unlinkat with an unknown flag", at(263, currentDirectory, "foo", 1), gives: .EINVAL),
    Case(
      "unlinkat with AT_REMOVEDIR on a file", at(263, currentDirectory, "foo", 0x200),
      gives: .ENOTDIR),
    Case(
      "unlinkat with AT_REMOVEDIR", [at(263, currentDirectory, "empty", 0x200), stat("empty")],
      gives: [0, no(.ENOENT)]),
    Case("unlinkat from a closed descriptor", at(263, 99, "foo", 0), gives: .EBADF),
    Case("mkdir of a name that exists", mkdir("foo"), gives: .EEXIST),
    Case(
      "mkdir of a link that dangles nowhere near", [unlink("foo"), mkdir("link")],
      gives: [0, no(.EEXIST)]),
    Case("mkdir with a slash behind it", [mkdir("d/"), open("d")], gives: [0, 3]),
    Case("mkdir in a missing directory", mkdir("no/d"), gives: .ENOENT),
    Case("mkdir in a file", mkdir("foo/d"), gives: .ENOTDIR),
    Case("mkdir where one may not write", mkdir("/d"), gives: .EACCES),
    Case("rmdir", [rmdir("empty"), open("empty")], gives: [0, no(.ENOENT)]),
    Case(
      "rmdir with slashes behind it", [rmdir("empty//"), open("empty")], gives: [0, no(.ENOENT)]),
    Case("rmdir of a directory that is not empty", rmdir("full"), gives: .ENOTEMPTY),
    Case("rmdir when it is emptied", [unlink("full/x"), rmdir("full")], gives: [0, 0]),
    Case("rmdir of a file", rmdir("foo"), gives: .ENOTDIR),
    Case("rmdir of a link to a directory", rmdir("dirlink"), gives: .ENOTDIR),
    Case("rmdir of such a link with a slash", rmdir("dirlink/"), gives: .ENOTDIR),
    Case("rmdir of nothing", rmdir("nothing"), gives: .ENOENT),
    Case("rmdir of an empty path", rmdir(""), gives: .ENOENT),
    Case("rmdir of .", rmdir("."), gives: .EINVAL),
    Case("rmdir of d/.", rmdir("empty/."), gives: .EINVAL),
    Case("rmdir of ..", rmdir(".."), gives: .ENOTEMPTY),
    Case("rmdir of the root", user: 0, rmdir("/"), gives: .EBUSY),
    Case("rmdir where something is mounted", user: 0, rmdir("/dev"), gives: .EBUSY),
    Case(
      "rmdir in somebody else's directory comes before ENOTEMPTY", user: 1, rmdir("/home/ada/full"),
      gives: .EACCES),
    Case("rmdir in a sticky directory", rmdir("/sticky/dir"), gives: .EPERM),
    Case(
      "one's working directory may be removed, and then nothing can be made in it",
      [chdir("empty"), rmdir("../empty"), open("x", create), mkdir("d"), rmdir("../empty")],
      gives: [0, 0, no(.ENOENT), no(.ENOENT), no(.ENOENT)]),
    Case(
      "a removed directory's name can be used again",
      [rmdir("empty"), open("empty", create | writeOnly)], gives: [0, 3]),
    Case("chdir to a file", chdir("foo"), gives: .ENOTDIR),
    Case("chdir to a directory without x", chdir("/locked"), gives: .EACCES),
    Case(
      "chdir, and relative paths begin there", [chdir("full"), open("x"), open("../foo")],
      gives: [0, 3, 4]),
  ]

  static let telling: [Case] = [
    Case("stat", [stat("foo")], gives: [0]),
    Case("stat of a missing name", stat("nothing"), gives: .ENOENT),
    Case("stat needs no permission on the file", user: 1, [stat("/home/ada/secret")], gives: [0]),
    Case("but search permission on the way", stat("/locked/in"), gives: .EACCES),
    Case("stat of an empty path", stat(""), gives: .ENOENT),
    Case("stat into bad memory", stat("foo", badUser), gives: .EFAULT),
    Case("a missing name comes before bad memory", stat("nothing", badUser), gives: .ENOENT),
    Case("fstat of nothing open", call(5, 99, bss), gives: .EBADF),
    Case("EBADF comes before EFAULT", call(5, 99, kernelAddress), gives: .EBADF),
    Case("fstat into bad memory", call(5, 0, badUser), gives: .EFAULT),
    Case(
      "newfstatat with an unknown flag", at(262, currentDirectory, "foo", bss, 1), gives: .EINVAL),
    Case(
      "an unknown flag comes before a bad path", call(262, currentDirectory, badUser, bss, 1),
      gives: .EINVAL),
    Case(
      "newfstatat does not follow a link that is told not to",
      [
        unlink("foo"), at(262, currentDirectory, "link", bss, 0x100),
        at(262, currentDirectory, "link", bss, 0),
      ], gives: [0, 0, no(.ENOENT)]),
    Case(
      "an empty path with AT_EMPTY_PATH is the descriptor",
      [open("foo"), at(262, 3, "", bss, 0x1000), at(262, 99, "", bss, 0x1000)],
      gives: [3, 0, no(.EBADF)]),
  ]

  static let waiting: [Case] = [
    Case("nanosleep of nothing", [call(35, bss)], gives: [0]),
    Case("nanosleep with a bad pointer", call(35, badUser), gives: .EFAULT),
    Case("nanosleep with a kernel pointer", call(35, kernelAddress), gives: .EFAULT),
    Case("wait4 without children", call(61, -1, 0, 0, 0), gives: .ECHILD),
    Case("wait4 for somebody who is no child", call(61, 1, 0, 0, 0), gives: .ECHILD),
    Case("wait4 with WNOHANG without children", call(61, -1, 0, 1, 0), gives: .ECHILD),
    Case("wait4 with unknown options", call(61, -1, 0, 0x100, 0), gives: .EINVAL),
    Case(
      "unknown options come before no children and a bad pointer",
      call(61, -1, kernelAddress, 0x100, 0), gives: .EINVAL),
    Case("no child comes before a bad pointer", call(61, -1, kernelAddress, 0, 0), gives: .ECHILD),
    Case("getpid, gettid and getppid", [call(39), call(186), call(110)], gives: [100, 100, 1]),
    Case(
      "alarm tells what was left", [call(37, 10), call(37, 0), call(37, 0)], gives: [0, 10, 0]),
  ]

  @Test(arguments: opening + descriptors + pipes + reading + names + telling + waiting)
  func `Linux answers`(_ item: Case) {
    let found = ConformanceTests.results(item.calls, user: item.user, prepare: Self.prepare)
    #expect(found == item.gives)
  }
}
