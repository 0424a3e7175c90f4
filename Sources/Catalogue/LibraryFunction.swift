/// What a call of library code is worth in a program.
public enum LibraryResult: String, Sendable {
  /// A number.
  case number
  /// An address of bytes, or 0.
  case address
  /// Nothing: the function does not return.
  case never
}

/// One function of a user-space library: code that runs in user mode, and enters the kernel only when
/// it must.
public struct LibraryFunction: Sendable {
  /// The library in scripts: `libc` or `vdso`.
  public let library: String
  /// Its name in C.
  public let name: String
  /// Parameters in order.
  public let parameters: [Parameter]
  /// What it returns.
  public let result: LibraryResult
  /// What it does, one sentence.
  public let summary: String
  /// When it enters the kernel, as the end of a sentence that begins "it enters the kernel".
  public let entersKernel: String
  /// Whether a script may leave all arguments out and gets the value that C would store: a time, the
  /// number of a CPU.
  public var givesValue = false
  /// Whether it may leave text in libc's buffer, which the end of the process has to write.
  public var isBuffered = false

  /// How many arguments it may be given.
  public var argumentCounts: ClosedRange<Int> {
    parameters.count { !$0.isOptional }...parameters.count
  }

  /// The libraries, in the order in which they are mapped.
  public static let libraries = ["libc", "vdso"]

  /// All functions, by library and name.
  public static let all: [LibraryFunction] = [
    LibraryFunction(
      library: "libc", name: "abort", parameters: [], result: .never,
      summary: "ends the process with SIGABRT",
      entersKernel: "to send itself the signal"),
    LibraryFunction(
      library: "libc", name: "atoi", parameters: [Parameter("nptr", .text)], result: .number,
      summary: "reads a decimal number from a text", entersKernel: "never"),
    LibraryFunction(
      library: "libc", name: "calloc",
      parameters: [Parameter("nmemb", .number), Parameter("size", .byteCount)],
      result: .address, summary: "hands out memory full of zeros",
      entersKernel: "only when the heap is used up"),
    LibraryFunction(
      library: "libc", name: "fflush", parameters: [], result: .number,
      summary: "writes what the buffer holds", entersKernel: "when the buffer holds anything",
      isBuffered: true),
    LibraryFunction(
      library: "libc", name: "free", parameters: [Parameter("ptr", .address)], result: .number,
      summary: "takes memory back that malloc has handed out",
      entersKernel: "only for blocks of 128 KiB or more"),
    LibraryFunction(
      library: "libc", name: "malloc", parameters: [Parameter("size", .byteCount)],
      result: .address, summary: "hands out memory of the heap, or 0 when there is none",
      entersKernel: "only when the heap is used up, and for blocks of 128 KiB or more"),
    LibraryFunction(
      library: "libc", name: "memcpy",
      parameters: [
        Parameter("dest", .outBuffer), Parameter("src", .inBuffer), Parameter("n", .byteCount),
      ],
      result: .address, summary: "copies bytes", entersKernel: "never"),
    LibraryFunction(
      library: "libc", name: "memset",
      parameters: [
        Parameter("s", .outBuffer), Parameter("c", .number), Parameter("n", .byteCount),
      ],
      result: .address, summary: "fills memory with one byte", entersKernel: "never"),
    LibraryFunction(
      library: "libc", name: "printf",
      parameters: [
        Parameter("format", .text), Parameter("a", .number, isOptional: true),
        Parameter("b", .number, isOptional: true), Parameter("c", .number, isOptional: true),
        Parameter("d", .number, isOptional: true),
      ],
      result: .number,
      summary: "puts text with %d, %u, %x, %s and %c filled in into a buffer of 1 KiB",
      entersKernel: "when the buffer is full or holds a whole line", isBuffered: true),
    LibraryFunction(
      library: "libc", name: "putchar", parameters: [Parameter("c", .number)], result: .number,
      summary: "puts one byte into the buffer",
      entersKernel: "when the buffer is full or holds a whole line", isBuffered: true),
    LibraryFunction(
      library: "libc", name: "puts", parameters: [Parameter("s", .text)], result: .number,
      summary: "puts a line into the buffer", entersKernel: "to write the line",
      isBuffered: true),
    LibraryFunction(
      library: "libc", name: "strcmp",
      parameters: [Parameter("s1", .text), Parameter("s2", .text)], result: .number,
      summary: "compares two texts: 0 when they are equal", entersKernel: "never"),
    LibraryFunction(
      library: "libc", name: "strlen", parameters: [Parameter("s", .text)], result: .number,
      summary: "counts the bytes of a text", entersKernel: "never"),
    LibraryFunction(
      library: "vdso", name: "clock_gettime",
      parameters: [
        Parameter("clockid", .clock, isOptional: true),
        Parameter("tp", .timespecOut, isOptional: true),
      ],
      result: .number, summary: "tells the time, from a page that the kernel keeps up to date",
      entersKernel: "only for a clock that it does not know", givesValue: true),
    LibraryFunction(
      library: "vdso", name: "getcpu",
      parameters: [
        Parameter("cpu", .outBuffer, isOptional: true),
        Parameter("node", .outBuffer, isOptional: true),
      ],
      result: .number, summary: "tells on which CPU the program runs", entersKernel: "never",
      givesValue: true),
  ]

  /// The function with a name.
  public static func named(_ name: String, in library: String) -> LibraryFunction? {
    all.first { $0.library == library && $0.name == name }
  }
}
