/* Threads that go through one step together. */

#include <omp.h>
#include <sched.h>
#include <stdatomic.h>

#if defined(__x86_64__)
#define PAUSE() __builtin_ia32_pause()
#else
#define PAUSE()
#endif

/* Waiting some hundred times a step must not go through the system, whatever OMP_WAIT_POLICY says. */
typedef struct { atomic_int arrived, turn; } Barrier;

static void meet(Barrier *b) {
    int turn = atomic_load(&b->turn), team = omp_get_num_threads();
    if (atomic_fetch_add(&b->arrived, 1) + 1 == team) {
        atomic_store(&b->arrived, 0);
        atomic_store(&b->turn, turn + 1);
        return;
    }
    for (long tries = 0; atomic_load(&b->turn) == turn; tries++)
        if (tries < 20000) PAUSE();
        else sched_yield(); /* the other's core may be taken */
}
