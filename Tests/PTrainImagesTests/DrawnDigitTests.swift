import Testing

@testable import PTrainImages

@Suite struct DrawnDigitTests {
  /// A bar of 10 × 40 on a sheet of 100 × 80.
  private func bar(_ ink: UInt8, on paper: UInt8, left: Int = 5, top: Int = 30) -> PixelImage {
    var picture = PixelImage(width: 100, height: 80, channels: 1, filledWith: paper)
    picture.fill(columns: left..<(left + 10), rows: top..<(top + 40), with: [ink])
    return picture
  }

  @Test func theLongerSideBecomes20AndTheMiddleTheMiddle() throws {
    let digit = try #require(DrawnDigit.normalised(bar(255, on: 0)))
    #expect(digit.width == 28 && digit.height == 28 && digit.channels == 1)
    let box = try #require(digit.boundingBox(above: 0))
    #expect(box.rows == 4..<24 && box.columns.count == 5)
    let center = DrawnDigit.centerOfMass(digit)
    #expect((14..<15).contains(center.x) && (14..<15).contains(center.y))
  }

  @Test func inkAndPaperMayBeAnyShades() throws {
    let expected = try #require(DrawnDigit.normalised(bar(255, on: 0)))
    for (ink, paper) in [(0, 255), (60, 220), (200, 40)] as [(UInt8, UInt8)] {
      #expect(DrawnDigit.normalised(bar(ink, on: paper, left: 70, top: 11)) == expected, "\(ink) on \(paper)")
    }
  }

  @Test func aHeavySideMovesTheDigitAwayFromIt() throws {
    // An L of 20 × 20 with a foot 10 high.
    var picture = PixelImage(width: 40, height: 40, channels: 1, filledWith: 0)
    picture.fill(columns: 10..<13, rows: 10..<30, with: [255])
    picture.fill(columns: 10..<30, rows: 20..<30, with: [255])
    let digit = try #require(DrawnDigit.normalised(picture))
    let box = try #require(digit.boundingBox(above: 0))
    #expect(box.columns.lowerBound > 4 && box.rows.lowerBound < 4 && box.columns.count == 20 && box.rows.count == 20)
  }

  /// As MNIST's digits are already.
  @Test func aTreatedDigitStaysAsItIs() throws {
    let digit = try #require(DrawnDigit.normalised(bar(255, on: 0)))
    #expect(DrawnDigit.normalised(digit) == digit)
    #expect(DrawnDigit.normalised(digit.inverted()) == digit)
  }

  @Test func thinLinesStayVisible() throws {
    var picture = PixelImage(width: 600, height: 600, channels: 1, filledWith: 255)
    picture.fill(columns: 100..<500, rows: 300..<302, with: [0])
    picture.fill(columns: 100..<102, rows: 100..<500, with: [0])
    #expect(try #require(DrawnDigit.normalised(picture)).pixels.max() == 255)
  }

  @Test func aBlankSheetIsNoDigit() {
    #expect(DrawnDigit.normalised(PixelImage(width: 9, height: 9, channels: 3, filledWith: 200)) == nil)
  }
}
