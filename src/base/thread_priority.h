// How a thread shares the processors: those that start runs come at once, those that serve pages
// give way to them.
#pragma once

namespace rota::base {

/// Nice values: 0 is what due work has, 19 the most patient.
inline constexpr int kServingNice = 5;
inline constexpr int kBackgroundNice = 10;

/// Makes the calling thread as patient as that; on Linux each thread has a nice value of its own,
/// which it can raise but not lower again.
void give_way(int nice);

/// For a thread that sleeps much and must run as soon as it is woken: short turns in exchange for
/// early ones, and timed waits that end when they should. Turns need Linux 6.12 or newer; before,
/// a thread that computes may keep a woken one waiting for some milliseconds.
void be_prompt();

}  // namespace rota::base
