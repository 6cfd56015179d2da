import Foundation
import PTrainReport
import PTrainTraining
import Testing

@Suite struct RunEventsTests {
  private func decoded(_ line: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
  }

  @Test func epochEventsAreAsDocumented() {
    #expect(
      RunEvents.epoch(Samples.epoch())
        == #"{"event":"epoch","epoch":3,"loss":0.23116,"accuracy":0.93411,"val_loss":0.25,"val_accuracy":0.928,"#
        + #""train_seconds":0.0625,"epoch_seconds":0.075,"samples_per_second":672000.0,"data_wait_seconds":0.0005,"#
        + #""compute_share":0.9,"data_wait_share":0.025,"reduction_wait_share":0.075}"#)
  }

  @Test func withoutValidationItsMembersAreNull() throws {
    let object = try decoded(RunEvents.epoch(Samples.epoch(validation: nil)))
    #expect(object["val_loss"] is NSNull && object["val_accuracy"] is NSNull)
    #expect(object["epoch"] as? Int == 3)
  }

  @Test func testAndEndEventsAreAsDocumented() throws {
    #expect(
      RunEvents.test(Evaluation(loss: 0.189, accuracy: 0.9452))
        == #"{"event":"test","test_loss":0.189,"test_accuracy":0.9452}"#)
    #expect(
      RunEvents.end(try Samples.outcome())
        == #"{"event":"end","checkpoint":"runs/1/ckpt.zst","parameters_sha256":"#
        + #""0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef","wall_seconds":0.75,"peak_memory_bytes":68000000}"#
    )
  }

  @Test func predictionsDecodeToTheSameValues() throws {
    let object = try decoded(
      RunEvents.prediction(index: 20, predicted: 1, label: 2, probabilities: [1e-9, 0.75, 0.25, .nan]))
    #expect(object["class"] as? Int == 1 && object["label"] as? Int == 2 && object["index"] as? Int == 20)
    let probabilities = try #require(object["probabilities"] as? [Any])
    #expect(probabilities.count == 4 && probabilities[3] is NSNull)
    #expect((probabilities[0] as? Double).map { Float($0) } == 1e-9)
  }

  @Test func numbersThatJSONHasNotBecomeNull() throws {
    let object = try decoded(RunEvents.test(Evaluation(loss: .infinity, accuracy: .nan)))
    #expect(object["test_loss"] is NSNull && object["test_accuracy"] is NSNull)
  }

  @Test func anyTextSurvivesQuoting() throws {
    let text = "a\"b\\c\n\t\r\u{1}\u{1F}é🙂/"
    var line = JSONLine()
    line.add("text", text)
    line.add("k\"", 1)
    #expect(!line.text.contains("\n"))
    let object = try decoded(line.text)
    #expect(object["text"] as? String == text && object["k\""] as? Int == 1)
  }

  @Test func historyHoldsOneLineAnEpoch() {
    var history = History()
    history.append(Samples.epoch(0))
    history.append(Samples.epoch(1))
    #expect(
      RunEvents.historyFile(history) == RunEvents.epoch(Samples.epoch(0)) + "\n" + RunEvents.epoch(Samples.epoch(1))
        + "\n")
  }
}
