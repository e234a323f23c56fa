package redoubt.foreign.posix;

/// One instruction of a kernel filter program in classic BPF, the form that seccomp takes. Only the
/// five operations that the seal uses can be made. Source: linux/filter.h, linux/bpf_common.h.
///
/// @param operation what it does
/// @param whenTrue instructions to skip when a comparison holds, 0 to 255
/// @param whenFalse instructions to skip when it does not, 0 to 255
/// @param operand offset to load from, value to compare with, or action to return
record FilterInstruction(Operation operation, int whenTrue, int whenFalse, int operand) {
    FilterInstruction {
        if (whenTrue < 0 || whenTrue > 255 || whenFalse < 0 || whenFalse > 255) {
            throw new IllegalArgumentException("a jump skips 0 to 255 instructions");
        }
    }

    enum Operation {
        /// Loads 32 bits of the call's data into the accumulator.
        LOAD(0x20),
        JUMP_IF_EQUAL(0x15),
        /// Compares unsigned.
        JUMP_IF_GREATER(0x25),
        /// Jumps when accumulator and operand share a bit.
        JUMP_IF_ANY_BIT(0x45),
        RETURN(0x06);

        private final int code;

        Operation(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }
    }

    static FilterInstruction load(int offset) {
        return new FilterInstruction(Operation.LOAD, 0, 0, offset);
    }

    static FilterInstruction skip(Operation comparison, int value, int whenTrue, int whenFalse) {
        return new FilterInstruction(comparison, whenTrue, whenFalse, value);
    }

    static FilterInstruction answer(int action) {
        return new FilterInstruction(Operation.RETURN, 0, 0, action);
    }
}
