import PTrainCore
import PTrainImages
import PTrainTraining
import Testing

@testable import PTrainReport

@Suite struct PictureTests {
  /// Labels 0, 0, 1, 2; predicted 0, 1, 1, 1.
  private let predictions = Predictions(
    outputs: [0.9, 0.05, 0.05, 0.2, 0.7, 0.1, 0, 1, 0, 0.25, 0.5, 0.25], classCount: 3)
  private let labels: [Int32] = [0, 0, 1, 2]

  private func matrix() throws -> ConfusionMatrix {
    try ConfusionMatrix(predictions, labels: labels) { ["cat", "dog", "owl"][$0] }
  }

  @Test func theMatrixCountsLabelsInRows() throws {
    let matrix = try matrix()
    #expect(matrix.counts == [[1, 1, 0], [0, 1, 0], [0, 1, 0]])
    #expect((0..<3).map(matrix.recall) == [0.5, 1, 0])
    #expect((0..<3).map(matrix.precision) == [1, 1.0 / 3, nil])
    #expect(matrix.accuracy == 0.5 && matrix.sampleCount == 4)
  }

  @Test func theTableHasRecallAndPrecision() throws {
    #expect(
      ConfusionTable.text(try matrix()) == """
                    predicted class
              label    cat    dog    owl  recall %
                cat      1      1      0     50.00
                dog      0      1      0    100.00
                owl      0      1      0      0.00
        precision % 100.00  33.33      -
        accuracy 50.00 % of 4 samples

        """)
  }

  @Test func manyClassesAreListedWithTheirMostFrequentMistakes() {
    var counts = [[Int]](repeating: [Int](repeating: 0, count: 30), count: 30)
    for index in 0..<30 { counts[index][index] = 5 }
    (counts[3][4], counts[9][2]) = (2, 7)
    let text = ConfusionTable.text(ConfusionMatrix(counts: counts, names: (0..<30).map { "c\($0)" }))
    #expect(text.contains("c9 taken for c2: 7\nc3 taken for c4: 2\naccuracy 94.34 %"))
    #expect(text.split(separator: "\n").count == 1 + 30 + 2 + 1)
  }

  @Test func moreClassesThanAPictureHoldsAreRefused() {
    let many = Predictions(outputs: [Float](repeating: 0, count: 257), classCount: 257)
    #expect(throws: PictureError.tooManyClasses(257)) { try ConfusionMatrix(many, labels: [0]) { "\($0)" } }
  }

  @Test(arguments: [1, 3, 10, 100, 256])
  func everySquareOfAConfusionIsDrawn(classCount: Int) {
    var counts = [[Int]](repeating: [Int](repeating: 0, count: classCount), count: classCount)
    for index in 0..<classCount { counts[index][index] = 1 }
    let names = (0..<classCount).map { "class \($0)" }
    let image = ConfusionPicture(ConfusionMatrix(counts: counts, names: names), title: "t").image
    let blue = (0..<(image.width * image.height)).count { pixel in
      Array(image.pixels[(pixel * 3)..<(pixel * 3 + 3)]) == PictureColor.blue
    }
    // A square has 4 × 4 pixels at least; a count may stand in it.
    #expect(blue >= classCount * 8)
    #expect(image.width < 1400 && image.height < 1200)
  }

  @Test func theMostConfidentMistakesComeFirst() {
    #expect(
      Mistake.all(in: predictions, labels: labels) == [
        Mistake(index: 1, label: 0, predicted: 1, probability: 0.7),
        Mistake(index: 3, label: 2, predicted: 1, probability: 0.5),
      ])
    #expect(Mistake.all(in: predictions, labels: [0, 1, 1, 1]).isEmpty)
  }

  @Test func aSheetShowsEverySampleAndItsCaption() throws {
    let shape = try Shape([2, 2])
    let picture = try SampleImage.picture([255, 0, 0, 255], shape: shape)
    let mistake = Mistake(index: 7, label: 0, predicted: 1, probability: 0.5)
    let image = { (count: Int) in
      MistakeSheet(
        title: "", tiles: Array(repeating: (mistake, picture), count: count), name: { "\($0)" }
      ).image
    }
    let ink = { (count: Int) in image(count).pixels.count { $0 < 128 } }
    let (none, one, eleven) = (ink(0), ink(1), ink(11))
    #expect(one > none)
    #expect(eleven - none == 11 * (one - none))
    #expect(image(11).height > image(10).height)
  }

  @Test func samplesThatAreNoImagesAreRefused() throws {
    for dimensions in [[4], [2, 2, 2], [1, 1, 1, 3]] {
      let shape = try Shape(dimensions)
      #expect(throws: PictureError.notAnImage(shape)) { try SampleImage.picture([], shape: shape) }
    }
  }

  @Test func weightsAreBlueBelowZeroAndRedAbove() throws {
    #expect(PictureColor.diverging(-1) == PictureColor.blue && PictureColor.diverging(1) == PictureColor.red)
    #expect(PictureColor.diverging(0) == PictureColor.white && PictureColor.diverging(.nan) == PictureColor.white)
    // One unit of 1 × 2: the largest weight by size has the full colour, in an area of 42 × 42.
    let sheet = try WeightSheet(title: "", units: 1, weights: [-0.5, 0.25], inputShape: Shape([1, 2])).image
    let count = { (color: [UInt8]) in
      (0..<(sheet.width * sheet.height)).count { Array(sheet.pixels[($0 * 3)..<($0 * 3 + 3)]) == color }
    }
    #expect(count(PictureColor.blue) >= 42 * 42 && count(PictureColor.diverging(0.5)) >= 42 * 42)
  }

  @Test func tablesOfPredictionsKeepEveryBit() throws {
    var table = PredictionTable(key: "file", classNames: ["a", "b,\"c\""])
    table.add(key: "x.png", label: "a", [0.1, Float(0.1).nextUp], isRight: false)
    table.add(key: "y.png", label: nil, [1, 0], isRight: nil)
    let text = String(decoding: table.bytes, as: UTF8.self)
    #expect(
      text == """
        file,label,class,p_a,"p_b,""c\"""
        x.png,a,"b,""c\""",0.1,0.10000001
        y.png,,a,1.0,0.0

        """)
    #expect(Float("0.10000001") == Float(0.1).nextUp)
    #expect(table.count == 2 && table.labelledCount == 1 && table.accuracy == 0)
  }
}
