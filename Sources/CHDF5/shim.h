#include <hdf5/serial/hdf5.h>

// The library is loaded while the program runs, so its functions are called through pointers. Their types are
// taken from the header: a version with other parameters doesn't compile instead of crashing.
#define PTRAIN_HDF5(name) typedef __typeof__(&name) name##_function

PTRAIN_HDF5(H5open);
PTRAIN_HDF5(H5Eset_auto2);
PTRAIN_HDF5(H5Pcreate);
PTRAIN_HDF5(H5Pclose);
PTRAIN_HDF5(H5Pset_fapl_core);
PTRAIN_HDF5(H5Pset_obj_track_times);
PTRAIN_HDF5(H5Fcreate);
PTRAIN_HDF5(H5Fflush);
PTRAIN_HDF5(H5Fget_file_image);
PTRAIN_HDF5(H5Fclose);
PTRAIN_HDF5(H5Gcreate2);
PTRAIN_HDF5(H5Gclose);
PTRAIN_HDF5(H5Tcopy);
PTRAIN_HDF5(H5Tset_size);
PTRAIN_HDF5(H5Tset_cset);
PTRAIN_HDF5(H5Tclose);
PTRAIN_HDF5(H5Screate);
PTRAIN_HDF5(H5Screate_simple);
PTRAIN_HDF5(H5Sclose);
PTRAIN_HDF5(H5Acreate2);
PTRAIN_HDF5(H5Awrite);
PTRAIN_HDF5(H5Aclose);
PTRAIN_HDF5(H5Dcreate2);
PTRAIN_HDF5(H5Dwrite);
PTRAIN_HDF5(H5Dclose);

#undef PTRAIN_HDF5
