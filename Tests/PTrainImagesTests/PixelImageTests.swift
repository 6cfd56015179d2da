import PTrainImages
import Testing

@Test func filledImageHasEveryByte() {
  #expect(PixelImage(width: 2, height: 3, channels: 4, filledWith: 7).pixels == [UInt8](repeating: 7, count: 24))
}
