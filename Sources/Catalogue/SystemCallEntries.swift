// The entries of the catalogue of system calls, by what they are about and then by name.
extension SystemCall {
  /// Files, directories and descriptors.
  static let files: [SystemCall] = [
    SystemCall(
      name: "chdir",
      parameters: [Parameter("path", .path)],
      summary: "makes a directory the one that relative paths start from",
      errors: [
        (.EACCES, "the directory, or one on the way, may not be searched"),
        (.EFAULT, "the path is outside the memory the process may read"),
        (.ELOOP, "more than 40 symbolic links"),
        (.ENAMETOOLONG, "the path has 4096 bytes or more, or a component has over 255"),
        (.ENOENT, "a component does not exist, or the path is empty"),
        (.ENOTDIR, "the path, or a component on the way, is not a directory"),
      ],
      routine: .sysChdir, source: "chdir(2)"),
    SystemCall(
      name: "close",
      parameters: [Parameter("fd", .descriptor)],
      summary: "gives a descriptor back; its number is free at once",
      errors: [(.EBADF, "fd is not open")],
      routine: .sysClose, source: "close(2)"),
    SystemCall(
      name: "dup",
      parameters: [Parameter("oldfd", .descriptor)],
      summary: "makes the lowest free descriptor stand for the same open file",
      errors: [
        (.EBADF, "oldfd is not open"), (.EMFILE, "the process has no free descriptor (1024)"),
      ],
      routine: .sysDup, source: "dup(2)"),
    SystemCall(
      name: "dup2",
      parameters: [Parameter("oldfd", .descriptor), Parameter("newfd", .descriptor)],
      summary: "makes a certain descriptor stand for the same open file, closing it first",
      errors: [(.EBADF, "oldfd is not open, or newfd is out of range")],
      routine: .sysDup2, source: "dup(2)"),
    SystemCall(
      name: "dup3",
      parameters: [
        Parameter("oldfd", .descriptor), Parameter("newfd", .descriptor),
        Parameter("flags", .openFlags),
      ],
      summary: "like dup2, with O_CLOEXEC, and an error where both are the same",
      errors: [
        (.EBADF, "oldfd is not open, or newfd is out of range"),
        (.EINVAL, "the descriptors are equal, or a flag is unknown"),
      ],
      routine: .sysDup3, source: "dup(2)"),
    SystemCall(
      name: "fcntl",
      parameters: [
        Parameter("fd", .descriptor), Parameter("cmd", .controlCommand),
        Parameter("arg", .number, isOptional: true),
      ],
      summary: "asks for, or changes, what a descriptor or its open file is",
      errors: [
        (.EBADF, "fd is not open"),
        (.EINVAL, "the command is unknown, or its argument is out of range"),
        (.EMFILE, "F_DUPFD finds no free descriptor"),
      ],
      routine: .sysFcntl, source: "fcntl(2)"),
    SystemCall(
      name: "fstat",
      parameters: [Parameter("fd", .descriptor), Parameter("statbuf", .outBuffer)],
      summary: "tells of an open file: kind, mode, owner, size",
      errors: [
        (.EBADF, "fd is not open"),
        (.EFAULT, "statbuf is outside the memory the process may write"),
        (.EOVERFLOW, "a value has no room in the structure of a 32-bit machine"),
      ],
      routine: .sysFstat, source: "stat(2)"),
    SystemCall(
      name: "fsync",
      parameters: [Parameter("fd", .descriptor)],
      summary: "waits until what was written to a file is on its disk",
      errors: [
        (.EBADF, "fd is not open"), (.EINVAL, "fd is a pipe or the console"),
        (.EIO, "the device reported an error"),
      ],
      routine: .sysFsync, source: "fsync(2)"),
    SystemCall(
      name: "ftruncate",
      parameters: [Parameter("fd", .descriptor), Parameter("length", .offset)],
      summary: "makes a file as long as it is told, with zeros or by cutting",
      errors: [
        (.EBADF, "fd is not open"), (.EFBIG, "the length is past the largest size"),
        (.EINVAL, "the length is negative, or fd is not open for writing or no file"),
      ],
      routine: .sysFtruncate, source: "truncate(2)"),
    SystemCall(
      name: "lseek",
      parameters: [
        Parameter("fd", .descriptor), Parameter("offset", .offset), Parameter("whence", .whence),
      ],
      summary: "moves the offset of an open file and returns it",
      errors: [
        (.EBADF, "fd is not open"),
        (
          .EINVAL, "whence is none of SEEK_SET, SEEK_CUR, SEEK_END, or the offset would be negative"
        ),
        (.EOVERFLOW, "the offset would not fit into 63 bits"),
        (.ESPIPE, "fd is the console, a pipe or a socket"),
      ],
      routine: .sysLseek, source: "lseek(2)"),
    SystemCall(
      name: "mkdir",
      parameters: [Parameter("pathname", .path), Parameter("mode", .mode)],
      summary: "makes a directory",
      errors: [
        (.EACCES, "a directory on the way may not be searched, or its parent not written"),
        (.EEXIST, "the path exists"),
        (.EFAULT, "the path is outside the memory the process may read"),
        (.ELOOP, "more than 40 symbolic links"),
        (.ENAMETOOLONG, "the path has 4096 bytes or more, or a component has over 255"),
        (.ENOENT, "a component does not exist, or the path is empty"),
        (.ENOSPC, "the file system is full"),
        (.ENOTDIR, "a component on the way is not a directory"),
      ],
      routine: .sysMkdir, source: "mkdir(2)"),
    SystemCall(
      name: "mkdirat",
      parameters: [
        Parameter("dirfd", .directoryDescriptor), Parameter("pathname", .path),
        Parameter("mode", .mode),
      ],
      summary: "like mkdir, with relative paths starting at a directory's descriptor",
      errors: [
        (.EACCES, "a directory on the way may not be searched, or its parent not written"),
        (.EBADF, "the path is relative and dirfd is not open"), (.EEXIST, "the path exists"),
        (.EFAULT, "the path is outside the memory the process may read"),
        (.ELOOP, "more than 40 symbolic links"),
        (.ENAMETOOLONG, "the path has 4096 bytes or more, or a component has over 255"),
        (.ENOENT, "a component does not exist, or the path is empty"),
        (.ENOSPC, "the file system is full"),
        (.ENOTDIR, "a component on the way is not a directory"),
      ],
      routine: .sysMkdirat, source: "mkdir(2)"),
    SystemCall(
      name: "mount",
      parameters: [
        Parameter("source", .path), Parameter("target", .path), Parameter("filesystemtype", .text),
        Parameter("mountflags", .mountFlags), Parameter("data", .address),
      ],
      summary: "puts a file system on a directory",
      errors: [
        (.EACCES, "a directory on the way may not be searched"),
        (.EFAULT, "a string is outside the memory the process may read"),
        (.EINVAL, "no type is given, or the flags ask for more than a new mount"),
        (.ELOOP, "more than 40 symbolic links"),
        (.ENAMETOOLONG, "the path has 4096 bytes or more, or a component has over 255"),
        (.ENODEV, "no such type of file system is known to the kernel"),
        (.ENOENT, "a component does not exist, or the path is empty"),
        (.ENOSPC, "there are too many mounts"),
        (.ENOTBLK, "the source is no disk, and the type needs one"),
        (.ENOTDIR, "a component on the way, or the target, is not a directory"),
        (.EPERM, "the caller is not root"),
      ],
      routine: .sysMount, source: "mount(2)"),
    SystemCall(
      name: "umount2",
      parameters: [Parameter("target", .path), Parameter("flags", .number)],
      summary: "takes a file system off its directory",
      errors: [
        (.EACCES, "a directory on the way may not be searched"),
        (.EBUSY, "somebody has a file of it open, is in it, or it is no file system in memory"),
        (.EFAULT, "the path is outside the memory the process may read"),
        (.EINVAL, "nothing is mounted there, or a flag is unknown"),
        (.ELOOP, "more than 40 symbolic links"),
        (.ENAMETOOLONG, "the path has 4096 bytes or more, or a component has over 255"),
        (.ENOENT, "a component does not exist, or the path is empty"),
        (.ENOTDIR, "a component on the way is not a directory"), (.EPERM, "the caller is not root"),
      ],
      routine: .sysUmount2, source: "umount(2)"),
    SystemCall(
      name: "newfstatat",
      parameters: [
        Parameter("dirfd", .directoryDescriptor), Parameter("pathname", .path),
        Parameter("statbuf", .outBuffer), Parameter("flags", .pathFlags),
      ],
      summary: "tells of the file at a path: kind, mode, owner, size",
      errors: [
        (.EACCES, "a directory on the way may not be searched"),
        (.EBADF, "the path is relative and dirfd is not open"),
        (.EFAULT, "a pointer is outside the memory the process may use"),
        (.EINVAL, "a flag is unknown"), (.ELOOP, "more than 40 symbolic links"),
        (.ENAMETOOLONG, "the path has 4096 bytes or more, or a component has over 255"),
        (.ENOENT, "a component does not exist, or the path is empty"),
        (.ENOTDIR, "a component on the way is not a directory"),
      ],
      routine: .sysNewfstatat, source: "stat(2)"),
    SystemCall(
      name: "open",
      parameters: [
        Parameter("pathname", .path), Parameter("flags", .openFlags),
        Parameter("mode", .mode, isOptional: true),
      ],
      summary: "looks a path up, checks permission and returns the lowest free descriptor",
      errors: openErrors,
      routine: .sysOpen, source: "open(2)"),
    SystemCall(
      name: "openat",
      parameters: [
        Parameter("dirfd", .directoryDescriptor), Parameter("pathname", .path),
        Parameter("flags", .openFlags), Parameter("mode", .mode, isOptional: true),
      ],
      summary: "like open, with relative paths starting at a directory's descriptor",
      errors: openErrors + [(.EBADF, "the path is relative and dirfd is not open")],
      routine: .sysOpenat, source: "openat(2)"),
    SystemCall(
      name: "pipe",
      parameters: [Parameter("pipefd", .descriptorPair)],
      summary: "makes a pipe: a descriptor to read from, and one to write to",
      errors: [
        (.EFAULT, "pipefd is outside the memory the process may write"),
        (.EMFILE, "the process has not two free descriptors"),
      ],
      routine: .sysPipe, source: "pipe(2)"),
    SystemCall(
      name: "pipe2",
      parameters: [Parameter("pipefd", .descriptorPair), Parameter("flags", .openFlags)],
      summary: "like pipe, with O_CLOEXEC and O_NONBLOCK",
      errors: [
        (.EFAULT, "pipefd is outside the memory the process may write"),
        (.EINVAL, "a flag is unknown"), (.EMFILE, "the process has not two free descriptors"),
      ],
      routine: .sysPipe2, source: "pipe(2)"),
    SystemCall(
      name: "ppoll",
      parameters: [
        Parameter("fds", .outBuffer), Parameter("nfds", .number), Parameter("timeout", .timespec),
        Parameter("sigmask", .inBuffer),
      ],
      summary: "waits until a descriptor is ready, a time has passed or a signal is handled",
      errors: [
        (.EFAULT, "a pointer is outside the memory the process may use"),
        (.EINTR, "a signal was handled"), (.EINVAL, "the time span is out of range"),
      ],
      routine: .sysPpoll, source: "poll(2)"),
    SystemCall(
      name: "pread64",
      parameters: [
        Parameter("fd", .descriptor), Parameter("buf", .outBuffer), Parameter("count", .byteCount),
        Parameter("offset", .offset),
      ],
      summary: "reads at a place of the file; its offset stays",
      errors: [
        (.EBADF, "fd is not open for reading"),
        (.EFAULT, "buf is outside the memory the process may write, and nothing was copied"),
        (.EINVAL, "the offset is negative"), (.EIO, "the device reported an error"),
        (.EISDIR, "fd is a directory"), (.ESPIPE, "fd is the console, a pipe or a socket"),
      ],
      routine: .sysPread64, source: "pread(2)"),
    SystemCall(
      name: "pwrite64",
      parameters: [
        Parameter("fd", .descriptor), Parameter("buf", .inBuffer), Parameter("count", .byteCount),
        Parameter("offset", .offset),
      ],
      summary: "writes at a place of the file; its offset stays",
      errors: [
        (.EBADF, "fd is not open for writing"),
        (.EFAULT, "buf is outside the memory the process may read, and nothing was copied"),
        (.EFBIG, "the file would grow past the largest size"), (.EINVAL, "the offset is negative"),
        (.EIO, "the device reported an error"), (.ENOSPC, "the file system has no free block"),
        (.ESPIPE, "fd is the console, a pipe or a socket"),
      ],
      routine: .sysPwrite64, source: "pread(2)"),
    SystemCall(
      name: "read",
      parameters: [
        Parameter("fd", .descriptor), Parameter("buf", .outBuffer), Parameter("count", .byteCount),
      ],
      summary: "copies bytes from an open file into user memory; 0 at the end of the file",
      errors: [
        (.EBADF, "fd is not open for reading"),
        (.EFAULT, "buf is outside the memory the process may write, and nothing was copied"),
        (.EIO, "the device reported an error"),
        (.EISDIR, "fd is a directory"),
      ],
      routine: .sysRead, source: "read(2)"),
    SystemCall(
      name: "rmdir",
      parameters: [Parameter("pathname", .path)],
      summary: "removes an empty directory",
      errors: [
        (.EACCES, "a directory on the way may not be searched, or its parent not written"),
        (.EBUSY, "a file system is mounted on it, or it is the root"),
        (.EFAULT, "the path is outside the memory the process may read"),
        (.EINVAL, "the last component is ."), (.ELOOP, "more than 40 symbolic links"),
        (.ENAMETOOLONG, "the path has 4096 bytes or more, or a component has over 255"),
        (.ENOENT, "a component does not exist, or the path is empty"),
        (.ENOTDIR, "the path, or a component on the way, is not a directory"),
        (.ENOTEMPTY, "the directory has names other than . and .., or the last component is .."),
        (.EPERM, "the parent is sticky and the directory is somebody else's"),
        (.EROFS, "the file system is read-only"),
      ],
      routine: .sysRmdir, source: "rmdir(2)"),
    SystemCall(
      name: "stat",
      parameters: [Parameter("pathname", .path), Parameter("statbuf", .outBuffer)],
      summary: "tells of the file at a path: kind, mode, owner, size",
      errors: [
        (.EACCES, "a directory on the way may not be searched"),
        (.EFAULT, "a pointer is outside the memory the process may use"),
        (.ELOOP, "more than 40 symbolic links"),
        (.ENAMETOOLONG, "the path has 4096 bytes or more, or a component has over 255"),
        (.ENOENT, "a component does not exist, or the path is empty"),
        (.ENOTDIR, "a component on the way is not a directory"),
      ],
      routine: .sysStat, source: "stat(2)"),
    SystemCall(
      name: "sync",
      parameters: [],
      summary: "writes everything that is dirty to the disks, and waits for it",
      errors: [],
      routine: .sysSync, source: "sync(2)"),
    SystemCall(
      name: "umask",
      parameters: [Parameter("mask", .mode)],
      summary: "sets the permission bits that new files do not get, and returns the old ones",
      errors: [],
      routine: .sysUmask, source: "umask(2)"),
    SystemCall(
      name: "unlink",
      parameters: [Parameter("pathname", .path)],
      summary: "removes a name; the file goes with its last name and last descriptor",
      errors: [
        (.EACCES, "a directory on the way may not be searched, or its parent not written"),
        (.EFAULT, "the path is outside the memory the process may read"),
        (.EISDIR, "the path is a directory"), (.ELOOP, "more than 40 symbolic links"),
        (.ENAMETOOLONG, "the path has 4096 bytes or more, or a component has over 255"),
        (.ENOENT, "a component does not exist, or the path is empty"),
        (.ENOTDIR, "a component on the way is not a directory"),
        (.EPERM, "the directory is sticky and the file is somebody else's"),
      ],
      routine: .sysUnlink, source: "unlink(2)"),
    SystemCall(
      name: "unlinkat",
      parameters: [
        Parameter("dirfd", .directoryDescriptor), Parameter("pathname", .path),
        Parameter("flags", .pathFlags),
      ],
      summary: "like unlink, with relative paths starting at a directory's descriptor",
      errors: [
        (.EACCES, "a directory on the way may not be searched, or its parent not written"),
        (.EBADF, "the path is relative and dirfd is not open"),
        (.EFAULT, "the path is outside the memory the process may read"),
        (.EINVAL, "a flag is unknown"), (.EISDIR, "the path is a directory"),
        (.ELOOP, "more than 40 symbolic links"),
        (.ENAMETOOLONG, "the path has 4096 bytes or more, or a component has over 255"),
        (.ENOENT, "a component does not exist, or the path is empty"),
        (.ENOTDIR, "a component on the way is not a directory"),
        (.EPERM, "the directory is sticky and the file is somebody else's"),
      ],
      routine: .sysUnlinkat, source: "unlink(2)"),
    SystemCall(
      name: "write",
      parameters: [
        Parameter("fd", .descriptor), Parameter("buf", .inBuffer), Parameter("count", .byteCount),
      ],
      summary: "copies bytes from user memory into an open file",
      errors: [
        (.EBADF, "fd is not open for writing"),
        (.EFAULT, "buf is outside the memory the process may read, and nothing was copied"),
        (.EFBIG, "the file would grow past the largest size"),
        (.EIO, "the device reported an error"),
        (.ENOSPC, "the file system has no free block"),
      ],
      routine: .sysWrite, source: "write(2)"),
  ]

  private static let openErrors: [(errno: Errno, when: String)] = [
    (.EACCES, "a directory on the way may not be searched, or the file's mode forbids the access"),
    (.EEXIST, "O_CREAT|O_EXCL and the path exists"),
    (.EFAULT, "pathname is outside the memory the process may read"),
    (.EINVAL, "the flags contradict each other"),
    (.EIO, "the device reported an error"),
    (.EISDIR, "a directory was to be opened for writing"),
    (.ELOOP, "more than 40 symbolic links, or O_NOFOLLOW and the last component is one"),
    (.EMFILE, "the process has no free descriptor (1024)"),
    (.ENAMETOOLONG, "the path has 4096 bytes or more, or a component has over 255"),
    (.ENOENT, "a component does not exist, or the path is empty"),
    (.ENOSPC, "the file was to be created and the file system is full"),
    (.ENOTDIR, "a component on the way is not a directory, or O_DIRECTORY on a file"),
  ]

  /// The address space.
  static let memory: [SystemCall] = [
    SystemCall(
      name: "brk",
      parameters: [Parameter("addr", .address)],
      summary: "moves the end of the heap, and returns where it is now; refused, it stays",
      errors: [],
      routine: .sysBrk, source: "brk(2)"),
    SystemCall(
      name: "madvise",
      parameters: [
        Parameter("addr", .address), Parameter("length", .byteCount), Parameter("advice", .advice),
      ],
      summary: "tells the kernel what a range of memory will be used for",
      errors: [
        (.EINVAL, "addr is no multiple of the page size, or the advice is unknown"),
        (.ENOMEM, "nothing is mapped in a part of the range"),
      ],
      routine: .sysMadvise, source: "madvise(2)"),
    SystemCall(
      name: "mincore",
      parameters: [
        Parameter("addr", .address), Parameter("length", .byteCount), Parameter("vec", .outBuffer),
      ],
      summary: "tells for each page of a range whether it is in memory",
      errors: [
        (.EFAULT, "vec is outside the memory the process may write"),
        (.EINVAL, "addr is no multiple of the page size"),
        (.ENOMEM, "nothing is mapped in a part of the range"),
      ],
      routine: .sysMincore, source: "mincore(2)"),
    SystemCall(
      name: "mmap",
      parameters: [
        Parameter("addr", .address), Parameter("length", .byteCount),
        Parameter("prot", .protection), Parameter("flags", .mapFlags), Parameter("fd", .descriptor),
        Parameter("offset", .offset),
      ],
      summary: "maps a file or fresh memory into the address space, and returns where",
      errors: [
        (
          .EACCES,
          "the file is not open for reading, or a shared mapping is to be written and the file not"
        ), (.EBADF, "fd is not open and the mapping is of a file"),
        (.EEXIST, "MAP_FIXED_NOREPLACE and the range is in use"),
        (
          .EINVAL,
          "the length is 0, offset is no multiple of the page size, or neither MAP_SHARED nor MAP_PRIVATE is given"
        ), (.ENODEV, "the file is a directory or a pipe"),
        (.ENOMEM, "the address space has no room"),
        (.EPERM, "the address is below the lowest that is allowed"),
      ],
      routine: .sysMmap, source: "mmap(2)"),
    SystemCall(
      name: "mmap2",
      parameters: [
        Parameter("addr", .address), Parameter("length", .byteCount),
        Parameter("prot", .protection), Parameter("flags", .mapFlags), Parameter("fd", .descriptor),
        Parameter("pgoffset", .number),
      ],
      summary: "like mmap, with the offset counted in pages",
      errors: [
        (
          .EACCES,
          "the file is not open for reading, or a shared mapping is to be written and the file not"
        ), (.EBADF, "fd is not open and the mapping is of a file"),
        (.EEXIST, "MAP_FIXED_NOREPLACE and the range is in use"),
        (
          .EINVAL,
          "the length is 0, offset is no multiple of the page size, or neither MAP_SHARED nor MAP_PRIVATE is given"
        ), (.ENODEV, "the file is a directory or a pipe"),
        (.ENOMEM, "the address space has no room"),
        (.EPERM, "the address is below the lowest that is allowed"),
      ],
      routine: .sysMmap, source: "mmap2(2)"),
    SystemCall(
      name: "mprotect",
      parameters: [
        Parameter("addr", .address), Parameter("len", .byteCount), Parameter("prot", .protection),
      ],
      summary: "changes what may be done with a range of memory",
      errors: [
        (.EACCES, "a shared mapping is to be written and its file not"),
        (.EINVAL, "addr is no multiple of the page size, or a protection is unknown"),
        (.ENOMEM, "nothing is mapped in a part of the range; what comes before is changed"),
      ],
      routine: .sysMprotect, source: "mprotect(2)"),
    SystemCall(
      name: "munmap",
      parameters: [Parameter("addr", .address), Parameter("length", .byteCount)],
      summary: "takes a range out of the address space",
      errors: [
        (
          .EINVAL,
          "addr is no multiple of the page size, the length is 0, or the range is not in user space"
        )
      ],
      routine: .sysMunmap, source: "mmap(2)"),
  ]

  /// Processes.
  static let processes: [SystemCall] = [
    SystemCall(
      name: "clone",
      parameters: [
        Parameter("flags", .cloneFlags), Parameter("stack", .address),
        Parameter("parent_tid", .address), Parameter("child_tid", .address),
        Parameter("tls", .address),
      ],
      summary: "makes a new process, or a task that shares what the flags say",
      errors: [
        (.EAGAIN, "too many processes"), (.EINVAL, "the flags contradict each other"),
        (.ENOMEM, "memory is full"),
      ],
      routine: .sysClone, source: "clone(2)"),
    SystemCall(
      name: "execve",
      parameters: [
        Parameter("pathname", .path), Parameter("argv", .stringList),
        Parameter("envp", .stringList, isOptional: true),
      ],
      summary: "replaces the program of the process; it returns only if it fails",
      errors: [
        (.E2BIG, "the strings are too long"),
        (.EACCES, "a directory on the way may not be searched, or the file may not be executed"),
        (.EFAULT, "a pointer is outside the memory the process may read"),
        (.EIO, "the device reported an error"), (.ELOOP, "more than 40 symbolic links"),
        (.ENAMETOOLONG, "the path has 4096 bytes or more, or a component has over 255"),
        (.ENOENT, "a component does not exist, or the path is empty"),
        (.ENOEXEC, "the file is no program"), (.ENOMEM, "memory is full"),
        (.ENOTDIR, "a component on the way is not a directory"),
        (.ETXTBSY, "the file is open for writing"),
      ],
      routine: .sysExecve, source: "execve(2)"),
    SystemCall(
      name: "exit_group",
      parameters: [Parameter("status", .status)],
      summary: "ends the process; never returns",
      errors: [],
      routine: .sysExitGroup, source: "exit_group(2)"),
    SystemCall(
      name: "fork",
      parameters: [],
      summary: "makes a copy of the process: returns its number here, and 0 there",
      errors: [(.EAGAIN, "too many processes"), (.ENOMEM, "memory is full")],
      routine: .sysFork, source: "fork(2)"),
    SystemCall(
      name: "getpid",
      parameters: [],
      summary: "returns the number of the calling process",
      errors: [],
      routine: .sysGetpid, source: "getpid(2)"),
    SystemCall(
      name: "getppid",
      parameters: [],
      summary: "returns the number of the parent",
      errors: [],
      routine: .sysGetppid, source: "getpid(2)"),
    SystemCall(
      name: "getrusage",
      parameters: [Parameter("who", .usage), Parameter("usage", .outBuffer)],
      summary: "tells what a process has used: time, page faults, switches",
      errors: [
        (.EFAULT, "usage is outside the memory the process may write"),
        (.EINVAL, "who is none of RUSAGE_SELF, RUSAGE_CHILDREN, RUSAGE_THREAD"),
      ],
      routine: .sysGetrusage, source: "getrusage(2)"),
    SystemCall(
      name: "gettid",
      parameters: [],
      summary: "returns the number of the calling task",
      errors: [],
      routine: .sysGettid, source: "gettid(2)"),
    SystemCall(
      name: "getuid",
      parameters: [],
      summary: "returns the user that the process acts for",
      errors: [],
      routine: .sysGetuid, source: "getuid(2)"),
    SystemCall(
      name: "sched_yield",
      parameters: [],
      summary: "lets the next runnable process have the CPU; the caller stays runnable",
      errors: [],
      routine: .sysSchedYield, source: "sched_yield(2)"),
    SystemCall(
      name: "setuid",
      parameters: [Parameter("uid", .userID)],
      summary: "changes the user that the process acts for",
      errors: [
        (.EINVAL, "no user can have this number"),
        (.EPERM, "the caller is not root, and uid is not its own"),
      ],
      routine: .sysSetuid, source: "setuid(2)"),
    SystemCall(
      name: "vfork",
      parameters: [],
      summary:
        "like fork, but the child borrows the memory and the parent waits until it ends or runs another program",
      errors: [(.EAGAIN, "too many processes"), (.ENOMEM, "memory is full")],
      routine: .sysVfork, source: "vfork(2)"),
    SystemCall(
      name: "wait4",
      parameters: [
        Parameter("pid", .processID), Parameter("wstatus", .intOut),
        Parameter("options", .waitOptions), Parameter("rusage", .outBuffer, isOptional: true),
      ],
      summary: "waits until a child has ended, and returns its number and status",
      errors: [
        (.ECHILD, "there is no such child"),
        (.EFAULT, "wstatus is outside the memory the process may write"),
        (.EINTR, "a signal was handled meanwhile"), (.EINVAL, "an option is unknown"),
      ],
      routine: .sysWait4, source: "wait4(2)"),
  ]

  /// Signals.
  static let signals: [SystemCall] = [
    SystemCall(
      name: "alarm",
      parameters: [Parameter("seconds", .number)],
      summary: "has SIGALRM sent after some seconds; 0 calls it off",
      errors: [],
      routine: .sysAlarm, source: "alarm(2)"),
    SystemCall(
      name: "kill",
      parameters: [Parameter("pid", .processID), Parameter("sig", .signal)],
      summary: "sends a signal to a process",
      errors: [
        (.EINVAL, "no signal has this number"),
        (.EPERM, "the process belongs to somebody else, and the caller is not root"),
        (.ESRCH, "there is no such process"),
      ],
      routine: .sysKill, source: "kill(2)"),
    SystemCall(
      name: "pause",
      parameters: [],
      summary: "sleeps until a signal is handled",
      errors: [(.EINTR, "a signal was handled: the only way to return")],
      routine: .sysPause, source: "pause(2)"),
    SystemCall(
      name: "rt_sigaction",
      parameters: [
        Parameter("signum", .signal), Parameter("act", .inBuffer), Parameter("oldact", .outBuffer),
        Parameter("sigsetsize", .byteCount),
      ],
      summary: "says what a signal does: nothing, what it does by itself, or a handler",
      errors: [
        (.EFAULT, "a pointer is outside the memory the process may use"),
        (.EINVAL, "no signal has this number, it is SIGKILL or SIGSTOP, or sigsetsize is not 8"),
      ],
      routine: .sysRtSigaction, source: "sigaction(2)"),
    SystemCall(
      name: "rt_sigprocmask",
      parameters: [
        Parameter("how", .maskHow), Parameter("set", .inBuffer), Parameter("oldset", .outBuffer),
        Parameter("sigsetsize", .byteCount),
      ],
      summary: "says which signals have to wait",
      errors: [
        (.EFAULT, "a pointer is outside the memory the process may use"),
        (.EINVAL, "how is unknown, or sigsetsize is not 8"),
      ],
      routine: .sysRtSigprocmask, source: "sigprocmask(2)"),
    SystemCall(
      name: "rt_sigpending",
      parameters: [Parameter("set", .outBuffer), Parameter("sigsetsize", .byteCount)],
      summary: "tells which blocked signals are pending",
      errors: [
        (.EFAULT, "set is outside the memory the process may write"),
        (.EINVAL, "sigsetsize is above 8"),
      ],
      routine: .sysRtSigpending, source: "sigpending(2)"),
    SystemCall(
      name: "restart_syscall",
      parameters: [],
      summary: "goes on with a sleep that a stop interrupted; the kernel makes a process call it",
      errors: [(.EINTR, "there is nothing to go on with, or a signal was handled")],
      routine: .sysRestartSyscall, source: "restart_syscall(2)"),
    SystemCall(
      name: "rt_sigreturn",
      parameters: [],
      summary:
        "goes back to where a signal handler interrupted the program; only trampolines call it",
      errors: [],
      routine: .sysRtSigreturn, source: "sigreturn(2)"),
    SystemCall(
      name: "sigaltstack",
      parameters: [Parameter("ss", .inBuffer), Parameter("old_ss", .outBuffer)],
      summary: "gives signal handlers a stack of their own",
      errors: [
        (.EFAULT, "a pointer is outside the memory the process may use"),
        (.EINVAL, "a flag is unknown"), (.ENOMEM, "the stack is too small"),
        (.EPERM, "the present one is in use"),
      ],
      routine: .sysSigaltstack, source: "sigaltstack(2)"),
    SystemCall(
      name: "tgkill",
      parameters: [
        Parameter("tgid", .processID), Parameter("tid", .processID), Parameter("sig", .signal),
      ],
      summary: "sends a signal to one task of a process",
      errors: [
        (.EINVAL, "no signal has this number, or a number is not positive"),
        (.EPERM, "the process belongs to somebody else, and the caller is not root"),
        (.ESRCH, "there is no such task in this process"),
      ],
      source: "tgkill(2)"),
  ]

  /// Time, modules, the machine.
  static let system: [SystemCall] = [
    SystemCall(
      name: "clock_gettime",
      parameters: [Parameter("clockid", .clock), Parameter("tp", .timespecOut)],
      summary: "tells the time; libc asks the vDSO instead, which need not enter the kernel",
      errors: [
        (.EFAULT, "tp is outside the memory the process may write"),
        (.EINVAL, "there is no such clock"),
      ],
      source: "clock_gettime(2)"),
    SystemCall(
      name: "delete_module",
      parameters: [Parameter("name", .text), Parameter("flags", .openFlags)],
      summary: "removes a module from the kernel",
      errors: [
        (.EAGAIN, "somebody uses it"),
        (.EBUSY, "it has no exit function, or is still loading"),
        (.EFAULT, "name is outside the memory the process may read"),
        (.ENOENT, "no module of this name is loaded"), (.EPERM, "the caller is not root"),
      ],
      routine: .sysDeleteModule, source: "delete_module(2)"),
    SystemCall(
      name: "finit_module",
      parameters: [
        Parameter("fd", .descriptor), Parameter("param_values", .text),
        Parameter("flags", .moduleFlags),
      ],
      summary: "loads a module from an open file into the kernel and runs its init",
      errors: [
        (.EBADF, "fd is not open for reading"), (.EBUSY, "its init reported that"),
        (.EEXIST, "a module of this name is loaded"),
        (.EFAULT, "a pointer is outside the memory the process may read"),
        (.EINVAL, "a parameter or flag is out of range"),
        (.ENOENT, "the kernel has no symbol that the module wants"),
        (.ENOEXEC, "it is no module for this machine"), (.ENOMEM, "memory is full"),
        (.EPERM, "the caller is not root"), (.ETXTBSY, "the file is open for writing"),
      ],
      routine: .sysFinitModule, source: "init_module(2)"),
    SystemCall(
      name: "init_module",
      parameters: [
        Parameter("module_image", .inBuffer), Parameter("len", .byteCount),
        Parameter("param_values", .text),
      ],
      summary: "loads a module from memory into the kernel and runs its init",
      errors: [
        (.EEXIST, "a module of this name is loaded"),
        (.EFAULT, "a pointer is outside the memory the process may read"),
        (.EINVAL, "a parameter or flag is out of range"),
        (.ENOENT, "the kernel has no symbol that the module wants"),
        (.ENOEXEC, "it is no module for this machine"), (.ENOMEM, "memory is full"),
        (.EPERM, "the caller is not root"),
      ],
      routine: .sysInitModule, source: "init_module(2)"),
    SystemCall(
      name: "iopl",
      parameters: [Parameter("level", .number)],
      summary: "asks for the I/O ports in user mode",
      errors: [(.EINVAL, "the level is not in 0..3"), (.EPERM, "the caller is not root")],
      source: "iopl(2)"),
    SystemCall(
      name: "nanosleep",
      parameters: [
        Parameter("duration", .timespec), Parameter("rem", .timespecOut, isOptional: true),
      ],
      summary: "sleeps for a time span",
      errors: [
        (.EFAULT, "the timespec is not in readable user memory, or rem not in writable"),
        (.EINTR, "a signal was handled; rem, if given, has the time that was left"),
        (.EINVAL, "the seconds are negative or the nanoseconds are not in 0..999999999"),
      ],
      routine: .sysNanosleep, source: "nanosleep(2)"),
  ]
}
