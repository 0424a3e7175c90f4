/// The source of libc and the vDSO, in the language of programs.
///
/// Three names are there for them alone: `__clock()` and `__cpu()` are the instructions that read the
/// clock and the number of the CPU, and `__vvar` is the page that the kernel keeps the time in.
/// Names that begin with `_` are not seen from outside.
enum LibrarySources {
  /// The bytes of the buffer between `printf` and `write`.
  static let bufferBytes = 1024

  /// What every process has at `libraryBase`.
  ///
  /// The buffer is written when it is full or holds a whole line, as that of a terminal is in glibc;
  /// there the rest of the text stays too. `malloc` cuts pieces off the heap, asks `brk` for 132 KiB
  /// at a time, and gives large blocks a mapping of their own (malloc(3), mallopt(3)).
  static let libc = #"""
    data _buffer "\#(String(repeating: #"\0"#, count: bufferBytes - 1))"
    data _used 0
    data _lines 0
    data _heap_next 0
    data _heap_end 0

    fn strlen(s) {
      let n = 0
      while s[n] { n = n + 1 }
      return n
    }
    fn strcmp(s1, s2) {
      let i = 0
      while s1[i] && s1[i] == s2[i] { i = i + 1 }
      return s1[i] - s2[i]
    }
    fn memcpy(dest, src, n) {
      let i = 0
      while i < n {
        dest[i] = src[i]
        i = i + 1
      }
      return dest
    }
    fn memset(s, c, n) {
      let i = 0
      while i < n {
        s[i] = c
        i = i + 1
      }
      return s
    }
    fn atoi(nptr) {
      let i = 0
      let value = 0
      let sign = 1
      if nptr[0] == '-' {
        sign = -1
        i = 1
      }
      while nptr[i] >= '0' && nptr[i] <= '9' {
        value = value * 10 + nptr[i] - '0'
        i = i + 1
      }
      return sign * value
    }

    fn _write_out(count) {
      let done = 0
      let result = 0
      while done < count && result >= 0 {
        result = write(1, _buffer + done, count - done)
        if result > 0 { done = done + result }
      }
      if result >= 0 { done = count }
      # What could not be written is lost; what comes behind it moves to the front.
      memcpy(_buffer, _buffer + count, *_used - count)
      *_used = *_used - count
      *_lines = 0
      return result
    }
    fn _put(c) {
      if *_used == \#(bufferBytes) { _write_out(*_used) }
      _buffer[*_used] = c
      *_used = *_used + 1
      if c == '\n' { *_lines = *_used }
    }
    fn _end_of_call(result) {
      if *_lines { if _write_out(*_lines) < 0 { return -1 } }
      return result
    }
    fn fflush() {
      if *_used { if _write_out(*_used) < 0 { return -1 } }
      return 0
    }
    fn putchar(c) {
      _put(c)
      return _end_of_call(c & 255)
    }
    fn puts(s) {
      let i = 0
      while s[i] {
        _put(s[i])
        i = i + 1
      }
      _put('\n')
      return _end_of_call(i + 1)
    }
    fn _put_number(value, base) {
      let count = 0
      if value >= base || value < 0 { count = _put_number((value >> 1 & ~(1 << 63)) / (base >> 1), base) }
      let digit = value - (value >> 1 & ~(1 << 63)) / (base >> 1) * base
      if digit > 9 { digit = digit + 39 }
      _put(digit + '0')
      return count + 1
    }
    fn printf(format, a, b, c, d) {
      # The parameters lie below each other in the frame.
      let next = &a
      let count = 0
      let i = 0
      while format[i] {
        if format[i] != '%' || !format[i + 1] {
          _put(format[i])
          count = count + 1
        } else {
          i = i + 1
          let kind = format[i]
          let value = *next
          let known = kind == 'd' || kind == 'u' || kind == 'x' || kind == 's' || kind == 'c'
          if known { next = next - 1 }
          if kind == 'd' && value < 0 {
            _put('-')
            count = count + 1
            value = -value
          }
          if kind == 'd' || kind == 'u' { count = count + _put_number(value, 10) }
          else if kind == 'x' { count = count + _put_number(value, 16) }
          else if kind == 's' { count = count + _put_text(value) }
          else if kind == 'c' {
            _put(value)
            count = count + 1
          } else {
            if kind != '%' {
              _put('%')
              count = count + 1
            }
            _put(kind)
            count = count + 1
          }
        }
        i = i + 1
      }
      return _end_of_call(count)
    }
    fn _put_text(s) {
      let i = 0
      while s[i] {
        _put(s[i])
        i = i + 1
      }
      return i
    }

    fn malloc(size) {
      let head = &size
      if size < 0 {
        errno = ENOMEM
        return NULL
      }
      if size >= 131072 {
        let length = size + 16 + 4095 & ~4095
        let block = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        if block == -1 { return NULL }
        head = block
        head[0] = length
        return block + 16
      }
      if !*_heap_end {
        *_heap_end = brk(NULL)
        *_heap_next = *_heap_end + 15 & ~15
      }
      let need = size + 16 + 15 & ~15
      if *_heap_next + need > *_heap_end {
        let wanted = *_heap_next + need + 131072 + 4095 & ~4095
        let end = brk(wanted)
        if end < wanted {
          errno = ENOMEM
          return NULL
        }
        *_heap_end = end
      }
      let piece = *_heap_next + 16
      *_heap_next = *_heap_next + need
      return piece
    }
    fn calloc(nmemb, size) { return malloc(nmemb * size) }
    fn free(ptr) {
      let head = &ptr
      if !ptr { return 0 }
      head = ptr - 16
      if head[0] { return munmap(ptr - 16, head[0]) }
      return 0
    }
    fn abort() {
      unblock SIGABRT
      tgkill(getpid(), gettid(), SIGABRT)
      default SIGABRT
      tgkill(getpid(), gettid(), SIGABRT)
      exit(127)
    }
    """#

  /// What the kernel brings into every process at `vdsoBase`.
  ///
  /// The words of the page that it reads: the time at the last update, the clock's count at that
  /// moment, a number that is odd while the kernel writes, and what makes a time of day of it.
  static let vdso = """
    fn clock_gettime(clockid, tp) {
      if clockid != CLOCK_MONOTONIC && clockid != CLOCK_REALTIME {
        return syscall(__NR_clock_gettime, clockid, tp)
      }
      let page = __vvar
      let now = 0
      let version = 1
      while version & 1 || version != page[2] {
        version = page[2]
        now = page[0] + (__clock() - page[1])
        if clockid == CLOCK_REALTIME { now = now + page[3] }
      }
      let out = &now
      let seconds = now / 1000000000
      let rest = now % 1000000000
      out = tp
      out[0] = seconds
      out[1] = rest
      return 0
    }
    fn getcpu(cpu, node) {
      let out = &cpu
      if cpu {
        out = cpu
        *out = __cpu()
      }
      if node {
        out = node
        *out = 0
      }
      return 0
    }
    """
}
