import Foundation
import Testing

/// `ptrain plot`, and the curves at the end of a run, with gnuplot and without.
@Suite struct PlotProcessTests {
  private let data: TrainingData

  init() throws { data = try TrainingData() }

  /// The binary where no program can be found.
  private func bare(_ arguments: [String]) throws -> Invocation {
    try Invocation("/usr/bin/env", ["PATH=/nonexistent", Invocation.binary.path] + arguments)
  }

  @Test func aRunEndsWithItsCurves() throws {
    let run = try data.train("run", "--epochs", "2")
    #expect(run.errorOutput.isEmpty)
    let files = try data.files("run")
    #expect(files["curves.png"]?.starts(with: [0x89, 0x50, 0x4E, 0x47]) == true)
    #expect(String(decoding: files["curves.svg"] ?? Data(), as: UTF8.self).contains("loss (nats)"))
  }

  @Test func withoutGnuplotARunIsUnharmed() throws {
    let call = try bare(["--data", data.set, "--epochs", "2", "--out", data.folder.file("run"), "--json"])
    #expect(call.code == 0 && call.output.contains("\"event\":\"end\""))
    #expect(call.errorOutput.hasPrefix("ptrain: note: no curves are drawn: found no gnuplot"))
    #expect(call.errorOutput.hasSuffix("apt-get install gnuplot-nox\n"))
    #expect(call.errorOutput.filter(\.isNewline).count == 1)
    #expect(try data.historyEpochs("run") == [1, 2])
    let plot = try bare(["plot", data.folder.file("run")])
    #expect(plot.isRefusal(69, "apt-get install gnuplot-nox"))
  }

  @Test func runsAreComparedInTheFilesThatAreNamed() throws {
    _ = try data.train("a", "--epochs", "2", "--no-plot")
    _ = try data.train("b", "--epochs", "3", "--no-plot", "--validation-split", "0")
    let file = data.folder.file("both.svg")
    let runs = ["plot", data.folder.file("a"), data.folder.file("b")]
    #expect(try Invocation(binary: runs + ["-o", file]) == Invocation(code: 0, output: "curves  \(file)\n"))
    let text = try String(contentsOfFile: file, encoding: .utf8)
    // Names of this length are cut short from the left.
    for name in ["/a, training", "/a, validation", "/b, training"] { #expect(text.contains(name), "\(name)") }
    #expect(!text.contains("/b, validation"))
    #expect(try data.files("a")["curves.svg"] == nil)
  }

  @Test func whatCannotBeDrawnIsRefused() throws {
    _ = try data.train("run", "--epochs", "1", "--no-plot")
    let run = data.folder.file("run")
    #expect(try Invocation(binary: ["plot", run, "-o", "a.pdf"]).isRefusal(64, "'a.pdf' for --output"))
    #expect(try Invocation(binary: ["plot", data.folder.file("none")]).isRefusal(66, "history.jsonl"))
    #expect(try Invocation(binary: ["plot"]).code == 64)
    #expect(
      try Invocation(binary: ["plot"] + [String](repeating: run, count: 9)).isRefusal(64, "9 runs; expected 1 to 8"))
    let nowhere = data.folder.file("no/such/folder/a.png")
    #expect(try Invocation(binary: ["plot", run, "-o", nowhere]).isRefusal(73))
  }
}
