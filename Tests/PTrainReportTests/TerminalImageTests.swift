import PTrainCore
import Testing

@testable import PTrainReport

@Suite struct TerminalImageTests {
  private func terminal(_ color: TerminalCapabilities.Color, width: Int = 80) -> TerminalCapabilities {
    TerminalCapabilities(redraws: true, color: color, unicode: true, width: width)
  }

  private func image(_ pixels: [UInt8], _ shape: [Int]) throws -> TerminalImage {
    try TerminalImage(pixels: pixels, shape: Shape(shape))
  }

  @Test func withoutColoursBrightnessIsARamp() throws {
    #expect(try image([0, 255, 128, 29], [2, 2]).text(terminal: .plain) == "  @@\n==..\n")
  }

  @Test func halfBlocksHoldTwoPixelsEach() throws {
    #expect(
      try image([1, 2, 3, 4, 5, 6], [2, 1, 3]).text(terminal: terminal(.full))
        == "\u{1B}[48;2;4;5;6m\u{1B}[38;2;1;2;3m▀\u{1B}[0m\n")
  }

  @Test func anOddLastRowHasNoBackground() throws {
    #expect(
      try image([9], [1, 1]).text(terminal: terminal(.full)) == "\u{1B}[0m\u{1B}[38;2;9;9;9m▀\u{1B}[0m\n")
  }

  @Test func thePaletteIsUsedWhereColoursAreFew() throws {
    #expect(
      try image([255, 0], [2, 1]).text(terminal: terminal(.palette)) == "\u{1B}[48;5;16m\u{1B}[38;5;231m▀\u{1B}[0m\n")
  }

  @Test(arguments: [
    (SIMD3(0, 0, 0), 16), (SIMD3(255, 255, 255), 231), (SIMD3(8, 8, 8), 232), (SIMD3(238, 238, 238), 255),
    (SIMD3(255, 0, 0), 196), (SIMD3(0, 135, 95), 29), (SIMD3(128, 128, 128), 244),
  ])
  func paletteColoursAreTheNearest(color: SIMD3<Int>, index: Int) {
    #expect(TerminalImage.paletteIndex(color) == index)
  }

  @Test func picturesWiderThanTheTerminalAreReducedByTheMean() throws {
    // 5 × 5 at 3 columns: blocks of 2 × 2, cut off at the edges.
    var pixels = [UInt8](repeating: 0, count: 25)
    pixels[0] = 255
    pixels[1] = 255
    pixels[5] = 255
    pixels[6] = 255
    pixels[24] = 255
    let narrow = TerminalCapabilities(redraws: false, color: .none, unicode: false, width: 7)
    #expect(try image(pixels, [5, 5]).text(terminal: narrow) == "@@    \n      \n    @@\n")
  }

  @Test func linesFitAnyTerminal() throws {
    for width in 1...60 {
      let plain = TerminalCapabilities(redraws: false, color: .none, unicode: false, width: width)
      let text = try image([UInt8](repeating: 200, count: 28 * 28), [28, 28]).text(terminal: plain)
      #expect(text.split(separator: "\n").allSatisfy { $0.count <= max(2, width) }, "width \(width)")
    }
  }

  @Test func channelsOtherThanColoursAreAveraged() throws {
    #expect(try image([0, 255], [1, 1, 2]).text(terminal: .plain) == "==\n")
  }

  @Test(arguments: [[784], [0, 5], [2, 2, 2, 2], []])
  func samplesThatAreNoImagesAreRefused(dimensions: [Int]) throws {
    let shape = try Shape(dimensions)
    #expect(throws: TerminalImageError.notAnImage(shape)) {
      try TerminalImage(pixels: [UInt8](repeating: 0, count: shape.elementCount), shape: shape)
    }
  }
}
