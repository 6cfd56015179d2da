import ArgumentParser
import Glibc
import PTrainCore

/// The `ptrain` command as a library: arguments in; text and an exit code out.
public enum CommandLineTool {
  /// Runs the process's own arguments and ends it.
  public static func main() -> Never {
    // A reader that leaves (`| head -1`) must not end a training; see ``StandardStream/write(_:)``.
    signal(SIGPIPE, SIG_IGN)
    StandardStream.occupyClosed()
    exit(run(Array(CommandLine.arguments.dropFirst())))
  }

  /// Runs one command.
  ///
  /// - Parameters:
  ///   - arguments: without the program's name.
  ///   - output: receives help and version, whole lines.
  ///   - errorOutput: receives an error's line.
  /// - Returns: the exit code: 0, or an error's, see ``Diagnosis/Category``.
  package static func run(
    _ arguments: [String], output: (String) -> Void = StandardStream.output.write,
    errorOutput: (String) -> Void = StandardStream.error.write
  ) -> Int32 {
    switch parse(arguments) {
    case .command(var command): return run(&command, output: output, errorOutput: errorOutput)
    case .text(let text):
      output(text)
      return 0
    case .refused(let diagnosis):
      errorOutput(line(diagnosis.description))
      return diagnosis.category.rawValue
    }
  }

  /// What a command line asks for.
  package enum Request {
    case command(any ParsableCommand)
    /// Help, or the version.
    case text(String)
    case refused(Diagnosis)
  }

  /// Understands a command line, and does nothing yet.
  package static func parse(_ arguments: [String]) -> Request {
    do {
      return .command(try RootCommand.parseAsRoot(arguments))
    } catch {
      guard RootCommand.exitCode(for: error) != .success else {
        return .text(RootCommand.fullMessage(for: error) + "\n")
      }
      return .refused(
        UsageDiagnosis.diagnosis(
          message: RootCommand.message(for: error), fullMessage: RootCommand.fullMessage(for: error)))
    }
  }

  private static func run(
    _ command: inout any ParsableCommand, output: (String) -> Void, errorOutput: (String) -> Void
  ) -> Int32 {
    do {
      try command.run()
      return 0
    } catch let error as any DiagnosableError {
      errorOutput(line(error.diagnosis.description))
      return error.diagnosis.category.rawValue
    } catch let end as QuietEnd {
      return end.exitCode
    } catch let stop as StoppedBySignal {
      errorOutput("ptrain: \(stop.message)\n")
      return stop.exitCode
    } catch  where RootCommand.exitCode(for: error) == .success {
      // What a command without a body of its own throws: a request for its help.
      output(RootCommand.fullMessage(for: error) + "\n")
      return 0
    } catch {
      errorOutput(line("internal error: \(error)".replacing("\n", with: " ")))
      return InternalError.exitCode
    }
  }

  private static func line(_ message: String) -> String { "ptrain: error: \(message)\n" }
}
