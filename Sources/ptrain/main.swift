import PTrainCommand

CommandLineTool.main()
