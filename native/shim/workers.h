// The threads that compute with a context, and where they run.
#pragma once

#include <map>
#include <mutex>
#include <sched.h>

#include "ggml-backend.h"
#include "ggml-cpu.h"
#include "llama.h"

// One pool for each number of threads that was asked for. They wait for each other hundreds of times within a token, and
// wait by spinning: two of them on one core take turns by whole time slices, a hundred times slower than on two. The
// kernel puts them there as soon as anything else keeps a core busy. So where they are as many as the cores that this
// process may use, each has a core of its own. With fewer, the kernel has the better view.
class workers {
  public:
    struct pool {
        ggml_threadpool_t threads = nullptr;
        // The core of the thread that calls; -1: any.
        int caller = -1;
    };

    workers() = default;
    workers(const workers &) = delete;
    workers & operator=(const workers &) = delete;
    ~workers();

    // Null where the back end has none.
    pool * of(int32_t threads);

  private:
    std::mutex mutex;
    std::map<int32_t, pool> pools;
};

// Keeps the calling thread on its core for as long as this stands. Threads that it starts at other times run anywhere.
class at_core {
  public:
    explicit at_core(int core);
    at_core(const at_core &) = delete;
    at_core & operator=(const at_core &) = delete;
    ~at_core();

  private:
    bool placed = false;
    cpu_set_t before;
};
