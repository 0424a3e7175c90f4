"""Colours for Walk, the scripts of Ringwalk; made by `ringwalk editors`.

Sphinx and MkDocs find it when it is registered as the lexer of `walk`:
`pygments.lexers._mapping` by an entry point `pygments.lexers`, or
`app.add_lexer("walk", WalkLexer)` in a Sphinx configuration.
"""

from pygments.lexer import RegexLexer, words
from pygments.token import Comment, Keyword, Name, Number, Operator, Punctuation, String, Whitespace

__all__ = ["WalkLexer"]

STATEMENTS = (
    "answer", "ask", "at", "check", "choice", "choices", "claim", "dir", "disk", "expect", "file",
    "forbid", "hidden", "hint", "include", "keyboard", "limit", "load", "machine", "module",
    "mount", "nic", "order", "program", "require", "reveal", "run", "serial", "signal", "start",
    "starter", "student", "swap", "symlink", "table", "unload", "user", "vary",
)

CLAUSES = (
    "after", "always", "and", "as", "attempt", "attempts", "because", "before", "due", "end",
    "eventually", "every", "exactly", "exit", "fails", "for", "from", "implies", "in", "init",
    "interrupt", "least", "most", "named", "never", "nice", "not", "of", "on", "open", "or",
    "parts", "point", "points", "read", "read_only", "receives", "refute", "release", "schedule",
    "some", "then", "to", "types", "under", "unmount", "until", "when", "while", "with", "within",
    "write",
)

CODE = (
    "block", "bss", "call", "compute", "data", "default", "else", "fn", "if", "ignore", "let",
    "lock", "privileged", "repeat", "restart", "return", "spawn", "touch", "unblock", "unlock",
)

CONSTANTS = (
    "AT_EMPTY_PATH", "AT_FDCWD", "AT_NO_AUTOMOUNT", "AT_REMOVEDIR", "AT_SYMLINK_NOFOLLOW",
    "CLOCK_MONOTONIC", "CLOCK_REALTIME", "CLONE_FILES", "CLONE_FS", "CLONE_SIGHAND",
    "CLONE_THREAD", "CLONE_VFORK", "CLONE_VM", "E2BIG", "EACCES", "EAGAIN", "EBADF", "EBUSY",
    "ECHILD", "EEXIST", "EFAULT", "EFBIG", "EINTR", "EINVAL", "EIO", "EISDIR", "ELOOP", "EMFILE",
    "EMLINK", "ENAMETOOLONG", "ENFILE", "ENODEV", "ENOENT", "ENOEXEC", "ENOMEM", "ENOSPC",
    "ENOSYS", "ENOTBLK", "ENOTDIR", "ENOTEMPTY", "ENOTTY", "ENXIO", "EOPNOTSUPP", "EOVERFLOW",
    "EPERM", "EPIPE", "ERANGE", "EROFS", "ESPIPE", "ESRCH", "ETIMEDOUT", "ETXTBSY", "EXDEV",
    "F_DUPFD", "F_DUPFD_CLOEXEC", "F_GETFD", "F_GETFL", "F_GETPIPE_SZ", "F_SETFD", "F_SETFL",
    "F_SETPIPE_SZ", "MADV_DONTNEED", "MADV_FREE", "MADV_NORMAL", "MADV_RANDOM", "MADV_SEQUENTIAL",
    "MADV_WILLNEED", "MAP_ANONYMOUS", "MAP_FIXED", "MAP_FIXED_NOREPLACE", "MAP_GROWSDOWN",
    "MAP_POPULATE", "MAP_PRIVATE", "MAP_SHARED", "MODULE_INIT_IGNORE_MODVERSIONS",
    "MODULE_INIT_IGNORE_VERMAGIC", "MS_NODEV", "MS_NOEXEC", "MS_NOSUID", "MS_RDONLY", "MS_REMOUNT",
    "NULL", "O_APPEND", "O_CLOEXEC", "O_CREAT", "O_DIRECTORY", "O_EXCL", "O_NOFOLLOW",
    "O_NONBLOCK", "O_RDONLY", "O_RDWR", "O_TRUNC", "O_WRONLY", "PROT_EXEC", "PROT_NONE",
    "PROT_READ", "PROT_WRITE", "RUSAGE_CHILDREN", "RUSAGE_SELF", "RUSAGE_THREAD", "SEEK_CUR",
    "SEEK_END", "SEEK_SET", "SIGABRT", "SIGALRM", "SIGBUS", "SIGCHLD", "SIGCONT", "SIGFPE",
    "SIGHUP", "SIGILL", "SIGINT", "SIGIO", "SIGKILL", "SIGPIPE", "SIGPROF", "SIGPWR", "SIGQUIT",
    "SIGSEGV", "SIGSTKFLT", "SIGSTOP", "SIGSYS", "SIGTERM", "SIGTRAP", "SIGTSTP", "SIGTTIN",
    "SIGTTOU", "SIGURG", "SIGUSR1", "SIGUSR2", "SIGVTALRM", "SIGWINCH", "SIGXCPU", "SIGXFSZ",
    "SIG_BLOCK", "SIG_SETMASK", "SIG_UNBLOCK", "WCONTINUED", "WNOHANG", "WUNTRACED",
)

CALLS = (
    "alarm", "brk", "chdir", "clock_gettime", "clone", "close", "delete_module", "dup", "dup2",
    "dup3", "execve", "exit_group", "fcntl", "finit_module", "fork", "fstat", "fsync", "ftruncate",
    "getpid", "getppid", "getrusage", "gettid", "getuid", "init_module", "iopl", "kill", "lseek",
    "madvise", "mincore", "mkdir", "mkdirat", "mmap", "mmap2", "mount", "mprotect", "munmap",
    "nanosleep", "newfstatat", "open", "openat", "pause", "pipe", "pipe2", "ppoll", "pread64",
    "pwrite64", "read", "restart_syscall", "rmdir", "rt_sigaction", "rt_sigpending",
    "rt_sigprocmask", "rt_sigreturn", "sched_yield", "setuid", "sigaltstack", "stat", "sync",
    "tgkill", "umask", "umount2", "unlink", "unlinkat", "vfork", "wait4", "write",
)


class WalkLexer(RegexLexer):
    """Walk: machines, programs, timelines and claims."""

    name = "Walk"
    aliases = ["walk"]
    filenames = ["*.walk"]
    tokens = {
        "root": [
            (r"\s+", Whitespace),
            (r"#.*$", Comment.Single),
            (r'"', String.Double, "string"),
            (r"'(?:\\(?:[0-3][0-7]{2}|x[0-9A-Fa-f]{2}|.)|[^'\\])'", String.Char),
            (r"(0[xX][0-9A-Fa-f]+|0b[01]+|[0-9]+)(GiB|KiB|MiB|ms|ns|us|B|s)?\b", Number),
            (words(CONSTANTS, prefix=r"\b", suffix=r"\b"), Name.Constant),
            (words(CALLS, prefix=r"\b", suffix=r"(?=\s*\()"), Name.Builtin),
            (words(STATEMENTS, prefix=r"(?<![\w.])", suffix=r"\b"), Keyword),
            (words(CODE, prefix=r"(?<![\w.])", suffix=r"\b"), Keyword.Reserved),
            (words(CLAUSES, prefix=r"(?<![\w.])", suffix=r"\b"), Keyword.Pseudo),
            (r"[A-Za-z_][A-Za-z0-9_]*(?=\s*\()", Name.Function),
            (r"[A-Za-z_][A-Za-z0-9_]*", Name),
            (r"&&|\|\||==|!=|<=|>=|<<|>>|\.\.|[-+*/%&|^~!<>=]", Operator),
            (r"[()\[\]{},;:.]", Punctuation),
        ],
        "string": [
            (r'[^"\\\n]+', String.Double),
            (r"\\.", String.Escape),
            (r'"|$', String.Double, "#pop"),
        ],
    }
