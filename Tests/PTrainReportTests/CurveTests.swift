import Foundation
import PTrainCore
import PTrainTraining
import Testing

@testable import PTrainReport

@Suite struct CurveTests {
  private static func curve(_ name: String, epochs: Int = 3, hasValidation: Bool = true) -> RunCurve {
    RunCurve(
      name: name,
      points: (1...epochs).map { epoch in
        let validation = Evaluation(loss: abs(Double(epoch) - 2) + 0.25, accuracy: 0.875)
        return RunCurve.Point(
          epoch: epoch, training: Evaluation(loss: 1 / Double(epoch), accuracy: 0.5),
          validation: hasValidation ? validation : nil)
      })
  }

  private func history(_ text: String) throws -> String {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("ptrain-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: folder.appendingPathComponent("history.jsonl"))
    return folder.path
  }

  @Test func theCurveIsThatOfTheHistory() throws {
    let text = [Samples.epoch(0), Samples.epoch(1, validation: nil)].map { RunEvents.epoch($0) + "\n" }.joined()
    let path = try history(text)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let curve = try RunCurve(run: path)
    #expect(curve.name == path)
    #expect(
      curve.points == [
        .init(
          epoch: 1, training: Samples.epoch().training, validation: Evaluation(loss: 0.25, accuracy: 0.928)),
        .init(epoch: 2, training: Samples.epoch().training, validation: nil),
      ])
    #expect(try RunCurve(run: path + "/history.jsonl").points == curve.points)
  }

  @Test(arguments: [
    "", "{}\n", "no JSON\n", "{\"epoch\":0}\n", "{\"epoch\":2}\n{\"epoch\":2}\n", "{\"epoch\":1,\"loss\":\"1\"}\n",
  ])
  func aHistoryThatIsNoneIsMalformedData(text: String) throws {
    let path = try history(text)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let error = #expect(throws: CurveError.self) { try RunCurve(run: path) }
    #expect(error?.diagnosis.category == .malformedData)
  }

  @Test func theBestEpochHasTheLowestValidationLoss() throws {
    #expect(Self.curve("a").best?.epoch == 2)
    #expect(Self.curve("a", hasValidation: false).best?.epoch == 3)
    let nothing = RunCurve.Point(epoch: 1, training: Evaluation(loss: .nan, accuracy: .nan), validation: nil)
    #expect(RunCurve(name: "a", points: [nothing]).best == nil)
  }

  @Test func theScriptHoldsTheNumbersAndTheAxesTheirUnits() throws {
    let script = try CurveScript([Self.curve("runs/1")], lossUnit: "nats").text(.svg)
    #expect(script.contains("$run0 << EOD\n1 1.0 1.25 50.0 87.5\n2 0.5 0.25 50.0 87.5\n"))
    #expect(script.contains("set ylabel 'loss (nats)'") && script.contains("set y2label 'accuracy (%)'"))
    #expect(script.contains("set xlabel 'epoch'") && script.contains("set terminal svg "))
    #expect(script.contains("from 2, graph 0 to 2, graph 1") && script.contains("axes x1y2"))
    let several = try CurveScript([Self.curve("a"), Self.curve("b")], lossUnit: nil).text(.png)
    #expect(several.contains("set ylabel 'loss'\n") && several.contains("multiplot layout 2,1"))
    #expect(several.contains("'a, training'") && several.contains("'b, validation'"))
  }

  @Test func missingValuesAreGaps() throws {
    let point = RunCurve.Point(epoch: 7, training: Evaluation(loss: .infinity, accuracy: .nan), validation: nil)
    let script = try CurveScript([RunCurve(name: "a", points: [point])], lossUnit: nil).text(.png)
    #expect(script.contains("\n7 NaN NaN NaN NaN\nEOD") && !script.contains("validation'"))
  }

  /// Everything that could end a string or be expanded in it.
  @Test func namesCannotBecomeCommands() throws {
    for name in ["'; system('touch x'); '", "`touch x`", "a\nset output 'x'", "@a {/Symbol b}_c^d\\n", "$run0"] {
      let quoted = CurveScript.quoted(name)
      let inside = quoted.dropFirst().dropLast()
      #expect(quoted.hasPrefix("'") && quoted.hasSuffix("'"))
      #expect(!inside.contains { "'\"`@\\{}$_^&~;\n".contains($0) && $0 != "_" }, "\(quoted)")
    }
    let long = String(repeating: "a/", count: 200) + "end"
    #expect(try CurveScript([Self.curve(long)], lossUnit: nil).text(.png).contains("set title '…"))
  }

  @Test func moreRunsThanColoursAreRefused() {
    for count in [0, 9] {
      let curves = (0..<count).map { Self.curve("\($0)") }
      #expect(throws: CurveError.tooManyRuns(count)) { try CurveScript(curves, lossUnit: nil) }
    }
  }

  @Test func gnuplotDrawsWhatTheScriptSays() throws {
    for curves in [[Self.curve("runs/1")], [Self.curve("it's `x` \"y\""), Self.curve("b", hasValidation: false)]] {
      let script = try CurveScript(curves, lossUnit: "nats")
      let pictures = try Gnuplot.run(CurveScript.Format.allCases.map(script.text))
      #expect(pictures[0].starts(with: [0x89, 0x50, 0x4E, 0x47]))
      let text = String(decoding: pictures[1], as: UTF8.self)
      for label in ["epoch", "loss (nats)", "accuracy (%)"] { #expect(text.contains(">\(label)"), "\(label)") }
    }
    let flat = RunCurve(name: "one", points: [Self.curve("a").points[0]])
    #expect(try !Gnuplot.run(CurveScript([flat], lossUnit: nil).text(.png)).isEmpty)
  }

  @Test func aGnuplotThatFailsSaysWhy() {
    #expect(throws: GnuplotError.missing) { try Gnuplot.run(["plot x\n"], program: "no-such-gnuplot") }
    #expect(GnuplotError.missing.diagnosis.category == .unavailable)
    let error = #expect(throws: GnuplotError.self) { try Gnuplot.run("set terminal nonsense\n") }
    guard case .failed(let message)? = error else { return #expect(Bool(false), "\(String(describing: error))") }
    #expect(message.contains("terminal"))
  }

  @Test func namesOfPicturesTellTheirFormat() throws {
    #expect(try CurveFiles.format("a/b.PNG") == .png && CurveFiles.format("x.svg") == .svg)
    for name in ["png", "a.pdf", "curves", ".png/"] {
      #expect(throws: CurveError.unknownFormat(file: name)) { try CurveFiles.format(name) }
    }
  }
}
