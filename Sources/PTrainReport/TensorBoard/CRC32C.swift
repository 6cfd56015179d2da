/// The checksum CRC-32C (Castagnoli), as in RFC 3720, appendix B.4.
enum CRC32C {
  /// Polynomial 0x1EDC6F41, bits reversed; what each byte does to the lowest byte of the register.
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { register, _ in
      register & 1 == 1 ? register >> 1 ^ 0x82F6_3B78 : register >> 1
    }
  }

  static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
    ~bytes.reduce(UInt32.max) { register, byte in
      register >> 8 ^ table[Int(UInt8(truncatingIfNeeded: register) ^ byte)]
    }
  }

  /// The checksum as TensorFlow's records hold it: turned by 15 bits, plus a constant, so that checksums of
  /// data that hold checksums stay apart.
  static func masked(_ bytes: some Sequence<UInt8>) -> UInt32 {
    let checksum = checksum(bytes)
    return (checksum >> 15 | checksum << 17) &+ 0xA282_EAD8
  }
}
