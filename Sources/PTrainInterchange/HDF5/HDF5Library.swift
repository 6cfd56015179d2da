import CHDF5
import PTrainCore
import Synchronization

/// What is called of libhdf5, which is loaded when it is first asked for: it brings three dozen libraries
/// along, and only writing Keras files needs it.
struct HDF5Library: Sendable {
  let createProperties: H5Pcreate_function
  let closeProperties: H5Pclose_function
  let storeInMemory: H5Pset_fapl_core_function
  let trackTimes: H5Pset_obj_track_times_function
  let createFile: H5Fcreate_function
  let flush: H5Fflush_function
  let image: H5Fget_file_image_function
  let closeFile: H5Fclose_function
  let createGroup: H5Gcreate2_function
  let closeGroup: H5Gclose_function
  let copyType: H5Tcopy_function
  let setTypeSize: H5Tset_size_function
  let setCharacterSet: H5Tset_cset_function
  let closeType: H5Tclose_function
  let createScalar: H5Screate_function
  let createArray: H5Screate_simple_function
  let closeSpace: H5Sclose_function
  let createAttribute: H5Acreate2_function
  let writeAttribute: H5Awrite_function
  let closeAttribute: H5Aclose_function
  let createDataset: H5Dcreate2_function
  let writeDataset: H5Dwrite_function
  let closeDataset: H5Dclose_function
  let constants: Constants

  /// Numbers that the library hands out when it starts.
  struct Constants: Sendable {
    let fileAccess: hid_t
    let fileCreation: hid_t
    let groupCreation: hid_t
    let datasetCreation: hid_t
    let text: hid_t
    /// 32-bit IEEE 754, little-endian.
    let float: hid_t
  }

  /// The library allows one call at a time.
  private static let loaded = Mutex<Result<HDF5Library, KerasFileError>?>(nil)

  /// Runs `body` with the library, while no other thread does.
  static func run<Value>(
    _ body: (HDF5Library) throws(KerasFileError) -> sending Value
  ) throws(KerasFileError) -> sending Value {
    try loaded.withLock { loaded throws(KerasFileError) in
      let result = loaded ?? Result { () throws(KerasFileError) in try HDF5Library() }
      loaded = result
      return try body(result.get())
    }
  }

  /// The names of Debian and Ubuntu (12: 1.10, 13: 1.14), those of others, and that of the developers' package.
  private init() throws(KerasFileError) {
    do throws(SharedLibraryError) {
      try self.init(
        SharedLibrary(
          firstOf: "libhdf5_serial.so.103", "libhdf5_serial.so.310", "libhdf5_serial.so.320", "libhdf5.so.103",
          "libhdf5.so.200", "libhdf5.so.310", "libhdf5.so.320", "libhdf5_serial.so", "libhdf5.so"))
    } catch {
      throw .libraryMissing(error)
    }
  }

  init(_ library: SharedLibrary) throws(SharedLibraryError) {
    createProperties = try library.symbol("H5Pcreate", as: H5Pcreate_function.self)
    closeProperties = try library.symbol("H5Pclose", as: H5Pclose_function.self)
    storeInMemory = try library.symbol("H5Pset_fapl_core", as: H5Pset_fapl_core_function.self)
    trackTimes = try library.symbol("H5Pset_obj_track_times", as: H5Pset_obj_track_times_function.self)
    createFile = try library.symbol("H5Fcreate", as: H5Fcreate_function.self)
    flush = try library.symbol("H5Fflush", as: H5Fflush_function.self)
    image = try library.symbol("H5Fget_file_image", as: H5Fget_file_image_function.self)
    closeFile = try library.symbol("H5Fclose", as: H5Fclose_function.self)
    createGroup = try library.symbol("H5Gcreate2", as: H5Gcreate2_function.self)
    closeGroup = try library.symbol("H5Gclose", as: H5Gclose_function.self)
    copyType = try library.symbol("H5Tcopy", as: H5Tcopy_function.self)
    setTypeSize = try library.symbol("H5Tset_size", as: H5Tset_size_function.self)
    setCharacterSet = try library.symbol("H5Tset_cset", as: H5Tset_cset_function.self)
    closeType = try library.symbol("H5Tclose", as: H5Tclose_function.self)
    createScalar = try library.symbol("H5Screate", as: H5Screate_function.self)
    createArray = try library.symbol("H5Screate_simple", as: H5Screate_simple_function.self)
    closeSpace = try library.symbol("H5Sclose", as: H5Sclose_function.self)
    createAttribute = try library.symbol("H5Acreate2", as: H5Acreate2_function.self)
    writeAttribute = try library.symbol("H5Awrite", as: H5Awrite_function.self)
    closeAttribute = try library.symbol("H5Aclose", as: H5Aclose_function.self)
    createDataset = try library.symbol("H5Dcreate2", as: H5Dcreate2_function.self)
    writeDataset = try library.symbol("H5Dwrite", as: H5Dwrite_function.self)
    closeDataset = try library.symbol("H5Dclose", as: H5Dclose_function.self)
    // Makes the constants, which are 0 or less before.
    _ = try library.symbol("H5open", as: H5open_function.self)()
    // Errors are told by ptrain, not by the library on standard error.
    _ = try library.symbol("H5Eset_auto2", as: H5Eset_auto2_function.self)(0, nil, nil)
    constants = try Constants(library)
  }
}

extension HDF5Library.Constants {
  fileprivate init(_ library: SharedLibrary) throws(SharedLibraryError) {
    fileAccess = try library.variable("H5P_CLS_FILE_ACCESS_ID_g", as: hid_t.self)
    fileCreation = try library.variable("H5P_CLS_FILE_CREATE_ID_g", as: hid_t.self)
    groupCreation = try library.variable("H5P_CLS_GROUP_CREATE_ID_g", as: hid_t.self)
    datasetCreation = try library.variable("H5P_CLS_DATASET_CREATE_ID_g", as: hid_t.self)
    text = try library.variable("H5T_C_S1_g", as: hid_t.self)
    float = try library.variable("H5T_IEEE_F32LE_g", as: hid_t.self)
  }
}
