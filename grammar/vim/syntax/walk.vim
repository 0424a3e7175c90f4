" Vim syntax of Walk, the scripts of Ringwalk; made by `ringwalk editors`.
if exists("b:current_syntax")
  finish
endif
syntax case match
syntax iskeyword @,48-57,_

syntax keyword walkStatement answer ask at check choice choices claim dir disk expect file forbid hidden hint include keyboard limit load machine module mount nic order program require reveal run serial signal start starter student swap symlink table unload user vary
syntax keyword walkClause after as at attempt attempts due exit fails for from in init interrupt named nice on open parts point points read read_only receives refute release to types under unmount until with write
syntax keyword walkClaim always and at because before end eventually every exactly implies in least most never not of or schedule some then when while within
syntax keyword walkCode block bss call compute data default else fn if ignore let lock on privileged repeat restart return spawn touch unblock unlock while
syntax keyword walkConstant AT_EMPTY_PATH AT_FDCWD AT_NO_AUTOMOUNT AT_REMOVEDIR AT_SYMLINK_NOFOLLOW CLOCK_MONOTONIC CLOCK_REALTIME CLONE_FILES CLONE_FS CLONE_SIGHAND CLONE_THREAD CLONE_VFORK CLONE_VM E2BIG EACCES EAGAIN EBADF EBUSY ECHILD EEXIST EFAULT EFBIG EINTR EINVAL EIO EISDIR ELOOP EMFILE EMLINK ENAMETOOLONG ENFILE ENODEV ENOENT ENOEXEC ENOMEM ENOSPC ENOSYS ENOTBLK ENOTDIR ENOTEMPTY ENOTTY ENXIO EOPNOTSUPP EOVERFLOW EPERM EPIPE ERANGE EROFS ESPIPE ESRCH ETIMEDOUT ETXTBSY EXDEV F_DUPFD F_DUPFD_CLOEXEC F_GETFD F_GETFL F_GETPIPE_SZ F_SETFD F_SETFL F_SETPIPE_SZ MADV_DONTNEED MADV_FREE MADV_NORMAL MADV_RANDOM MADV_SEQUENTIAL MADV_WILLNEED MAP_ANONYMOUS MAP_FIXED MAP_FIXED_NOREPLACE MAP_GROWSDOWN MAP_POPULATE MAP_PRIVATE MAP_SHARED MODULE_INIT_IGNORE_MODVERSIONS MODULE_INIT_IGNORE_VERMAGIC MS_NODEV MS_NOEXEC MS_NOSUID MS_RDONLY MS_REMOUNT NULL O_APPEND O_CLOEXEC O_CREAT O_DIRECTORY O_EXCL O_NOFOLLOW O_NONBLOCK O_RDONLY O_RDWR O_TRUNC O_WRONLY PROT_EXEC PROT_NONE PROT_READ PROT_WRITE RUSAGE_CHILDREN RUSAGE_SELF RUSAGE_THREAD SEEK_CUR SEEK_END SEEK_SET SIGABRT SIGALRM SIGBUS SIGCHLD SIGCONT SIGFPE SIGHUP SIGILL SIGINT SIGIO SIGKILL SIGPIPE SIGPROF SIGPWR SIGQUIT SIGSEGV SIGSTKFLT SIGSTOP SIGSYS SIGTERM SIGTRAP SIGTSTP SIGTTIN SIGTTOU SIGURG SIGUSR1 SIGUSR2 SIGVTALRM SIGWINCH SIGXCPU SIGXFSZ SIG_BLOCK SIG_SETMASK SIG_UNBLOCK WCONTINUED WNOHANG WUNTRACED
syntax match walkCall "\<\%(alarm\|brk\|chdir\|clock_gettime\|clone\|close\|delete_module\|dup\|dup2\|dup3\|execve\|exit_group\|fcntl\|finit_module\|fork\|fstat\|fsync\|ftruncate\|getpid\|getppid\|getrusage\|gettid\|getuid\|init_module\|iopl\|kill\|lseek\|madvise\|mincore\|mkdir\|mkdirat\|mmap\|mmap2\|mount\|mprotect\|munmap\|nanosleep\|newfstatat\|open\|openat\|pause\|pipe\|pipe2\|ppoll\|pread64\|pwrite64\|read\|restart_syscall\|rmdir\|rt_sigaction\|rt_sigpending\|rt_sigprocmask\|rt_sigreturn\|sched_yield\|setuid\|sigaltstack\|stat\|sync\|tgkill\|umask\|umount2\|unlink\|unlinkat\|vfork\|wait4\|write)\ze\s*("
syntax match walkNumber "\<\%(0[xX]\x\+\|0b[01]\+\|\d\+\)\%(GiB\|KiB\|MiB\|ms\|ns\|us\|B\|s\)\?\>"
syntax match walkOperator "[-+*/%&|^~!<>=]"
syntax match walkEscape contained "\\."
syntax region walkString start=+"+ skip=+\\.+ end=+"\|$+ contains=walkEscape
syntax match walkCharacter "'\%(\\.[0-9A-Fa-f]*\|[^'\\]\)'"
syntax match walkComment "#.*$" contains=@Spell

highlight default link walkStatement Statement
highlight default link walkClause Keyword
highlight default link walkClaim Conditional
highlight default link walkCode Statement
highlight default link walkConstant Constant
highlight default link walkCall Function
highlight default link walkNumber Number
highlight default link walkOperator Operator
highlight default link walkEscape SpecialChar
highlight default link walkString String
highlight default link walkCharacter Character
highlight default link walkComment Comment

setlocal commentstring=#\ %s
let b:current_syntax = "walk"
