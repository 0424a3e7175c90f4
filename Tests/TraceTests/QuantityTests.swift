import Catalogue
import Testing
import Trace

/// Numbers with their units.
@Suite struct QuantityTests {
  @Test func `durations are exact, in the largest unit they fill`() {
    let cases: [(Int64, String)] = [
      (0, "0 ns"), (999, "999 ns"), (1_000, "1 us"), (1_500, "1.5 us"), (5_000_000, "5 ms"),
      (5_000_012, "5.000012 ms"), (1_000_000_000, "1 s"), (1_250_000_000, "1.25 s"),
      (-5_000_000, "-5 ms"), (.max, "9223372036.854775807 s"), (.min, "-9223372036.854775808 s"),
    ]
    for (nanoseconds, text) in cases { #expect(Quantity.duration(nanoseconds) == text) }
  }

  @Test func `moments in microseconds keep every nanosecond`() {
    let cases: [(Int64, String)] = [
      (0, "0.000"), (7, "0.007"), (1_000, "1.000"), (5_000_018, "5000.018"), (-1, "-0.001"),
      (.max, "9223372036854775.807"), (.min, "-9223372036854775.808"),
    ]
    for (nanoseconds, text) in cases { #expect(Quantity.microseconds(nanoseconds) == text) }
  }

  @Test func `bytes are whole units or plain bytes`() {
    let cases: [(Int64, String)] = [
      (0, "0 bytes"), (1, "1 byte"), (1023, "1023 bytes"), (1024, "1 KiB"), (1025, "1025 bytes"),
      (16 << 20, "16 MiB"), (3 << 30, "3 GiB"), (-4096, "-4 KiB"), (.min, "-8589934592 GiB"),
    ]
    for (count, text) in cases { #expect(Quantity.bytes(count) == text) }
  }

  @Test func `addresses and modes are C's`() {
    #expect(Quantity.hexadecimal(Int64(-1)) == "0xffffffffffffffff")
    #expect(Quantity.hexadecimal(UInt64(0)) == "0x0")
    #expect(Quantity.octal(0o644) == "0644")
    #expect(Quantity.octal(0) == "0")
    #expect(Quantity.octal(.min) == "-01000000000000000000000")
  }

  @Test func `quoted text stays on one line`() {
    #expect(Quantity.quoted("a\"b\\c\n\t\r\0") == #""a\"b\\c\n\t\r\0""#)
    #expect(Quantity.quoted("\u{1B}[31m\u{7F}") == #""\x1b[31m\x7f""#)
    #expect(Quantity.quoted("\u{202E}\u{85}é") == #""\u202e\u0085é""#)
    #expect(Quantity.quoted([0x66, 0xFF][...]) == "\"f\u{FFFD}\"")
    #expect(Quantity.quoted("abcdef", limit: 3) == "\"abc…\"")
    #expect(Quantity.quoted("abc", limit: 3) == "\"abc\"")
    #expect(Quantity.quoted("", limit: -1) == "\"\"")
  }

  @Test func `fields resolve their names, and print numbers where there is none`() {
    let header = TraceHeader(
      architecture: .x86_64, cpuCount: 1, frameCount: 1,
      tasks: [TraceTask(name: "idle", pid: 0, program: -1)],
      devices: [TraceDevice(name: "timer", kind: .timer)])
    #expect(header.text(-2, .result) == "ENOENT")
    #expect(header.text(7, .register) == "rdi")
    #expect(header.text(0, .pageTableLevel) == "PML4")
    #expect(header.text(Int64(ExceptionKind.pageFault.rawValue), .exception) == "#PF")
    #expect(header.text(Int64(KernelRoutine.entrySyscall.rawValue), .routine) == "entry_SYSCALL_64")
    #expect(header.text(11, .signal) == "SIGSEGV")
    #expect(header.text(9, .task) == "task 9")
    let all: [FieldType] = [
      .integer, .bytes, .nanoseconds, .address, .physicalAddress, .bits, .octal, .result, .flag,
      .event, .task, .device, .string, .systemCall, .routine, .register, .signal, .signalCode,
      .entryReason, .waitObject, .exception, .pageFaultKind, .pageTableLevel, .access, .softirq,
      .returnKind,
    ]
    for type in all {
      for value in [Int64.min, -1, 255, 4_294_967_295, .max] {
        _ = header.text(value, type)  // no number of any event may trap
      }
    }
  }
}
