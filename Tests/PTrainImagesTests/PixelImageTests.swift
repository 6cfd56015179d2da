import Testing

@testable import PTrainImages

@Suite struct PixelImageTests {
  private func grey(_ width: Int, _ pixels: [UInt8]) -> PixelImage {
    PixelImage(width: width, height: pixels.count / width, channels: 1, pixels: pixels)
  }

  @Test func filledImageHasEveryByte() {
    #expect(PixelImage(width: 2, height: 3, channels: 4, filledWith: 7).pixels == [UInt8](repeating: 7, count: 24))
  }

  @Test func shorterAxesTakeTheMeanOfTheirArea() {
    // 3 pixels to 2: the middle one is halved between them.
    #expect(grey(3, [0, 90, 240]).scaled(width: 2, height: 1).pixels == [30, 190])
    #expect(grey(2, [0, 100, 200, 40]).scaled(width: 1, height: 1).pixels == [85])
    #expect(grey(4, [10, 20, 30, 40]).scaled(width: 2, height: 1).pixels == [15, 35])
  }

  @Test func longerAxesAreInterpolatedBetweenCentres() {
    // Centres of 4 pixels lie at −¼, ¼, ¾ and 1¼ of the 2 old ones'.
    #expect(grey(2, [0, 200]).scaled(width: 4, height: 1).pixels == [0, 50, 150, 200])
    #expect(grey(1, [7]).scaled(width: 3, height: 2).pixels == [7, 7, 7, 7, 7, 7])
  }

  @Test func theSameSizeIsTheSamePicture() {
    let picture = grey(7, (0..<35).map { UInt8($0 * 7) })
    #expect(picture.scaled(width: 7, height: 5) == picture)
  }

  @Test func scalingKeepsTheMeanOfWholeFactors() {
    let picture = grey(60, (0..<3600).map { UInt8($0 * 31 % 256) })
    for side in [1, 2, 3, 5, 12, 30] {
      let scaled = picture.scaled(width: side, height: side)
      let mean = { (pixels: [UInt8]) in Double(pixels.reduce(0) { $0 + Int($1) }) / Double(pixels.count) }
      // Each pixel is rounded by half at most.
      #expect(abs(mean(scaled.pixels) - mean(picture.pixels)) <= 0.5)
    }
  }

  @Test func channelsAreScaledApart() {
    let picture = PixelImage(width: 2, height: 1, channels: 3, pixels: [0, 10, 20, 100, 110, 120])
    #expect(picture.scaled(width: 1, height: 1).pixels == [50, 60, 70])
  }

  @Test func greyIsTheLumaOfBT601() {
    let picture = PixelImage(
      width: 5, height: 1, channels: 3, pixels: [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255, 9, 9, 9])
    #expect(picture.grey().pixels == [76, 150, 29, 255, 9])
  }

  @Test func transparentPixelsLieOnWhite() {
    let picture = PixelImage(width: 3, height: 1, channels: 4, pixels: [0, 0, 0, 0, 0, 50, 100, 255, 0, 0, 0, 51])
    #expect(picture.opaque().pixels == [255, 255, 255, 0, 50, 100, 204, 204, 204])
    #expect(picture.grey().pixels[0] == 255)
  }

  @Test func placingCutsOffWhatLiesOutside() {
    let mark = grey(2, [1, 2, 3, 4])
    for (x, y, expected) in [(-1, -1, [4, 0, 0, 0, 0, 0]), (2, 1, [0, 0, 0, 0, 0, 1]), (5, 0, [0, 0, 0, 0, 0, 0])] {
      var picture = PixelImage(width: 3, height: 2, channels: 1, filledWith: 0)
      picture.place(mark, x: x, y: y)
      #expect(picture.pixels == expected.map(UInt8.init), "\(x), \(y)")
    }
  }

  @Test func everyGlyphIsInsideItsCell() {
    for code in 32..<127 {
      let character = Character(UnicodeScalar(UInt8(code)))
      let rows = PixelFont.rows(of: character)
      #expect(
        [PixelFont.height, PixelFont.height + PixelFont.descent].contains(rows.count) && rows.allSatisfy { $0 < 32 })
      #expect((rows == PixelFont.rows(of: "🙂")) == false, "\(character) has no picture")
      #expect(code == 32 || rows.contains { $0 != 0 }, "\(character) is empty")
    }
  }

  @Test func textTakesTheRoomThatItSays() {
    let (width, height) = PixelImage.textSize("H8", scale: 2)
    var picture = PixelImage(width: width, height: height, channels: 1, filledWith: 0)
    picture.write("H8", x: 0, y: 0, scale: 2, color: [255])
    #expect((width, height) == (22, 14) && picture.boundingBox(above: 0)?.columns == 0..<22)
    #expect(picture.boundingBox(above: 0)?.rows == 0..<14)
    #expect(PixelImage.fitted("abcdef", width: 23, scale: 1) == "abc…")
    #expect(PixelImage.fitted("abcd", width: 23, scale: 1) == "abcd")
  }
}
