import Catalogue
import Lesson
import Program
import Testing
import Trace

/// Linux's answers about what modules bring: device files, types of file systems, use counts.
@Suite struct ModuleConformanceTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var user: String
    /// What the program does; the last result of ``call`` in it is judged.
    var body: String
    var call: String
    var expected: Int64

    init(
      _ what: String, as user: String = "root", _ call: String, gives expected: Int64,
      _ body: String
    ) {
      testDescription = what
      self.user = user
      self.body = body
      self.call = call
      self.expected = expected
    }

    init(
      _ what: String, as user: String = "root", _ call: String, gives error: Errno, _ body: String
    ) {
      self.init(what, as: user, call, gives: error.returned, body)
    }
  }

  static let world = """
    module toy {
        init { data opens 0 }
        provides device "/dev/toy" {
            mode 0666
            open { *opens = *opens + 1 }
            read {
                if copy_to_user(buf, "toys", 4) != 0 { return -EFAULT }
                return 4
            }
            write { return count + 7 }
        }
        provides device "/dev/deaf" { mode 0666 }
        provides device "/dev/secret" { read { return 1 } }
        provides device "/dev/absent" { open { return -ENODEV } }
        provides device "/dev/odd" { open { return 3 } }
        provides device "/dev/place" { read { return offset + 2 } }
        provides filesystem "toyfs"
        provides filesystem "badfs" { mount { return -EIO } }
        exit { }
    }
    dir "/mnt"
    file "/plain" { text "x" }
    load module toy as root
    run
    """

  /// open(2), read(2), write(2), lseek(2), mmap(2); fs/char_dev.c (chrdev_open), fs/open.c
  /// (do_dentry_open), fs/read_write.c (vfs_read, vfs_write), drivers/base/devtmpfs.c.
  static let devices: [Case] = [
    Case("a device's file is opened like any", "open", gives: 3, "open(\"/dev/toy\", O_RDONLY)"),
    Case("one that no driver has", "open", gives: .ENOENT, "open(\"/dev/toys\", O_RDONLY)"),
    Case(
      "without more words it is root's alone", as: "student", "open", gives: .EACCES,
      "open(\"/dev/secret\", O_RDONLY)"),
    Case("root may open it", "open", gives: 3, "open(\"/dev/secret\", O_RDONLY)"),
    Case(
      "it is no directory", "open", gives: .ENOTDIR, "open(\"/dev/toy\", O_RDONLY | O_DIRECTORY)"),
    Case("the driver's error is open's", "open", gives: .ENODEV, "open(\"/dev/absent\", O_RDONLY)"),
    Case(
      "and takes no descriptor", "open", gives: 3,
      "open(\"/dev/absent\", O_RDONLY)\nopen(\"/dev/toy\", O_RDONLY)"),
    Case(
      "a positive result of the driver's open means nothing", "open", gives: .EINVAL,
      "open(\"/dev/odd\", O_RDONLY)"),
    Case(
      "the driver's result is read's", "read", gives: 4,
      "bss b 8\nread(open(\"/dev/toy\", O_RDONLY), b, 8)"),
    Case(
      "though it is not open for reading", "read", gives: .EBADF,
      "bss b 8\nread(open(\"/dev/toy\", O_WRONLY), b, 8)"),
    Case(
      "no function for reading", "read", gives: .EINVAL,
      "bss b 8\nread(open(\"/dev/deaf\", O_RDONLY), b, 8)"),
    Case(
      "not open for reading comes before that", "read", gives: .EBADF,
      "bss b 8\nread(open(\"/dev/deaf\", O_WRONLY), b, 8)"),
    Case(
      "no function comes before a kernel pointer", "read", gives: .EINVAL,
      "read(open(\"/dev/deaf\", O_RDONLY), 0xffff888000000000, 8)"),
    Case(
      "a kernel pointer does not reach the driver", "read", gives: .EFAULT,
      "read(open(\"/dev/place\", O_RDONLY), 0xffff888000000000, 8)"),
    Case(
      "a user pointer does, whatever is mapped there", "read", gives: 2,
      "read(open(\"/dev/place\", O_RDONLY), 0x10, 8)"),
    Case(
      "the driver's copy finds it bad", "read", gives: .EFAULT,
      "read(open(\"/dev/toy\", O_RDONLY), 0x10, 8)"),
    Case(
      "reading nothing reaches the driver as well", "read", gives: 4,
      "bss b 8\nread(open(\"/dev/toy\", O_RDONLY), b, 0)"),
    Case(
      "the offset moves by what was read", "read", gives: 4,
      "bss b 8\nlet fd = open(\"/dev/place\", O_RDONLY)\nread(fd, b, 8)\nread(fd, b, 8)"),
    Case(
      "pread64 says where, and moves nothing", "read", gives: 2,
      "bss b 8\nlet fd = open(\"/dev/place\", O_RDONLY)\npread64(fd, b, 8, 40)\nread(fd, b, 8)"),
    Case(
      "and the driver is told where", "pread64", gives: 42,
      "bss b 8\npread64(open(\"/dev/place\", O_RDONLY), b, 8, 40)"),
    Case(
      "no function for writing", "write", gives: .EINVAL,
      "write(open(\"/dev/deaf\", O_WRONLY), \"x\", 1)"),
    Case(
      "the driver's result is write's", "write", gives: 8,
      "write(open(\"/dev/toy\", O_WRONLY), \"x\", 1)"),
    Case(
      "writing nothing reaches the driver as well", "write", gives: 7,
      "write(open(\"/dev/toy\", O_WRONLY), \"x\", 0)"),
    Case(
      "a device without positions", "lseek", gives: .ESPIPE,
      "lseek(open(\"/dev/toy\", O_RDONLY), 0, SEEK_SET)"),
    Case(
      "it has no length", "ftruncate", gives: .EINVAL, "ftruncate(open(\"/dev/toy\", O_RDWR), 0)"),
    Case("nor pages", "fsync", gives: .EINVAL, "fsync(open(\"/dev/toy\", O_RDWR))"),
    Case(
      "and cannot be mapped", "mmap", gives: .ENODEV,
      "mmap(0, 4096, PROT_READ, MAP_PRIVATE, open(\"/dev/toy\", O_RDONLY), 0)"),
  ]

  /// delete_module(2); kernel/module/main.c (delete_module, try_stop_module), fs/file_table.c
  /// (__fput), fs/namespace.c.
  static let uses: [Case] = [
    Case("nobody uses it", "delete_module", gives: 0, "delete_module(\"toy\", O_NONBLOCK)"),
    Case(
      "an open file uses it", "delete_module", gives: .EAGAIN,
      "open(\"/dev/toy\", O_RDONLY)\ndelete_module(\"toy\", O_NONBLOCK)"),
    Case(
      "without O_NONBLOCK it is the same", "delete_module", gives: .EAGAIN,
      "open(\"/dev/toy\", O_RDONLY)\ndelete_module(\"toy\", 0)"),
    Case(
      "a closed one does not", "delete_module", gives: 0,
      "close(open(\"/dev/toy\", O_RDONLY))\ndelete_module(\"toy\", O_NONBLOCK)"),
    Case(
      "nor one that could not be opened", "delete_module", gives: 0,
      "open(\"/dev/absent\", O_RDONLY)\nopen(\"/dev/odd\", O_RDONLY)\n"
        + "delete_module(\"toy\", O_NONBLOCK)"),
    Case(
      "of two descriptors one is enough", "delete_module", gives: .EAGAIN,
      "let fd = open(\"/dev/toy\", O_RDONLY)\ndup(fd)\nclose(fd)\n"
        + "delete_module(\"toy\", O_NONBLOCK)"),
    Case(
      "one that another replaced does not", "delete_module", gives: 0,
      "let fd = open(\"/dev/toy\", O_RDONLY)\ndup2(1, fd)\ndelete_module(\"toy\", O_NONBLOCK)"),
    Case(
      "nor one of a process that has ended", "delete_module", gives: 0,
      "if fork() == 0 { open(\"/dev/toy\", O_RDONLY); exit(0) }\nwait4(-1, 0, 0)\n"
        + "delete_module(\"toy\", O_NONBLOCK)"),
    Case(
      "a child has what its parent had", "delete_module", gives: .EAGAIN,
      "let fd = open(\"/dev/toy\", O_RDONLY)\nif fork() == 0 { nanosleep(5ms); exit(0) }\nclose(fd)\n"
        + "delete_module(\"toy\", O_NONBLOCK)"),
    Case(
      "a mount uses it", "delete_module", gives: .EAGAIN,
      "mount(\"none\", \"/mnt\", \"toyfs\", 0, 0)\ndelete_module(\"toy\", O_NONBLOCK)"),
    Case(
      "until it is taken off", "delete_module", gives: 0,
      "mount(\"none\", \"/mnt\", \"toyfs\", 0, 0)\numount2(\"/mnt\", 0)\n"
        + "delete_module(\"toy\", O_NONBLOCK)"),
    Case(
      "one that failed does not", "delete_module", gives: 0,
      "mount(\"none\", \"/mnt\", \"badfs\", 0, 0)\ndelete_module(\"toy\", O_NONBLOCK)"),
    Case(
      "the files go with the module", "open", gives: .ENOENT,
      "delete_module(\"toy\", O_NONBLOCK)\nopen(\"/dev/toy\", O_RDONLY)"),
    Case(
      "and so do the types", "mount", gives: .ENODEV,
      "delete_module(\"toy\", O_NONBLOCK)\nmount(\"none\", \"/mnt\", \"toyfs\", 0, 0)"),
  ]

  /// mount(2), umount(2); fs/namespace.c (do_mount, do_new_mount, path_umount), fs/filesystems.c.
  static let mounts: [Case] = [
    Case("a module's type", "mount", gives: 0, "mount(\"none\", \"/mnt\", \"toyfs\", 0, 0)"),
    Case(
      "a type that is built in", "mount", gives: 0, "mount(\"none\", \"/mnt\", \"tmpfs\", 0, 0)"),
    Case("no source is needed", "mount", gives: 0, "mount(0, \"/mnt\", \"tmpfs\", 0, 0)"),
    Case("an unknown type", "mount", gives: .ENODEV, "mount(\"none\", \"/mnt\", \"xyzfs\", 0, 0)"),
    Case("no type", "mount", gives: .EINVAL, "mount(\"none\", \"/mnt\", 0, 0, 0)"),
    Case(
      "who may not mount hears nothing of the type", as: "student", "mount", gives: .EPERM,
      "mount(\"none\", \"/mnt\", \"xyzfs\", 0, 0)"),
    Case(
      "the target comes before that", as: "student", "mount", gives: .ENOENT,
      "mount(\"none\", \"/none\", \"xyzfs\", 0, 0)"),
    Case(
      "a bad pointer to the type before the target", as: "student", "mount", gives: .EFAULT,
      "mount(\"none\", \"/none\", 0x10, 0, 0)"),
    Case(
      "a bad pointer to the source", "mount", gives: .EFAULT,
      "mount(0x10, \"/mnt\", \"tmpfs\", 0, 0)"),
    Case(
      "a bad pointer to the options", "mount", gives: .EFAULT,
      "mount(\"none\", \"/mnt\", \"tmpfs\", 0, 0x10)"),
    Case(
      "a file is no place for a directory", "mount", gives: .ENOTDIR,
      "mount(\"none\", \"/plain\", \"tmpfs\", 0, 0)"),
    Case(
      "the module's error is mount's", "mount", gives: .EIO, "mount(0, \"/mnt\", \"badfs\", 0, 0)"),
    Case(
      "a type that needs a disk, and none", "mount", gives: .ENOENT,
      "mount(\"/dev/sdz\", \"/mnt\", \"ext4\", 0, 0)"),
    Case(
      "or a file that is none", "mount", gives: .ENOTBLK,
      "mount(\"/plain\", \"/mnt\", \"ext4\", 0, 0)"),
    Case(
      "one on top of the other", "mount", gives: 0,
      "mount(0, \"/mnt\", \"tmpfs\", 0, 0)\nmount(0, \"/mnt\", \"toyfs\", 0, 0)"),
    Case(
      "what is covered is out of sight", "open", gives: .ENOENT,
      "close(open(\"/mnt/f\", O_CREAT | O_WRONLY, 0644))\nmount(0, \"/mnt\", \"toyfs\", 0, 0)\n"
        + "open(\"/mnt/f\", O_RDONLY)"),
    Case(
      "and there again afterwards", "open", gives: 3,
      "close(open(\"/mnt/f\", O_CREAT | O_WRONLY, 0644))\nmount(0, \"/mnt\", \"toyfs\", 0, 0)\n"
        + "umount2(\"/mnt\", 0)\nopen(\"/mnt/f\", O_RDONLY)"),
    Case(
      "mounted for reading", "open", gives: .EROFS,
      "mount(0, \"/mnt\", \"toyfs\", MS_RDONLY, 0)\nopen(\"/mnt/f\", O_CREAT | O_WRONLY, 0644)"),
    Case("nothing is mounted there", "umount2", gives: .EINVAL, "umount2(\"/mnt\", 0)"),
    Case("unknown flags come before the path", "umount2", gives: .EINVAL, "umount2(0x10, 64)"),
    Case("no such directory", as: "student", "umount2", gives: .ENOENT, "umount2(\"/none\", 0)"),
    Case("who may not", as: "student", "umount2", gives: .EPERM, "umount2(\"/mnt\", 0)"),
    Case(
      "an open file keeps it", "umount2", gives: .EBUSY,
      "mount(0, \"/mnt\", \"toyfs\", 0, 0)\nopen(\"/mnt/f\", O_CREAT | O_WRONLY, 0644)\n"
        + "umount2(\"/mnt\", 0)"),
    Case(
      "so does a process that is in it", "umount2", gives: .EBUSY,
      "mount(0, \"/mnt\", \"toyfs\", 0, 0)\nchdir(\"/mnt\")\numount2(\"/mnt\", 0)"),
    Case(
      "`..` leads out of it", "umount2", gives: 0,
      "mount(0, \"/mnt\", \"toyfs\", 0, 0)\nchdir(\"/mnt\")\nchdir(\"..\")\numount2(\"mnt\", 0)"),
    Case(
      "what was in it is gone", "open", gives: .ENOENT,
      "mount(0, \"/mnt\", \"toyfs\", 0, 0)\nclose(open(\"/mnt/f\", O_CREAT | O_WRONLY, 0644))\n"
        + "umount2(\"/mnt\", 0)\nmount(0, \"/mnt\", \"toyfs\", 0, 0)\nopen(\"/mnt/f\", O_RDONLY)"),
  ]

  @Test(arguments: devices + uses + mounts)
  func `what modules bring answers as on Linux`(_ item: Case) throws {
    let script = """
      \(Self.world)
      program probe {
      \(item.body)
      }
      start probe as \(item.user)
      run
      """
    let trace = try Script.run(script)
    let call = try #require(SystemCall.named(item.call))
    let probe = try #require(trace.header.tasks.firstIndex { $0.name == "probe" })
    let found = trace.events.last {
      $0.kind == .systemCallReturns && Int($0.task) == probe && $0.object == call.rawValue
    }
    #expect(found?.a == item.expected)
  }
}
