internal import CZlib

/// zlib, within bounds.
enum Inflate {
  /// How the bytes are wrapped.
  enum Wrapping: Int32 {
    /// Not at all, as in a zip.
    case raw = -15
    /// With gzip's header and checksum.
    case gzip = 31
  }

  /// The bytes that were deflated.
  ///
  /// - Parameter limit: So many bytes come out at most; with more it is ``ArchiveProblem/tooLarge``.
  static func bytes(
    _ packed: ArraySlice<UInt8>, _ wrapping: Wrapping, limit: Int
  ) throws(ArchiveProblem) -> [UInt8] {
    var stream = z_stream()
    guard ringwalk_inflate_begin(&stream, wrapping.rawValue) == Z_OK else {
      throw .malformed("it cannot be unpacked: there is no memory")
    }
    defer { inflateEnd(&stream) }
    // zlib wants a pointer that it could write through, though it never does.
    var packed = Array(packed)
    let outcome = packed.withUnsafeMutableBufferPointer { input in
      run(&stream, input, limit)
    }
    return try outcome.get()
  }

  private static func run(
    _ stream: inout z_stream, _ input: UnsafeMutableBufferPointer<UInt8>, _ limit: Int
  ) -> Result<[UInt8], ArchiveProblem> {
    // zlib counts in 32 bits.
    guard input.count <= Int(Int32.max), limit < Int(Int32.max) else { return .failure(.tooLarge) }
    stream.next_in = input.baseAddress
    stream.avail_in = UInt32(input.count)
    var output: [UInt8] = []
    while true {
      var status = Z_OK
      let part = [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, count in
        stream.next_out = buffer.baseAddress
        stream.avail_out = UInt32(buffer.count)
        status = inflate(&stream, Z_NO_FLUSH)
        count = buffer.count - Int(stream.avail_out)
      }
      output += part
      if output.count > limit { return .failure(.tooLarge) }
      switch status {
      case Z_STREAM_END: return .success(output)
      case Z_OK where !part.isEmpty || stream.avail_in > 0: continue
      case Z_OK, Z_BUF_ERROR: return .failure(.truncated)
      default: return .failure(.malformed("it cannot be unpacked: its bytes are damaged"))
      }
    }
  }

  /// The checksum that zip and gzip keep of bytes.
  static func checksum(_ bytes: [UInt8]) -> Int {
    var checksum = crc32(0, nil, 0)
    var start = 0
    bytes.withUnsafeBufferPointer { buffer in
      while start < buffer.count {
        let count = min(buffer.count - start, 1 << 30)
        checksum = crc32(checksum, buffer.baseAddress.map { $0 + start }, UInt32(count))
        start += count
      }
    }
    return Int(checksum)
  }
}
