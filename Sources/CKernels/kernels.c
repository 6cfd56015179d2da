#include "CKernels.h"

#include <string.h>

// The loader picks a clone with code that runs before Thread Sanitizer is ready: none under it.
#if defined(__x86_64__) && !__has_feature(thread_sanitizer)
#define DISPATCHED __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define DISPATCHED
#endif

#pragma STDC FP_CONTRACT OFF

DISPATCHED void kernel_convert(const uint8_t *restrict bytes, float scale, float offset, float *restrict output,
                               size_t count) {
  for (size_t index = 0; index < count; index++) output[index] = (float)bytes[index] * scale + offset;
}

DISPATCHED void kernel_relu(const float *input, float *output, size_t count) {
  for (size_t index = 0; index < count; index++) {
    float x = input[index];
    output[index] = x < 0 ? 0 : x;
  }
}

static inline uint32_t magnitude(float number) {
  uint32_t bits;
  memcpy(&bits, &number, sizeof bits);
  return bits & 0x7FFFFFFF;
}

DISPATCHED kernel_magnitudes kernel_relu_backward(const float *restrict output, float *restrict delta, size_t count) {
  kernel_magnitudes greatest = {0, 0};
  for (size_t index = 0; index < count; index++) {
    float y = output[index];
    float dy = delta[index];
    float dx = y <= 0 ? 0 : dy;
    delta[index] = dx;
    greatest.output = magnitude(y) > greatest.output ? magnitude(y) : greatest.output;
    greatest.delta = magnitude(dx) > greatest.delta ? magnitude(dx) : greatest.delta;
  }
  return greatest;
}

DISPATCHED uint32_t kernel_magnitude(const float *numbers, size_t count) {
  uint32_t greatest = 0;
  for (size_t index = 0; index < count; index++) {
    greatest = magnitude(numbers[index]) > greatest ? magnitude(numbers[index]) : greatest;
  }
  return greatest;
}

DISPATCHED void kernel_sgd(float *restrict parameters, const float *restrict gradient, size_t count, float rate) {
  for (size_t index = 0; index < count; index++) parameters[index] -= rate * gradient[index];
}

DISPATCHED void kernel_momentum(float *restrict parameters, const float *restrict gradient,
                                float *restrict velocity, size_t count, float rate, float momentum) {
  for (size_t index = 0; index < count; index++) {
    float next = velocity[index] * momentum - gradient[index] * rate;
    velocity[index] = next;
    parameters[index] += next;
  }
}

DISPATCHED void kernel_nesterov(float *restrict parameters, const float *restrict gradient,
                                float *restrict velocity, size_t count, float rate, float momentum) {
  for (size_t index = 0; index < count; index++) {
    float push = gradient[index] * rate;
    float next = velocity[index] * momentum - push;
    velocity[index] = next;
    parameters[index] += next * momentum - push;
  }
}

// A vector's square root: the C library's function sets errno, which keeps a loop over it scalar.
typedef float lanes __attribute__((vector_size(64), aligned(4), may_alias));
#define LANES (sizeof(lanes) / sizeof(float))

DISPATCHED void kernel_adam(float *restrict parameters, const float *restrict gradient, float *restrict first,
                            float *restrict second, size_t count, float rate, float rest1, float rest2,
                            float epsilon) {
  size_t index = 0;
  for (; index + LANES <= count; index += LANES) {
    lanes g = *(const lanes *)(gradient + index);
    lanes m = *(lanes *)(first + index);
    lanes v = *(lanes *)(second + index);
    m += (g - m) * rest1;
    v += (g * g - v) * rest2;
    *(lanes *)(first + index) = m;
    *(lanes *)(second + index) = v;
    *(lanes *)(parameters + index) -= m * rate / (__builtin_elementwise_sqrt(v) + epsilon);
  }
  for (; index < count; index++) {
    float g = gradient[index];
    float m = first[index] + (g - first[index]) * rest1;
    float v = second[index] + (g * g - second[index]) * rest2;
    first[index] = m;
    second[index] = v;
    parameters[index] -= m * rate / (__builtin_elementwise_sqrt(v) + epsilon);
  }
}

// Lanes are summed in registers over all blocks, each element from left to right.
DISPATCHED void kernel_sum(const float *blocks, size_t blockCount, size_t stride, float *sum, size_t count) {
  size_t index = 0;
  for (; index + LANES <= count; index += LANES) {
    lanes total = *(const lanes *)(blocks + index);
    for (size_t block = 1; block < blockCount; block++) total += *(const lanes *)(blocks + block * stride + index);
    *(lanes *)(sum + index) = total;
  }
  for (; index < count; index++) {
    float total = blocks[index];
    for (size_t block = 1; block < blockCount; block++) total += blocks[block * stride + index];
    sum[index] = total;
  }
}
