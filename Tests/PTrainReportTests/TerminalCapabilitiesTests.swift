import PTrainReport
import Testing

@Suite struct TerminalCapabilitiesTests {
  private func capabilities(
    isTerminal: Bool = true, _ variables: [String: String], reportedWidth: Int? = 100
  ) -> TerminalCapabilities {
    TerminalCapabilities(isTerminal: isTerminal, environment: { variables[$0] }, reportedWidth: reportedWidth)
  }

  @Test func filesAndDumbTerminalsGetPlainText() {
    #expect(capabilities(isTerminal: false, ["TERM": "xterm-256color"]) == .plain)
    #expect(capabilities(["TERM": "dumb"]) == .plain)
    #expect(capabilities([:]) == .plain)
  }

  @Test func terminalsSayTheirColours() {
    #expect(capabilities(["TERM": "xterm"]).color == .palette)
    #expect(capabilities(["TERM": "xterm", "COLORTERM": "truecolor"]).color == .full)
    #expect(capabilities(["TERM": "xterm", "COLORTERM": "truecolor", "NO_COLOR": "1"]).color == .none)
    #expect(capabilities(["TERM": "xterm", "NO_COLOR": ""]).color == .palette)
  }

  @Test func noColorStillRedraws() {
    #expect(capabilities(["TERM": "xterm", "NO_COLOR": "1"]).redraws)
  }

  @Test func theFirstLocaleVariableThatIsSetDecides() {
    #expect(capabilities(["TERM": "xterm"]).unicode)
    #expect(capabilities(["TERM": "xterm", "LANG": "de_DE.utf8"]).unicode)
    #expect(!capabilities(["TERM": "xterm", "LC_ALL": "C", "LANG": "de_DE.UTF-8"]).unicode)
    #expect(!capabilities(["TERM": "linux", "LANG": "C.UTF-8"]).unicode)
  }

  @Test func widthComesFromTheTerminalThenColumnsThen80() {
    #expect(capabilities(["TERM": "xterm", "COLUMNS": "60"]).width == 100)
    #expect(capabilities(["TERM": "xterm", "COLUMNS": "60"], reportedWidth: 0).width == 60)
    #expect(capabilities(["TERM": "xterm", "COLUMNS": "-3"], reportedWidth: nil).width == 80)
  }
}
