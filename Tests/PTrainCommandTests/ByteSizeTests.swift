import PTrainCommand
import Testing

@Suite struct ByteSizeTests {
  @Test(arguments: [
    ("0", 0), ("4096", 4096), ("12B", 12), ("8MB", 8_000_000), ("512KiB", 524_288), ("1GB", 1_000_000_000),
    ("1.5gib", 1_610_612_736), ("2tb", 2_000_000_000_000), ("0.5kb", 500), ("1TiB", 1 << 40),
  ])
  func sizesAreRead(text: String, bytes: Int) {
    #expect(ByteSize(text)?.bytes == bytes)
  }

  @Test(arguments: [
    "", "MB", "-1MB", "8 MB", "8QB", "1.MB", ".", "..5MB", "1e3MB", "0.0001KB", "9000000000000TB", "٣MB", "nan", "inf",
    "0x10",
  ])
  func otherTextIsRefused(text: String) {
    #expect(ByteSize(text) == nil)
  }

  @Test func descriptionsReadBackAsTheSameSize() {
    for bytes in [0, 1, 999, 1000, 1500, 8_000_000, 1 << 30, 3_000_000_000_000] {
      #expect(ByteSize(ByteSize(bytes: bytes).description)?.bytes == bytes)
    }
    #expect(ByteSize(bytes: 8_000_000).description == "8MB")
  }
}
