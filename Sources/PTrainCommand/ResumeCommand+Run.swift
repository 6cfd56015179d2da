extension ResumeCommand {
  package func run() throws {
    throw InternalError.notConnected(command: "resume")
  }
}
