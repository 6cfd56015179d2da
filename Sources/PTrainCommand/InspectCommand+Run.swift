extension InspectCommand {
  package func run() throws {
    throw InternalError.notConnected(command: "inspect")
  }
}
