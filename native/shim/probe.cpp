// One matrix multiplication on the CPU back end that is loaded, placed as llama.cpp would place a
// model's weights: in the first of the back end's extra buffer types that takes them (repacked, or in
// AMX tiles), else plain. hardware-profiles runs it in a child process to find out which CPU variant
// works on this host, and how fast. It may die of an illegal instruction: that is a result.

#include "ggml.h"
#include "ggml-alloc.h"
#include "ggml-backend.h"
#include "ggml-cpp.h"

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <exception>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

// Enough for the fastest run to find a quiet moment on a busy host; a slow variant has no need of more.
constexpr double repeats_ms_max = 400;

using extra_bufts_t   = ggml_backend_buffer_type_t * (*)(ggml_backend_dev_t);
using set_n_threads_t = void (*)(ggml_backend_t, int);

struct product {
    ggml_context_ptr        weights_context;
    ggml_context_ptr        context;
    ggml_backend_buffer_ptr weights_buffer;
    ggml_backend_buffer_ptr buffer;
    ggml_tensor *           weights     = nullptr;
    ggml_tensor *           activations = nullptr;
    ggml_tensor *           result      = nullptr;
    ggml_cgraph *           graph       = nullptr;
};

ggml_context_ptr new_context() {
    ggml_init_params params = { ggml_tensor_overhead() * 8 + ggml_graph_overhead(), nullptr, true };
    ggml_context_ptr context { ggml_init(params) };
    if (!context) {
        throw std::runtime_error("ggml has no memory for a context");
    }
    return context;
}

// The order of llama.cpp's own list for weights on the CPU, and its own question to the device.
ggml_backend_buffer_type_t placement(ggml_backend_dev_t device, ggml_type type, int64_t columns, int64_t outputs) {
    auto * reg   = ggml_backend_dev_backend_reg(device);
    auto   extra = reinterpret_cast<extra_bufts_t>(ggml_backend_reg_get_proc_address(reg, "ggml_backend_dev_get_extra_bufts"));
    ggml_backend_buffer_type_t * list = extra ? extra(device) : nullptr;
    for (; list && *list; ++list) {
        ggml_context_ptr context = new_context();
        ggml_backend_buffer_ptr empty { ggml_backend_buft_alloc_buffer(*list, 0) };
        ggml_tensor * w  = ggml_new_tensor_2d(context.get(), type, columns, outputs);
        ggml_tensor * x  = ggml_new_tensor_4d(context.get(), GGML_TYPE_F32, columns, 512, 1, 1);
        ggml_tensor * op = ggml_mul_mat(context.get(), w, x);
        w->buffer = empty.get();
        x->buffer = empty.get();
        if (ggml_backend_dev_supports_op(device, op)) {
            return *list;
        }
    }
    return ggml_backend_dev_buffer_type(device);
}

product prepare(ggml_backend_t backend, ggml_type type, int64_t columns, int64_t outputs, int64_t rows) {
    ggml_backend_dev_t device = ggml_backend_get_device(backend);
    product p;
    p.weights_context = new_context();
    p.context         = new_context();
    p.weights         = ggml_new_tensor_2d(p.weights_context.get(), type, columns, outputs);
    p.weights_buffer.reset(ggml_backend_alloc_ctx_tensors_from_buft(p.weights_context.get(), placement(device, type, columns, outputs)));
    p.activations     = ggml_new_tensor_2d(p.context.get(), GGML_TYPE_F32, columns, rows);
    p.result          = ggml_mul_mat(p.context.get(), p.weights, p.activations);
    p.graph           = ggml_new_graph(p.context.get());
    ggml_build_forward_expand(p.graph, p.result);
    p.buffer.reset(ggml_backend_alloc_ctx_tensors(p.context.get(), backend));
    if (!p.weights_buffer || !p.buffer) {
        throw std::runtime_error("ggml has no memory for the matrices");
    }
    ggml_backend_buffer_set_usage(p.weights_buffer.get(), GGML_BACKEND_BUFFER_USAGE_WEIGHTS);
    return p;
}

// Quantises `pattern_rows` rows and repeats them until the matrix is full: making numbers is slow, and
// a matrix must be as large as a model's to be as slow as a model's.
std::vector<uint8_t> quantise(ggml_type type, int64_t columns, int64_t outputs, int64_t pattern_rows, const float * pattern) {
    const size_t row_bytes = ggml_row_size(type, columns);
    std::vector<uint8_t> stored(row_bytes * outputs);
    std::vector<float>   importance(columns, 1.0f);
    ggml_quantize_chunk(type, pattern, stored.data(), 0, pattern_rows, columns, importance.data());
    for (int64_t row = pattern_rows; row < outputs; ++row) {
        memcpy(stored.data() + row * row_bytes, stored.data() + (row % pattern_rows) * row_bytes, row_bytes);
    }
    return stored;
}

void as_stored(ggml_type type, const std::vector<uint8_t> & stored, int64_t elements, float * into) {
    if (type == GGML_TYPE_F32) {
        memcpy(into, stored.data(), elements * sizeof(float));
        return;
    }
    auto to_float = ggml_get_type_traits(type)->to_float;
    if (!to_float) {
        throw std::runtime_error("ggml cannot read this type back");
    }
    to_float(stored.data(), into, elements);
}

void run(ggml_type type, int64_t columns, int64_t outputs, int64_t rows, int64_t pattern_rows, int threads, int repeats,
         const float * pattern, const float * activations, float * stored_pattern, float * products, double * best_ms,
         std::string & place) {
    ggml_backend_dev_t device = ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU);
    if (!device) {
        throw std::runtime_error("no CPU back end is loaded");
    }
    ggml_backend_ptr backend { ggml_backend_dev_init(device, nullptr) };
    if (!backend) {
        throw std::runtime_error("the CPU back end does not start");
    }
    auto set_threads = reinterpret_cast<set_n_threads_t>(
        ggml_backend_reg_get_proc_address(ggml_backend_dev_backend_reg(device), "ggml_backend_set_n_threads"));
    if (set_threads) {
        set_threads(backend.get(), threads);
    }
    product p = prepare(backend.get(), type, columns, outputs, rows);
    place = ggml_backend_buffer_name(p.weights_buffer.get());
    std::vector<uint8_t> stored = quantise(type, columns, outputs, pattern_rows, pattern);
    as_stored(type, stored, columns * pattern_rows, stored_pattern);
    ggml_backend_tensor_set(p.weights, stored.data(), 0, stored.size());
    ggml_backend_tensor_set(p.activations, activations, 0, ggml_nbytes(p.activations));
    *best_ms = 0;
    double total_ms = 0;
    for (int i = 0; i < repeats + 1 && (i < 2 || total_ms < repeats_ms_max); ++i) {
        const auto start = std::chrono::steady_clock::now();
        if (ggml_backend_graph_compute(backend.get(), p.graph) != GGML_STATUS_SUCCESS) {
            throw std::runtime_error("ggml could not compute the product");
        }
        const double ms = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
        total_ms += ms;
        // The first run warms the caches and is not counted.
        if (i == 1 || (i > 1 && ms < *best_ms)) {
            *best_ms = ms;
        }
    }
    ggml_backend_tensor_get(p.result, products, 0, ggml_nbytes(p.result));
}

} // namespace

extern "C" __attribute__((visibility("default")))
// Multiplies `rows` activations of `columns` numbers with `outputs` weight rows, which repeat the
// `pattern_rows` given ones. Fills `stored_pattern` (pattern_rows x columns: the weights as the type
// holds them), `products` (rows x outputs), the best time of `repeats` runs, and where the weights were
// put. Returns 0, or 1 with a sentence in `text`.
int redoubt_probe_product(int type, int64_t columns, int64_t outputs, int64_t rows, int64_t pattern_rows, int threads, int repeats,
                          const float * pattern, const float * activations, float * stored_pattern, float * products,
                          double * best_ms, char * text, size_t text_size) {
    std::string said;
    int         code = 0;
    try {
        if (type < 0 || type >= GGML_TYPE_COUNT || ggml_blck_size(static_cast<ggml_type>(type)) <= 0 ||
            columns <= 0 || columns % ggml_blck_size(static_cast<ggml_type>(type)) != 0 || rows <= 0 || pattern_rows <= 0 ||
            outputs < pattern_rows || threads <= 0 || repeats <= 0) {
            throw std::runtime_error("the matrices have no such shape");
        }
        run(static_cast<ggml_type>(type), columns, outputs, rows, pattern_rows, threads, repeats, pattern, activations,
            stored_pattern, products, best_ms, said);
    } catch (const std::exception & e) {
        said = e.what();
        code = 1;
    } catch (...) {
        said = "an exception without a description";
        code = 1;
    }
    snprintf(text, text_size, "%s", said.c_str());
    return code;
}
