import CZlib

/// Why deflated data gives no more bytes.
package enum InflateError: Error, Equatable {
  case damaged(String)
  case endsEarly
}

/// Inflates deflated data step by step, into buffers of known size.
package struct Inflater: ~Copyable {
  /// What stands around the deflated data.
  package enum Framing: Sendable {
    /// Members that follow one another (as `bgzip` writes them) count as one stream.
    case gzip
    /// Nothing: one stream, without a checksum.
    case none
  }

  /// Deflate packs at most 1,032 bytes into one: what promises more is not believed.
  package static let largestRatio = 1032

  private let stream: UnsafeMutablePointer<z_stream>
  private let framing: Framing
  private var rest: UnsafeRawBufferPointer
  private var isAtEnd = false

  /// - Parameter bytes: the deflated data; it must outlive the inflater.
  package init(_ bytes: UnsafeRawBufferPointer, _ framing: Framing) throws(InflateError) {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    rest = bytes
    self.framing = framing
    let status = framing == .gzip ? ptrain_inflate_init_gzip(stream) : ptrain_inflate_init_raw(stream)
    guard status == Z_OK else { throw .damaged("zlib does not start") }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  /// Fills `output` with the next bytes.
  package mutating func read(into output: UnsafeMutableRawBufferPointer) throws(InflateError) {
    guard try readUp(to: output) == output.count else { throw .endsEarly }
  }

  /// The next `count` bytes.
  package mutating func read(_ count: Int) throws(InflateError) -> [UInt8] {
    var failure: InflateError?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      do throws(InflateError) {
        try read(into: UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: count))
        initialized = count
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }

  /// Whether the stream, with its checksum, ends here and nothing follows it.
  package mutating func finish() throws(InflateError) -> Bool {
    try withUnsafeTemporaryAllocation(byteCount: 1, alignment: 1) { byte in
      Result { () throws(InflateError) in try readUp(to: byte) }
    }.get() == 0
  }

  /// Writes the next bytes to `output` until it is full or the stream ends, and returns how many.
  private mutating func readUp(to output: UnsafeMutableRawBufferPointer) throws(InflateError) -> Int {
    var done = 0
    while done < output.count && !isAtEnd {
      // zlib counts in 32 bits.
      let space = min(output.count - done, 1 << 30)
      let input = min(rest.count, 1 << 30)
      stream.pointee.next_out = output.baseAddress?.advanced(by: done).assumingMemoryBound(to: UInt8.self)
      stream.pointee.avail_out = UInt32(space)
      stream.pointee.next_in = UnsafeMutableRawPointer(mutating: rest.baseAddress)?.assumingMemoryBound(to: UInt8.self)
      stream.pointee.avail_in = UInt32(input)
      let status = inflate(stream, Z_NO_FLUSH)
      done += space - Int(stream.pointee.avail_out)
      rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(input - Int(stream.pointee.avail_in)))
      try advance(after: status)
    }
    return done
  }

  private mutating func advance(after status: Int32) throws(InflateError) {
    switch status {
    case Z_OK: break
    case Z_STREAM_END:
      isAtEnd = rest.isEmpty
      if !isAtEnd { try beginNextMember() }
    case Z_BUF_ERROR: throw .endsEarly
    default: throw .damaged(stream.pointee.msg.map { String(cString: $0) } ?? "zlib error \(status)")
    }
  }

  private func beginNextMember() throws(InflateError) {
    guard framing == .gzip else { throw .damaged("\(rest.count) bytes behind its end") }
    inflateReset(stream)
  }
}
