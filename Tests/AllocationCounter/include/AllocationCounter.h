#pragma once

/// How many times this thread has asked for memory since it began.
unsigned long allocation_count(void);
