// Environments stepped many at a time, in double precision, with the same bits as one at a time.

#ifndef LABBOOK_ENVIRONMENT_KERNELS_H
#define LABBOOK_ENVIRONMENT_KERNELS_H

#include <stddef.h>
#include <stdint.h>

/// How an episode stands after a step.
enum {
  lb_ending_none = 0,
  lb_ending_terminated = 1,
  lb_ending_truncated = 2,
};

/// Elements behind the last lane that a kernel may read: lanes are stepped eight at a time.
enum { lb_lane_padding = 7 };

/// What `lb_cart_pole_step` finds wrong.
enum {
  lb_lane_has_no_episode = 1,
  lb_lane_has_wrong_action = 2,
};

/// sin(x) and cos(x) for `count` numbers: the bits of `lb_sin` and `lb_cos`. Outputs may not overlap inputs.
void lb_sin_cos_f64(size_t count, const double *x, double *sine, double *cosine);

/// Takes one step of CartPole in the lanes first..<first + count.
///
/// `actions` and `endings` have an element for each of these lanes; the other arrays hold all lanes. All but
/// `actions` have `lb_lane_padding` elements more than they need: those of `endings` are overwritten, the others
/// kept. `clock` is the number of steps of an episode under way, or the complement of it (negative) after the
/// end. An ending is one of `lb_ending_…`.
///
/// Returns 0, or which of `lb_lane_has_…` some lane has; its state is then worth nothing.
int lb_cart_pole_step(
    size_t first, size_t count, int32_t step_limit, const ptrdiff_t *actions, double *position,
    double *velocity, double *angle, double *angular_velocity, int32_t *clock, uint8_t *endings);

/// Writes position, velocity, angle and angular velocity of the lanes first..<first + count, rounded to single
/// precision: [count, 4] from out[offset] on.
void lb_cart_pole_observations(
    size_t first, size_t count, const double *position, const double *velocity, const double *angle,
    const double *angular_velocity, size_t offset, float *out);

#endif
