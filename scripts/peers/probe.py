"""What the host gives at this moment: the rate of a 1024³ sgemm on one thread and on two, as one line of JSON."""

import json
import time

import numpy as np
from threadpoolctl import threadpool_limits

SIZE = 1024
REPEATS = 6


def sgemm_ms(threads):
    """The fastest of some products."""
    left, right = (np.full((SIZE, SIZE), value, np.float32) for value in (0.5, 0.25))
    out = np.empty_like(left)
    best = float("inf")
    with threadpool_limits(threads, user_api="blas"):
        for _ in range(REPEATS):
            start = time.perf_counter()
            np.matmul(left, right, out=out)
            best = min(best, time.perf_counter() - start)
    return best * 1e3


if __name__ == "__main__":
    print(json.dumps({f"sgemm_1024_{threads}_threads_ms": round(sgemm_ms(threads), 3) for threads in (1, 2)}))
