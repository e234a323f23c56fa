// Catches what C++ throws and turns it into a sentence in the caller's buffer.
#pragma once

#include <cstdint>
#include <cstring>
#include <exception>
#include <new>
#include <string>

inline void put_error(char * error, int32_t error_size, const char * sentence) {
    if (error != nullptr && error_size > 0) {
        std::strncpy(error, sentence, error_size - 1);
        error[error_size - 1] = 0;
    }
}

template <typename Result, typename Body> Result guarded(Result failed, char * error, int32_t error_size, Body body) {
    try {
        return body();
    } catch (const std::bad_alloc &) {
        put_error(error, error_size, "There is not enough memory.");
    } catch (const std::exception & problem) {
        put_error(error, error_size, problem.what());
    } catch (...) {
        put_error(error, error_size, "llama.cpp failed without saying why.");
    }
    return failed;
}
