// Calls the kernels of environments in the variant of this processor.

#include "KernelTable.h"

void lb_sin_cos_f64(size_t count, const double *x, double *sine, double *cosine) {
  lb_current_table()->sin_cos(count, x, sine, cosine);
}

int lb_cart_pole_step(
    size_t first, size_t count, int32_t step_limit, const ptrdiff_t *actions, double *position,
    double *velocity, double *angle, double *angular_velocity, int32_t *clock, uint8_t *endings) {
  return lb_current_table()->cart_pole_step(
      first, count, step_limit, actions, position, velocity, angle, angular_velocity, clock, endings);
}

void lb_cart_pole_observations(
    size_t first, size_t count, const double *position, const double *velocity, const double *angle,
    const double *angular_velocity, size_t offset, float *out) {
  lb_current_table()->cart_pole_observations(
      first, count, position, velocity, angle, angular_velocity, out + offset);
}
