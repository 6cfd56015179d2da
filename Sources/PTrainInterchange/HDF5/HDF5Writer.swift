import CHDF5

/// Makes HDF5 files in memory, with libhdf5: the same content gives the same bytes, as no times are stored.
struct HDF5Writer {
  private let library: HDF5Library

  /// The bytes of a file whose root group is `root`.
  static func file(_ root: HDF5Group) throws(KerasFileError) -> [UInt8] {
    try HDF5Library.run { library throws(KerasFileError) in try HDF5Writer(library: library).file(root) }
  }

  private func file(_ root: HDF5Group) throws(KerasFileError) -> [UInt8] {
    let access = try created(library.createProperties(library.constants.fileAccess), "H5Pcreate")
    defer { _ = library.closeProperties(access) }
    // Memory grows by a megabyte at a time; nothing is stored under the file's name when it is closed.
    try check(library.storeInMemory(access, 1 << 20, false), "H5Pset_fapl_core")
    let creation = try untimed(library.constants.fileCreation)
    defer { _ = library.closeProperties(creation) }
    // 2: H5F_ACC_TRUNC, a macro that calls a function.
    let file = try created(library.createFile("ptrain", 2, creation, access), "H5Fcreate")
    defer { _ = library.closeFile(file) }
    try write(root, to: file)
    try check(library.flush(file, H5F_SCOPE_GLOBAL), "H5Fflush")
    return try image(of: file)
  }

  private func image(of file: hid_t) throws(KerasFileError) -> [UInt8] {
    let size = library.image(file, nil, 0)
    guard size > 0 else { throw .writing(function: "H5Fget_file_image") }
    var written = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      written = library.image(file, buffer.baseAddress, size)
      count = max(0, written)
    }
    guard written == size else { throw .writing(function: "H5Fget_file_image") }
    return bytes
  }

  private func write(_ group: HDF5Group, to place: hid_t) throws(KerasFileError) {
    for attribute in group.attributes { try write(attribute, to: place) }
    for member in group.members {
      switch member.content {
      case .group(let inner): try write(inner, named: member.name, to: place)
      case .array(let array): try write(array, named: member.name, to: place)
      }
    }
  }

  private func write(_ group: HDF5Group, named name: String, to place: hid_t) throws(KerasFileError) {
    let creation = try untimed(library.constants.groupCreation)
    defer { _ = library.closeProperties(creation) }
    let inner = try created(library.createGroup(place, name, 0, creation, 0), "H5Gcreate")
    defer { _ = library.closeGroup(inner) }
    try write(group, to: inner)
  }

  private func write(_ array: HDF5Array, named name: String, to place: hid_t) throws(KerasFileError) {
    let creation = try untimed(library.constants.datasetCreation)
    defer { _ = library.closeProperties(creation) }
    let space = try space(array.shape)
    defer { _ = library.closeSpace(space) }
    let float = library.constants.float
    let dataset = try created(library.createDataset(place, name, float, space, 0, creation, 0), "H5Dcreate")
    defer { _ = library.closeDataset(dataset) }
    // 0: H5S_ALL and H5P_DEFAULT. Memory is little-endian, as on all CPUs that ptrain runs on.
    try check(
      array.values.withUnsafeBytes { library.writeDataset(dataset, float, 0, 0, 0, $0.baseAddress) }, "H5Dwrite")
  }

  private func write(_ attribute: HDF5GroupAttribute, to place: hid_t) throws(KerasFileError) {
    let type = try created(library.copyType(library.constants.text), "H5Tcopy")
    defer { _ = library.closeType(type) }
    // The largest size stands for a variable one (H5T_VARIABLE).
    try check(library.setTypeSize(type, Int.variable), "H5Tset_size")
    try check(library.setCharacterSet(type, H5T_CSET_UTF8), "H5Tset_cset")
    let texts = attribute.texts
    let space = try attribute.isList ? space([texts.count]) : created(library.createScalar(H5S_SCALAR), "H5Screate")
    defer { _ = library.closeSpace(space) }
    let handle = try created(library.createAttribute(place, attribute.name, type, space, 0, 0), "H5Acreate")
    defer { _ = library.closeAttribute(handle) }
    guard !texts.isEmpty else { return }
    try check(withCStrings(texts) { library.writeAttribute(handle, type, $0) }, "H5Awrite")
  }

  private func space(_ shape: [Int]) throws(KerasFileError) -> hid_t {
    let extents = shape.map { hsize_t($0) }
    return try created(library.createArray(Int32(extents.count), extents, nil), "H5Screate_simple")
  }

  /// Properties of the class `kind` for an object that keeps no times.
  private func untimed(_ kind: hid_t) throws(KerasFileError) -> hid_t {
    let properties = try created(library.createProperties(kind), "H5Pcreate")
    try check(library.trackTimes(properties, false), "H5Pset_obj_track_times")
    return properties
  }

  private func created(_ handle: hid_t, _ function: String) throws(KerasFileError) -> hid_t {
    guard handle >= 0 else { throw .writing(function: function) }
    return handle
  }

  private func check(_ status: Int32, _ function: String) throws(KerasFileError) {
    guard status >= 0 else { throw .writing(function: function) }
  }
}

extension Int {
  /// All bits set: as `size_t`, the size that libhdf5 takes for a variable one.
  fileprivate static let variable = -1
}

/// Calls `body` with an array of pointers to `texts` as C has them.
private func withCStrings(_ texts: [String], _ body: (UnsafeRawPointer?) -> Int32) -> Int32 {
  let content = texts.map { Array($0.utf8CString) }
  let joined = content.flatMap { $0 }
  return joined.withUnsafeBufferPointer { joined in
    var offset = 0
    var pointers: [UnsafePointer<CChar>?] = []
    for text in content {
      pointers.append(joined.baseAddress.map { $0 + offset })
      offset += text.count
    }
    return pointers.withUnsafeBytes { body($0.baseAddress) }
  }
}
