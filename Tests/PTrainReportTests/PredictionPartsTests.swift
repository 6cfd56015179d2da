import PTrainCore
import PTrainTraining
import Testing

@testable import PTrainReport

@Suite struct PredictionPartsTests {
  private func predictions(_ pairs: [(label: Int, predicted: Int)]) -> [SamplePrediction] {
    pairs.enumerated().map { index, pair in
      SamplePrediction(index: index, label: pair.label, predicted: pair.predicted, output: Float(index % 7) / 7)
    }
  }

  @Test func confusionsAreCountedByLabelThenPrediction() {
    let matrix = ConfusionMatrix(predictions([(0, 0), (0, 1), (0, 1), (2, 0)]), classCount: 3)
    #expect(matrix.counts == [[1, 2, 0], [0, 0, 0], [1, 0, 0]])
    let text = matrix.markup.text
    #expect(text.ranges(of: "<tr>").count == 4 && text.ranges(of: "scope=\"row\"").count == 3)
    #expect(text.contains("<td class=\"miss\" style=\"--share: 0.61\">2</td>"))
    #expect(text.contains("<td>33.3 %</td>") && text.contains("<td>none</td>"))
  }

  @Test func manyClassesShowTheirMostFrequentConfusions() {
    let matrix = ConfusionMatrix(predictions([(3, 5), (3, 5), (3, 5), (4, 4), (9, 1), (0, 2)]), classCount: 100)
    let rows = matrix.markup.text.split(separator: "\n").filter { $0.hasPrefix("<tr><td>") }
    #expect(
      rows.map { $0.split(separator: "<td>").last.map(String.init) ?? "" }.count == 3
        && rows[0] == "<tr><td>3</td><td>5</td><td class=\"number\">3</td></tr>"
        && rows[1].hasPrefix("<tr><td>0</td><td>2</td>") && rows[2].hasPrefix("<tr><td>9</td><td>1</td>"))
  }

  @Test func theSurestMistakesComeFirst() throws {
    let all = predictions((0..<100).map { ($0 % 3, $0 % 3 == 1 ? 0 : $0 % 3) })
    let wrong = WrongSamples(of: all, shape: try Shape([2, 2])) { [UInt8($0), 0, 0, 255] }
    #expect(wrong.count == 33 && wrong.shown.count == 33)
    #expect(wrong.shown.first?.prediction.index == 13)
    #expect(zip(wrong.shown, wrong.shown.dropFirst()).allSatisfy { $0.prediction.output >= $1.prediction.output })
    let text = wrong.markup.text
    #expect(text.ranges(of: "<img src=\"data:image/png;base64,iVBORw0KGgo").count == 33)
    #expect(text.contains("alt=\"sample 13 of class 1\"") && text.contains("is 1, taken for 0"))
  }

  @Test func noMoreThanASheetIsShown() throws {
    let all = predictions([(label: Int, predicted: Int)](repeating: (0, 1), count: 200))
    var read = 0
    let wrong = WrongSamples(of: all, shape: try Shape([1, 1])) { _ in
      read += 1
      return [0]
    }
    #expect(wrong.count == 200 && wrong.shown.count == WrongSamples.mostShown && read == WrongSamples.mostShown)
    #expect(wrong.markup.text.contains("200 test samples were told wrong; shown are the 60 of which"))
  }

  @Test(arguments: [[4], [2, 1, 2], [1, 2, 2, 1], [4, 1, 1, 1]])
  func samplesThatAreNoPictureAreTold(dimensions: [Int]) throws {
    let wrong = WrongSamples(of: predictions([(0, 1)]), shape: try Shape(dimensions)) { _ in [0, 0, 0, 0] }
    #expect(!wrong.markup.text.contains("<img") && wrong.markup.text.contains("taken for 1"))
    let none = WrongSamples(of: predictions([(1, 1)]), shape: try Shape(dimensions)) { _ in [] }
    #expect(none.markup.text.contains("None"))
  }
}
