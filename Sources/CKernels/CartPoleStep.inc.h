// The dynamics of CartPole, eight lanes at once: the source of every variant.
//
// The operations of Environments/CartPole.swift in the same order, so that the bits are the same.

typedef int32_t i32x8 __attribute__((ext_vector_type(8)));
typedef uint8_t u8x8 __attribute__((ext_vector_type(8)));
typedef float f32x8 __attribute__((ext_vector_type(8)));

/// Steps the lanes among eight whose element of `live` is all ones; returns problems as `lb_cart_pole_step` does.
LB_INLINE int cart_pole_step8(
    int32_t step_limit, i64x8 action, i32x8 live, double *position, double *velocity,
    double *angle, double *angular_velocity, int32_t *clock, uint8_t *endings) {
  i32x8 old_steps;
  __builtin_memcpy(&old_steps, clock, sizeof old_steps);
  const i64x8 is_live = __builtin_convertvector(live, i64x8);
  const int has_wrong_action = __builtin_reduce_or(action & ~(int64_t)1) != 0;
  const int has_no_episode = __builtin_reduce_or(old_steps & live) < 0;

  const double gravity = 9.8;
  const double pole_mass = 0.1;
  const double total_mass = 1.1;
  const double half_length = 0.5;
  const double time_step = 0.02;
  const double pole_mass_length = pole_mass * half_length;
  const f64x8 force = select8(action != 0, (f64x8)10.0, (f64x8)-10.0);
  const f64x8 x = load8(position), v = load8(velocity), a = load8(angle), w = load8(angular_velocity);
  f64x8 sine, cosine;
  sin_cos8(a, &sine, &cosine);
  const f64x8 pull = (force + pole_mass_length * (w * w) * sine) / total_mass;
  const f64x8 angular_acceleration =
      (gravity * sine - cosine * pull) /
      (half_length * (4.0 / 3.0 - pole_mass * (cosine * cosine) / total_mass));
  const f64x8 acceleration =
      pull - pole_mass_length * angular_acceleration * cosine / total_mass;
  const f64x8 new_x = x + time_step * v;
  const f64x8 new_a = a + time_step * w;
  store8(position, select8(is_live, new_x, x));
  store8(velocity, select8(is_live, v + time_step * acceleration, v));
  store8(angle, select8(is_live, new_a, a));
  store8(angular_velocity, select8(is_live, w + time_step * angular_acceleration, w));

  const double angle_limit = 12 * 2 * 0x1.921fb54442d18p+1 / 360;
  const i64x8 sign = 0x7fffffffffffffff;
  const i64x8 is_out =
      ((f64x8)((i64x8)new_x & sign) > 2.4) | ((f64x8)((i64x8)new_a & sign) > angle_limit);
  const i32x8 terminates = __builtin_convertvector(is_out, i32x8);
  const i32x8 steps = old_steps + 1;
  const i32x8 is_last = steps >= step_limit;
  // The complement where the episode has ended.
  const i32x8 new_steps = ((steps ^ (terminates | is_last)) & live) | (old_steps & ~live);
  const u8x8 codes = __builtin_convertvector(
      (terminates & lb_ending_terminated) | (~terminates & is_last & lb_ending_truncated), u8x8);
  __builtin_memcpy(clock, &new_steps, sizeof new_steps);
  __builtin_memcpy(endings, &codes, sizeof codes);
  return has_no_episode | has_wrong_action << 1;
}

LB_NOINLINE static int cart_pole_step_f64(
    size_t first, size_t count, int32_t step_limit, const ptrdiff_t *actions, double *position,
    double *velocity, double *angle, double *angular_velocity, int32_t *clock, uint8_t *endings) {
  position += first;
  velocity += first;
  angle += first;
  angular_velocity += first;
  clock += first;
  int problems = 0;
  size_t i = 0;
  i64x8 action = 0;
  for (; i + 8 <= count; i += 8) {
    __builtin_memcpy(&action, actions + i, sizeof action);
    problems |= cart_pole_step8(
        step_limit, action, (i32x8)-1, position + i, velocity + i, angle + i, angular_velocity + i,
        clock + i, endings + i);
  }
  const size_t rest = count - i;
  if (rest == 0) return problems;
  action = 0;
  i32x8 live = 0;
  for (size_t lane = 0; lane < rest; lane++) {
    action[lane] = actions[i + lane];
    live[lane] = -1;
  }
  return problems | cart_pole_step8(
                        step_limit, action, live, position + i, velocity + i, angle + i,
                        angular_velocity + i, clock + i, endings + i);
}

LB_NOINLINE static void cart_pole_observations_f64(
    size_t first, size_t count, const double *position, const double *velocity, const double *angle,
    const double *angular_velocity, float *out) {
  for (size_t i = 0; i < count; i++) {
    out[4 * i] = (float)position[first + i];
    out[4 * i + 1] = (float)velocity[first + i];
    out[4 * i + 2] = (float)angle[first + i];
    out[4 * i + 3] = (float)angular_velocity[first + i];
  }
}
