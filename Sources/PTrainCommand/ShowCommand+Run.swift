extension ShowCommand {
  package func run() throws {
    throw InternalError.notConnected(command: "show")
  }
}
