/// The kernel's routines: each can be a frame on a kernel stack.
///
/// Names are those of Linux 6.x functions where one does the same work; names that hang on the
/// architecture (the entry code) come from ``Architecture``.
public enum KernelRoutine: UInt8, Sendable, CaseIterable {
  case entrySyscall
  case doSyscall
  case sysOpen
  case sysOpenat
  case doSysOpenat2
  case getname
  case strncpyFromUser
  case allocFd
  case pathOpenat
  case linkPathWalk
  case lookup
  case readInode
  case readBlock
  case pageCacheRead
  case submitBio
  case ioSchedule
  case mayOpen
  case createInode
  case vfsOpen
  case fdInstall
  case sysRead
  case vfsRead
  case fileRead
  case copyToUser
  case sysWrite
  case vfsWrite
  case fileWrite
  case consoleWrite
  case copyFromUser
  case sysClose
  case sysLseek
  case sysGetpid
  case sysSchedYield
  case sysNanosleep
  case hrtimerSleep
  case sysExitGroup
  case doExit
  case schedule
  case exitToUser
  case pageFault
  case exception
  case handleMmFault
  case doSignal
  case interrupt
  case diskInterrupt
  case timerTick
  case hrtimerInterrupt
  case softirq
  case endRequest
  case retFromFork
  case rescheduleInterrupt
  case callFunctionInterrupt
  case sysKill
  case sysRtSigaction
  case sysRtSigprocmask
  case sysRtSigpending
  case sysRtSigreturn
  case sysSigaltstack
  case sysPause
  case sysPpoll
  case sysAlarm
  case sysRestartSyscall
  case deliverSignals
  case setupFrame
  case sysInitModule
  case sysFinitModule
  case sysDeleteModule
  case kernelReadFile
  case loadModule
  case doInitModule
  case moduleCode
  case moduleCopy
  case msleep

  // Pipes, descriptors, processes.
  case sysPipe
  case sysPipe2
  case doPipe2
  case pipeRead
  case pipeWrite
  case sysDup
  case sysDup2
  case sysDup3
  case sysFcntl
  case sysGetppid
  case sysGetuid
  case sysGettid
  case sysSetuid
  case sysUmask
  case sysChdir
  case sysFork
  case sysVfork
  case sysClone
  case kernelClone
  case copyProcess
  case sysWait4
  case sysExecve

  // Write-back, readahead, reclaim.
  case sysPread64
  case sysPwrite64
  case sysFtruncate
  case sysFsync
  case sysSync
  case writePages
  case waitOnWriteback
  case writeInode
  case writebackAll
  case flusher
  case readAhead
  case shrink
  case truncateInode
  case runTimers

  // A file server behind a network card.
  case nfsLookup
  case rpcCall
  case netTransmitPacket
  case nicInterrupt
  case netReceive
  case netTransmit

  // Names, devices, input.
  case sysUnlink
  case sysUnlinkat
  case doUnlinkat
  case sysRmdir
  case doRmdir
  case sysStat
  case sysNewfstatat
  case sysFstat
  case vfsStatx
  case nfsWritePages
  case sysMkdir
  case sysMkdirat
  case doMkdirat
  case addEntry
  case removeEntry
  case ttyRead
  case inputInterrupt
  case lineReceive
  case readZero
  case seqRead

  // Memory.
  case dupMm
  case sysMmap
  case sysMunmap
  case sysMprotect
  case sysMadvise
  case sysBrk
  case sysMincore
  case sysGetrusage
  case readSwapPage

  // What modules bring.
  case chrdevOpen
  case fput
  case sysMount
  case doNewMount
  case sysUmount2

  /// The Linux function it stands for; `nil` where the architecture names it.
  public var linuxName: String? { facts.name }

  /// What it does, as the end of a sentence that begins "it".
  public var purpose: String { facts.purpose }

  private var facts: (name: String?, purpose: String) {
    switch self {
    case .entrySyscall: (nil, "is where the system call instruction lands")
    case .doSyscall: (nil, "looks the number up and calls the routine behind it")
    case .sysOpen: ("sys_open", "serves `open`")
    case .sysOpenat: ("sys_openat", "serves `openat`")
    case .doSysOpenat2: ("do_sys_openat2", "checks the flags and opens in five stages")
    case .getname: ("getname", "fetches the path out of user memory")
    case .strncpyFromUser:
      ("strncpy_from_user", "copies a string from user memory up to its NUL byte")
    case .allocFd: ("alloc_fd", "reserves the lowest free descriptor")
    case .pathOpenat: ("path_openat", "walks the path and opens what it names")
    case .linkPathWalk: ("link_path_walk", "goes through the path component by component")
    case .lookup: ("ext4_lookup", "searches a directory on the disk for a name")
    case .readInode: ("ext4_iget", "fetches an inode")
    case .readBlock: ("ext4_bread", "fetches one block of the file system")
    case .pageCacheRead: ("filemap_read_folio", "brings one page of a file into memory")
    case .submitBio: ("submit_bio", "hands a request to the block layer")
    case .ioSchedule: ("io_schedule", "sleeps until the request is done")
    case .mayOpen: ("may_open", "checks permission on the file itself")
    case .createInode: ("vfs_create", "makes a new file")
    case .vfsOpen: ("vfs_open", "lets the file system open the file")
    case .fdInstall: ("fd_install", "puts the open file behind the descriptor")
    case .sysRead: ("sys_read", "serves `read`")
    case .vfsRead: ("vfs_read", "checks the open file and calls its file system")
    case .fileRead: ("filemap_read", "serves a read from the page cache")
    case .copyToUser: ("copy_to_user", "copies bytes into user memory")
    case .sysWrite: ("sys_write", "serves `write`")
    case .vfsWrite: ("vfs_write", "checks the open file and calls its file system")
    case .fileWrite: ("generic_perform_write", "writes into the page cache")
    case .consoleWrite: ("tty_write", "sends bytes to the console")
    case .copyFromUser: ("copy_from_user", "copies bytes from user memory")
    case .sysClose: ("sys_close", "serves `close`")
    case .sysLseek: ("sys_lseek", "serves `lseek`")
    case .sysGetpid: ("sys_getpid", "serves `getpid`")
    case .sysSchedYield: ("sys_sched_yield", "serves `sched_yield`")
    case .sysNanosleep: ("sys_nanosleep", "serves `nanosleep`")
    case .hrtimerSleep: ("do_nanosleep", "sets a timer and sleeps until it fires")
    case .sysExitGroup: ("sys_exit_group", "serves `exit_group`")
    case .doExit: ("do_exit", "takes the process apart")
    case .schedule: ("schedule", "chooses who has the CPU next")
    case .exitToUser: ("exit_to_user_mode_loop", "does what is due before user mode")
    case .pageFault: (nil, "is where a page fault lands")
    case .exception: (nil, "is where an exception lands")
    case .handleMmFault: ("handle_mm_fault", "finds or makes the page")
    case .doSignal: ("get_signal", "takes the next pending signal")
    case .interrupt: (nil, "is where an interrupt lands")
    case .diskInterrupt: ("blk_mq_complete_request", "takes the finished request from the disk")
    case .timerTick: ("update_process_times", "charges the tick to whoever runs")
    case .hrtimerInterrupt: ("hrtimer_interrupt", "finds the timers that are due")
    case .softirq: ("handle_softirqs", "does the deferred half of interrupts")
    case .endRequest: ("blk_complete_reqs", "completes the request and wakes who waits for it")
    case .rescheduleInterrupt:
      ("scheduler_ipi", "serves another CPU's request to look at the run queue")
    case .callFunctionInterrupt:
      ("flush_tlb_func", "forgets translations, since another CPU asks for it")
    case .sysPread64: ("sys_pread64", "serves `pread64`")
    case .sysPwrite64: ("sys_pwrite64", "serves `pwrite64`")
    case .sysFtruncate: ("sys_ftruncate", "serves `ftruncate`")
    case .sysFsync: ("sys_fsync", "serves `fsync`")
    case .sysSync: ("sys_sync", "serves `sync`")
    case .writePages: ("ext4_writepages", "sends a file's dirty pages to the disk")
    case .waitOnWriteback: ("folio_wait_writeback", "sleeps until a page has reached the disk")
    case .writeInode: ("ext4_write_inode", "writes a file's inode into its block")
    case .writebackAll: ("wb_writeback", "goes through everything that is dirty")
    case .flusher: ("wb_workfn", "is the life of the thread that writes dirty pages")
    case .readAhead: ("page_cache_ra_unbounded", "asks for pages that will be wanted soon")
    case .shrink: ("try_to_free_pages", "makes page frames free: drops, swaps out, waits")
    case .truncateInode: ("do_truncate", "changes a file's size")
    case .runTimers: ("run_timer_softirq", "runs the kernel's timers that are due")
    case .sysKill: ("sys_kill", "serves `kill`")
    case .sysRtSigaction: ("sys_rt_sigaction", "serves `rt_sigaction`")
    case .sysRtSigprocmask: ("sys_rt_sigprocmask", "serves `rt_sigprocmask`")
    case .sysRtSigpending: ("sys_rt_sigpending", "serves `rt_sigpending`")
    case .sysRtSigreturn: ("sys_rt_sigreturn", "restores what a signal handler interrupted")
    case .sysSigaltstack: ("sys_sigaltstack", "serves `sigaltstack`")
    case .sysPause: ("sys_pause", "serves `pause`")
    case .sysPpoll: ("sys_ppoll", "serves `ppoll`")
    case .sysAlarm: ("sys_alarm", "serves `alarm`")
    case .sysRestartSyscall:
      ("sys_restart_syscall", "goes on with a call that a signal had interrupted")
    case .deliverSignals:
      ("arch_do_signal_or_restart", "delivers a signal, or has an interrupted call made again")
    case .setupFrame: ("setup_rt_frame", "puts a signal frame on the user stack")
    case .sysUmask: ("sys_umask", "serves `umask`")
    case .sysUnlink: ("sys_unlink", "serves `unlink`")
    case .sysUnlinkat: ("sys_unlinkat", "serves `unlinkat`")
    case .doUnlinkat: ("do_unlinkat", "removes a name")
    case .sysRmdir: ("sys_rmdir", "serves `rmdir`")
    case .doRmdir: ("do_rmdir", "removes a directory")
    case .sysStat: ("sys_newstat", "serves `stat`")
    case .sysNewfstatat: ("sys_newfstatat", "serves `newfstatat`")
    case .sysFstat: ("sys_newfstat", "serves `fstat`")
    case .vfsStatx: ("vfs_statx", "finds a file and tells of it")
    case .nfsWritePages: ("nfs_writepages", "sends a file's dirty pages to its server")
    case .sysMkdir: ("sys_mkdir", "serves `mkdir`")
    case .sysMkdirat: ("sys_mkdirat", "serves `mkdirat`")
    case .doMkdirat: ("do_mkdirat", "makes a directory")
    case .addEntry: ("ext4_add_entry", "puts a name into a directory's block")
    case .removeEntry: ("ext4_delete_entry", "takes a name out of a directory's block")
    case .ttyRead:
      ("n_tty_read", "reads what the line discipline has, and sleeps until it has something")
    case .inputInterrupt:
      ("tty_insert_flip_char", "takes the bytes that have come out of the device")
    case .lineReceive: ("n_tty_receive_buf", "makes lines of the bytes that have come")
    case .seqRead: ("seq_read_iter", "makes the text of a file of `/proc` and copies it")
    case .readZero: ("read_zero", "fills a buffer with zeros")
    case .sysPipe: ("sys_pipe", "serves `pipe`")
    case .sysPipe2: ("sys_pipe2", "serves `pipe2`")
    case .doPipe2: ("do_pipe2", "makes a pipe with a descriptor for each end")
    case .pipeRead: ("pipe_read", "takes bytes out of a pipe, or waits for some")
    case .pipeWrite: ("pipe_write", "puts bytes into a pipe, or waits for room")
    case .sysDup: ("sys_dup", "serves `dup`")
    case .sysDup2: ("sys_dup2", "serves `dup2`")
    case .sysDup3: ("sys_dup3", "serves `dup3`")
    case .sysFcntl: ("sys_fcntl", "serves `fcntl`")
    case .sysGetppid: ("sys_getppid", "serves `getppid`")
    case .sysGetuid: ("sys_getuid", "serves `getuid`")
    case .sysGettid: ("sys_gettid", "serves `gettid`")
    case .sysSetuid: ("sys_setuid", "serves `setuid`")
    case .sysChdir: ("sys_chdir", "serves `chdir`")
    case .sysFork: ("sys_fork", "serves `fork`")
    case .sysVfork: ("sys_vfork", "serves `vfork`")
    case .sysClone: ("sys_clone", "serves `clone`")
    case .kernelClone: ("kernel_clone", "makes a process and lets it run")
    case .copyProcess:
      (
        "copy_process",
        "copies the process, all but its memory, which is shared until it is written"
      )
    case .sysWait4: ("sys_wait4", "waits until a child has ended")
    case .sysExecve: ("sys_execve", "replaces the program of the process")
    case .readSwapPage: ("read_swap_cache_async", "brings a page back from the swap area")
    case .dupMm: ("dup_mm", "copies the address space for a new process")
    case .sysMmap: ("sys_mmap", "serves `mmap`")
    case .sysMunmap: ("sys_munmap", "serves `munmap`")
    case .sysMprotect: ("sys_mprotect", "serves `mprotect`")
    case .sysMadvise: ("sys_madvise", "serves `madvise`")
    case .sysBrk: ("sys_brk", "serves `brk`")
    case .sysMincore: ("sys_mincore", "serves `mincore`")
    case .sysGetrusage: ("sys_getrusage", "serves `getrusage`")
    case .nfsLookup: ("nfs_lookup", "asks the file server for a name")
    case .rpcCall: ("rpc_execute", "makes a remote procedure call and sleeps until it is answered")
    case .netTransmitPacket: ("dev_hard_start_xmit", "gives a packet to the network card")
    case .nicInterrupt: ("e1000_intr", "sees what the network card has sent and received")
    case .netReceive: ("net_rx_action", "takes received packets through the protocol layers")
    case .netTransmit: ("net_tx_action", "gives back the memory of packets that are sent")
    case .sysInitModule: ("sys_init_module", "serves `init_module`")
    case .sysFinitModule: ("sys_finit_module", "serves `finit_module`")
    case .sysDeleteModule: ("sys_delete_module", "serves `delete_module`")
    case .kernelReadFile: ("kernel_read_file", "reads a whole file into kernel memory")
    case .loadModule: ("load_module", "checks a module, puts it into place and starts it")
    case .doInitModule: ("do_init_module", "runs a module's init")
    case .moduleCode: ("module_code", "is a function of a module, executed in kernel mode")
    case .moduleCopy:
      ("module_copy", "copies between a module's memory and the user's, page by page")
    case .msleep: ("msleep", "sleeps for a time, whatever signal comes")
    case .chrdevOpen: ("chrdev_open", "finds a device's driver and lets it open the file")
    case .fput: ("__fput", "tells a driver that nobody has its file open any more")
    case .sysMount: ("sys_mount", "serves `mount`")
    case .doNewMount: ("do_new_mount", "makes a file system and puts it on a directory")
    case .sysUmount2: ("sys_umount2", "serves `umount2`")
    case .retFromFork: ("ret_from_fork", "is where a new process begins, in kernel mode")
    }
  }
}
