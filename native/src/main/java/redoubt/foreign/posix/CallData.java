package redoubt.foreign.posix;

import java.util.Arrays;
import java.util.List;

/// What the kernel shows a filter of one system call: `struct seccomp_data` of linux/seccomp.h,
/// little-endian as on both instruction sets.
///
/// @param number the call's number
/// @param auditNumber the instruction set that the call was made with
/// @param arguments six registers
record CallData(int number, int auditNumber, List<Long> arguments) {
    static final int NUMBER_OFFSET = 0;
    static final int ARCHITECTURE_OFFSET = 4;
    private static final int ARGUMENTS_OFFSET = 16;

    static CallData of(int number, int auditNumber, long... arguments) {
        return new CallData(
                number, auditNumber, Arrays.stream(Arrays.copyOf(arguments, 6)).boxed().toList());
    }

    static int lowHalfOffset(int argument) {
        return ARGUMENTS_OFFSET + 8 * argument;
    }

    static int highHalfOffset(int argument) {
        return lowHalfOffset(argument) + 4;
    }

    /// The 32 bits at an offset that a program may load from.
    int word(int offset) {
        if (offset == NUMBER_OFFSET) {
            return number;
        }
        if (offset == ARCHITECTURE_OFFSET) {
            return auditNumber;
        }
        int argument = (offset - ARGUMENTS_OFFSET) / 8;
        if (offset < ARGUMENTS_OFFSET || argument >= arguments.size() || offset % 4 != 0) {
            throw new IllegalArgumentException("no word at offset " + offset);
        }
        long value = arguments.get(argument);
        return offset == lowHalfOffset(argument) ? (int) value : (int) (value >>> 32);
    }
}
