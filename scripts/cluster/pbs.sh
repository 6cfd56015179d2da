#!/usr/bin/env bash
# An example of an OpenPBS job: ptrain on four machines, one process on each. Submit it with: qsub scripts/cluster/pbs.sh
#
# Build ptrain once before, on a machine like those of the job, in a folder that all of them see: scripts/ptrain --mpi --version
# It needs Open MPI, and the data set: scripts/fetch-mnist
#
#PBS -N ptrain
# Four machines with eight cores each; one process a machine, whose threads share memory.
#PBS -l select=4:ncpus=8:mpiprocs=1:ompthreads=8
#PBS -l place=scatter:excl
#PBS -l walltime=01:00:00
#PBS -j oe
set -euo pipefail

# The folder that the job was submitted from, a checkout of ptrain.
cd "${PBS_O_WORKDIR:-.}"
run=runs/pbs-${PBS_JOBID:-test}

# PBS lists the machines in a file, which mpirun must be told unless Open MPI was built with PBS's library. ssh must
# work between them without a password.
# --bind-to none: Open MPI would otherwise tie each process, with all its threads, to few cores.
# Results depend on --shards, not on machines or threads: as many as there are threads in all is enough.
mpirun --hostfile "${PBS_NODEFILE:?run me with qsub}" --map-by ppr:1:node --bind-to none \
  .build/mpi/release/ptrain train --threads 8 --shards 32 --hidden 2048,2048 --batch-size 1024 --learning-rate 0.1 \
  --checkpoint-every 100 --out "$run"
