extension SummaryCommand {
  package func run() throws {
    throw InternalError.notConnected(command: "summary")
  }
}
