// The public library: `import PTrain` brings the public names of the modules below.
@_exported import PTrainCore
@_exported import PTrainData
@_exported import PTrainNetwork
@_exported import PTrainReport
@_exported import PTrainTraining
