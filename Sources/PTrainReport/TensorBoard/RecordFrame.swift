/// The frame around each record of a TFRecord file: length, masked CRC-32C of the length, the record, masked
/// CRC-32C of the record; numbers little-endian.
///
/// Source: https://www.tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details
enum RecordFrame {
  static func framed(_ record: [UInt8]) -> [UInt8] {
    let length = littleEndian(UInt64(record.count))
    return length + littleEndian(CRC32C.masked(length)) + record + littleEndian(CRC32C.masked(record))
  }

  private static func littleEndian(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { [UInt8]($0) }
  }
}
