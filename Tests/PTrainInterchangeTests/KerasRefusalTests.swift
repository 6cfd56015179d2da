import PTrainCore
import PTrainNetwork
import Testing

@testable import PTrainInterchange

/// What is not read, and how that is said.
@Suite struct KerasRefusalTests {
  private func refusal(_ bytes: [UInt8]) -> String? {
    do throws(KerasFileError) {
      _ = try KerasFixtures.read(bytes)
      return nil
    } catch {
      #expect(error.diagnosis.category == .malformedData || error.diagnosis.category == .usage)
      return error.description
    }
  }

  @Test(arguments: [
    ("keras2-lambda.h5", "the layer doubling of type Lambda"),
    ("keras3-lambda.h5", "the layer doubling of type Lambda"),
    ("keras2-convolution.keras", "of type Conv1D"), ("keras3-convolution.keras", "of type Conv1D"),
  ])
  func anUnknownLayerIsNamed(name: String, text: String) throws {
    #expect(refusal(try KerasFixtures.bytes(name))?.contains(text) == true)
  }

  @Test(arguments: [
    ("float16", "not of float32 or float64"), ("integers", "not of float32 or float64"), ("chunked", "in chunks"),
    ("gzip", "with filters"), ("external-storage", "stored in another file"), ("virtual", "as a view of others"),
    ("soft-link", "the soft link kernel"), ("external-link", "external or new-style links"),
    ("wrong-shape", "of shape 3×12"), ("no-kernel", "no dense/kernel"), ("no-model", "without model_config"),
    ("not-json", "that is not JSON"), ("deep-json", "more than 64 levels"),
    ("many-units", "for a model of 13000000000 parameters"), ("newest-layout", "superblock of version"),
  ])
  func eachKindOfForeignStorageIsRefused(name: String, text: String) throws {
    let message = refusal(try KerasFixtures.variation(name))
    #expect(message?.contains(text) == true, "\(message ?? "taken")")
  }

  @Test(arguments: [
    (#"{"class_name":"ReLU","config":{"name":"r","max_value":6.0}}"#, "max_value 6.0 in the layer r"),
    (#"{"class_name":"ReLU","config":{"name":"r","negative_slope":0.1}}"#, "negative_slope"),
    (#"{"class_name":"Softmax","config":{"name":"s","axis":2}}"#, "axis 2.0"),
    (#"{"class_name":"Flatten","config":{"name":"f","data_format":"channels_first"}}"#, "channels_first"),
    (#"{"class_name":"Dropout","config":{"name":"d","rate":0.1,"noise_shape":[1]}}"#, "noise_shape"),
    (#"{"class_name":"Dropout","config":{"name":"d"}}"#, "without rate"),
    (#"{"class_name":"Activation","config":{"name":"a","activation":"gelu"}}"#, "gelu in the layer a"),
    (#"{"class_name":"Activation","config":{"name":"a","activation":"step"}}"#, "step in the layer a"),
    (#"{"class_name":"Dense","config":{"name":"d","units":1e300}}"#, "without units"),
    (#"{"class_name":"Dense","config":{"name":"d","units":2,"kernel_regularizer":{"l2":1}}}"#, "kernel_regularizer"),
    (#"{"class_name":"Dense","config":{"name":"d","units":2,"dtype":"mixed_float16"}}"#, "dtype mixed_float16"),
    (#"{"config":{}}"#, "without class_name"), ("[]", "without class_name"),
  ])
  func aSettingThatChangesTheOutputsIsRefused(text: String, part: String) throws {
    let description = try JSONValue(parsing: text, called: "layer")
    let error = #expect(throws: KerasFileError.self) { try KerasLayer(description).layer() }
    #expect(error?.description.contains(part) == true, "\(error?.description ?? "")")
  }

  private static let input = #"{"class_name":"InputLayer","config":{"name":"i","batch_shape":[null,2]}}"#
  private static let dense = #"{"class_name":"Dense","config":{"name":"d","units":2}}"#

  @Test(arguments: [
    (#"{"class_name":"Sequential","config":{"layers":[\#(dense)]}}"#, "what shape its samples have"),
    (#"{"class_name":"Sequential","config":{"layers":[]}}"#, "without layers"),
    (#"{"class_name":"Sequential","config":{"layers":[\#(input),\#(input)]}}"#, "several inputs"),
    (#"{"class_name":"Sequential","config":{"build_input_shape":[null,null],"layers":[\#(dense)]}}"#, "not fixed"),
    (#"{"class_name":"Mine","config":{"layers":[\#(input)]}}"#, "a model of type Mine"),
    (#"{"class_name":"Functional","config":{"layers":[\#(input),\#(dense)]}}"#, "with other inputs"),
    ("7", "without class_name"),
  ])
  func aModelThatIsNoChainOfFixedShapeIsRefused(text: String, part: String) throws {
    let description = try JSONValue(parsing: text, called: "model_config")
    let error = #expect(throws: KerasFileError.self) { try KerasArchitecture(description) }
    #expect(error?.description.contains(part) == true, "\(error?.description ?? "")")
  }

  @Test func theInputShapeMayStandInFourPlaces() throws {
    let dense = Self.dense
    for text in [
      #"{"class_name":"Sequential","config":{"layers":[\#(Self.input),\#(dense)]}}"#,
      #"{"class_name":"Sequential","config":{"build_input_shape":[null,2],"layers":[\#(dense)]}}"#,
      #"{"class_name":"Sequential","build_config":{"input_shape":[null,2]},"config":{"layers":[\#(dense)]}}"#,
      #"{"class_name":"Sequential","config":{"layers":[{"class_name":"Dense","config":{"name":"d","units":2,"batch_input_shape":[null,2]}}]}}"#,
    ] {
      let description = try JSONValue(parsing: text, called: "model_config")
      #expect(try KerasArchitecture(description).model == Sequential(inputShape: [2]) { Dense(2) })
    }
  }

  @Test func missingLibraryNamesThePackageToInstall() throws {
    let error = #expect(throws: SharedLibraryError.self) { try SharedLibrary(firstOf: "libnone.so.1", "libnone.so.2") }
    let diagnosis = KerasFileError.libraryMissing(try #require(error)).diagnosis
    #expect(diagnosis.category == .unavailable && diagnosis.description.contains("apt-get install libhdf5-dev"))
    #expect(throws: SharedLibraryError.symbolMissing(library: "libm.so.6", symbol: "H5Pcreate")) {
      try HDF5Library(SharedLibrary(firstOf: "libnone.so.1", "libm.so.6"))
    }
  }
}
