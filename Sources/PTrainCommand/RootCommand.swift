import ArgumentParser

/// The version of ptrain.
package let ptrainVersion = "0.1.0"

/// `ptrain`: trains unless a subcommand says otherwise.
package struct RootCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "ptrain",
    abstract: "Trains neural networks data-parallel on the cores of this machine.",
    discussion: """
      Example: ptrain --threads 8 --epochs 10 --json

      Without a subcommand, 'ptrain' trains: 'ptrain --threads 8' is 'ptrain train --threads 8'. Its options are \
      listed by 'ptrain train --help'.

      Exit codes: 0 success; 3 loss, gradient or parameters are not finite; 4 no progress for --stall-timeout; 5 a replay gives other bits; 64 usage; 65 malformed data; 66 missing input; 69 a system \
      library is missing; 70 a fault of ptrain itself; 73 can't create a file; 74 reading or writing failed; 75 \
      another process works in the run's folder; 129, 130 and 143 stopped by SIGHUP, SIGINT or SIGTERM, with a \
      checkpoint.
      """,
    version: "ptrain \(ptrainVersion)",
    subcommands: [
      TrainCommand.self, ResumeCommand.self, EvaluateCommand.self, PredictCommand.self, ShowCommand.self,
      PlotCommand.self, SummaryCommand.self, ReportCommand.self, ExportCommand.self, DataCommand.self,
      InspectCommand.self, ReplayCommand.self, BenchCommand.self,
    ],
    defaultSubcommand: TrainCommand.self)

  package init() {}
}
