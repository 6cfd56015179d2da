#ifndef CKERNELS_H
#define CKERNELS_H

#include <stddef.h>
#include <stdint.h>

// Elementwise kernels, compiled for several instruction sets; the one that the processor has is chosen
// when the program starts. Products and sums are rounded one by one (no contraction), so that each gives
// the bits of its Swift twin on every processor. Pointers of one call don't overlap unless it says so.

/// output = bytes * scale + offset
void kernel_convert(const uint8_t *bytes, float scale, float offset, float *output, size_t count);

/// output = input < 0 ? 0 : input; `output` may be `input`.
void kernel_relu(const float *input, float *output, size_t count);

/// Bits of the greatest absolute values; NaN is greater than infinity, which is greater than any number.
typedef struct {
  uint32_t output;
  uint32_t delta;
} kernel_magnitudes;

/// delta = output <= 0 ? 0 : delta; the greatest magnitudes of `output` and of the new `delta`.
kernel_magnitudes kernel_relu_backward(const float *output, float *delta, size_t count);

/// The bits of the greatest absolute value, 0 of none; NaN > infinity > numbers.
uint32_t kernel_magnitude(const float *numbers, size_t count);

/// parameters -= rate * gradient
void kernel_sgd(float *parameters, const float *gradient, size_t count, float rate);

/// velocity = velocity * momentum - gradient * rate; parameters += velocity
void kernel_momentum(float *parameters, const float *gradient, float *velocity, size_t count, float rate,
                     float momentum);

/// push = gradient * rate; velocity = velocity * momentum - push; parameters += velocity * momentum - push
void kernel_nesterov(float *parameters, const float *gradient, float *velocity, size_t count, float rate,
                     float momentum);

/// first += (gradient - first) * rest1; second += (gradient * gradient - second) * rest2;
/// parameters -= first * rate / (sqrt(second) + epsilon)
void kernel_adam(float *parameters, const float *gradient, float *first, float *second, size_t count, float rate,
                 float rest1, float rest2, float epsilon);

/// sum = blocks[0] + blocks[stride] + ... of `blockCount` blocks, from left to right; `sum` may be `blocks`.
void kernel_sum(const float *blocks, size_t blockCount, size_t stride, float *sum, size_t count);

#endif
