extension EvaluateCommand {
  package func run() throws {
    throw InternalError.notConnected(command: "evaluate")
  }
}
