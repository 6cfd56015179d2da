#ifndef CMPI_SHIM_H
#define CMPI_SHIM_H

#include <mpi.h>
#include <stdbool.h>
#include <stddef.h>

// Handles and constants are macros and casts that differ between implementations of MPI; Swift sees them through
// these. A struct of one member has its member's layout, so that arrays of it can be passed on.
typedef struct {
  MPI_Datatype value;
} ptrain_mpi_type;

typedef struct {
  MPI_Request value;
} ptrain_mpi_request;

/// Whether MPI allows what ptrain does: several threads, one of which makes all the calls.
static inline bool ptrain_mpi_init(void) {
  int provided = MPI_THREAD_SINGLE;
  MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &provided);
  return provided >= MPI_THREAD_FUNNELED;
}

static inline int ptrain_mpi_rank(void) {
  int rank = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  return rank;
}

static inline int ptrain_mpi_count(void) {
  int count = 0;
  MPI_Comm_size(MPI_COMM_WORLD, &count);
  return count;
}

/// A type that stands for bytes at `addresses`, in this order. To be freed with `ptrain_mpi_free_type`.
static inline ptrain_mpi_type ptrain_mpi_make_type(int count, const int *lengths, const ptrdiff_t *addresses) {
  ptrain_mpi_type type;
  MPI_Type_create_hindexed(count, lengths, (const MPI_Aint *)addresses, MPI_BYTE, &type.value);
  MPI_Type_commit(&type.value);
  return type;
}

static inline void ptrain_mpi_free_type(ptrain_mpi_type *type) { MPI_Type_free(&type->value); }

/// What stands for nothing, with a count of 0. Not to be freed.
static inline ptrain_mpi_type ptrain_mpi_empty_type(void) {
  ptrain_mpi_type type = {MPI_BYTE};
  return type;
}

/// Begins an exchange of everyone with everyone. All arrays have an entry for each rank and stay until it is over.
static inline ptrain_mpi_request ptrain_mpi_post(const int *send_counts, const ptrain_mpi_type *send_types,
                                                 const int *receive_counts, const ptrain_mpi_type *receive_types,
                                                 const int *displacements) {
  ptrain_mpi_request request;
  MPI_Ialltoallw(MPI_BOTTOM, send_counts, displacements, &send_types->value, MPI_BOTTOM, receive_counts, displacements,
                 &receive_types->value, MPI_COMM_WORLD, &request.value);
  return request;
}

/// Whether the exchange is over; moves all exchanges on.
static inline bool ptrain_mpi_test(ptrain_mpi_request *request) {
  int is_over = 0;
  MPI_Test(&request->value, &is_over, MPI_STATUS_IGNORE);
  return is_over != 0;
}

static inline void ptrain_mpi_finalize(void) { MPI_Finalize(); }

static inline void ptrain_mpi_abort(int code) { MPI_Abort(MPI_COMM_WORLD, code); }

#endif
