#include "workers.h"

#include <unistd.h>

static ggml_backend_reg_t cpu_registry() {
    ggml_backend_dev_t cpu = ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU);
    return cpu == nullptr ? nullptr : ggml_backend_dev_backend_reg(cpu);
}

template <typename F> static F * cpu_function(const char * name) {
    ggml_backend_reg_t registry = cpu_registry();
    return registry == nullptr ? nullptr : (F *) ggml_backend_reg_get_proc_address(registry, name);
}

// A core of its own for each, if they are as many as there are; the calling thread's is said by what the library did to
// this one.
static void give_cores(ggml_threadpool_params & params) {
    cpu_set_t usable;
    // The first thread of the process: nothing here ever moves that one.
    if (sched_getaffinity(getpid(), sizeof usable, &usable) != 0 || CPU_COUNT(&usable) != params.n_threads) {
        return;
    }
    for (int core = 0; core < CPU_SETSIZE && core < GGML_MAX_N_THREADS; core++) {
        params.cpumask[core] = CPU_ISSET(core, &usable);
    }
    params.strict_cpu = true;
}

static int only_core() {
    cpu_set_t mine;
    if (sched_getaffinity(0, sizeof mine, &mine) == 0 && CPU_COUNT(&mine) == 1) {
        for (int core = 0; core < CPU_SETSIZE; core++) {
            if (CPU_ISSET(core, &mine)) {
                return core;
            }
        }
    }
    return -1;
}

workers::pool * workers::of(int32_t threads) {
    auto * create = cpu_function<decltype(ggml_threadpool_new)>("ggml_threadpool_new");
    if (create == nullptr || threads < 2) {
        return nullptr;
    }
    const std::lock_guard<std::mutex> lock(mutex);
    pool & asked = pools[threads];
    if (asked.threads == nullptr) {
        ggml_threadpool_params params = ggml_threadpool_params_default(threads);
        give_cores(params);
        cpu_set_t before;
        const bool known = sched_getaffinity(0, sizeof before, &before) == 0;
        asked.threads = create(&params);
        asked.caller = params.strict_cpu ? only_core() : -1;
        if (known) {
            sched_setaffinity(0, sizeof before, &before);
        }
    }
    return asked.threads == nullptr ? nullptr : &asked;
}

workers::~workers() {
    auto * end = cpu_function<decltype(ggml_threadpool_free)>("ggml_threadpool_free");
    for (auto & [threads, pool] : pools) {
        if (pool.threads != nullptr) {
            end(pool.threads);
        }
    }
}

at_core::at_core(int core) {
    if (core < 0 || sched_getaffinity(0, sizeof before, &before) != 0) {
        return;
    }
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(core, &one);
    placed = sched_setaffinity(0, sizeof one, &one) == 0;
}

at_core::~at_core() {
    if (placed) {
        sched_setaffinity(0, sizeof before, &before);
    }
}
