package redoubt.foreign.posix;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/// A whole filter program. Besides giving its bytes to the kernel it can be run here, on a call
/// that is only imagined: that is how tests read the rules, and how a probe knows that it was this
/// filter that refused. Source: linux/seccomp.h, seccomp(2).
record FilterProgram(List<FilterInstruction> instructions) {
    static final int KILL_PROCESS = 0x8000_0000;
    static final int ALLOW = 0x7FFF_0000;
    private static final int ERRNO = 0x0005_0000;
    private static final int ERRNO_MASK = 0xFFFF;

    /// Bytes of one instruction (`struct sock_filter`).
    static final int INSTRUCTION_BYTES = 8;

    /// The kernel takes no longer program (BPF_MAXINSNS).
    static final int INSTRUCTIONS_MAX = 4096;

    FilterProgram {
        instructions = List.copyOf(instructions);
        if (instructions.isEmpty() || instructions.size() > INSTRUCTIONS_MAX) {
            throw new IllegalArgumentException("a program has 1 to " + INSTRUCTIONS_MAX + " steps");
        }
    }

    /// The action that makes a call fail with this error number.
    static int refuse(int errno) {
        return ERRNO | errno;
    }

    /// The error number inside an action, or 0 where the action is not a refusal by number.
    static int errnoOf(int action) {
        return (action & ~ERRNO_MASK) == ERRNO ? action & ERRNO_MASK : 0;
    }

    /// The action that this program returns for a call.
    int run(CallData call) {
        int accumulator = 0;
        for (int at = 0; at < instructions.size(); at++) {
            FilterInstruction step = instructions.get(at);
            int operand = step.operand();
            boolean holds = false;
            switch (step.operation()) {
                case RETURN -> {
                    return operand;
                }
                case LOAD -> accumulator = call.word(operand);
                case JUMP_IF_EQUAL -> holds = accumulator == operand;
                case JUMP_IF_GREATER -> holds = Integer.compareUnsigned(accumulator, operand) > 0;
                case JUMP_IF_ANY_BIT -> holds = (accumulator & operand) != 0;
            }
            at += holds ? step.whenTrue() : step.whenFalse();
        }
        throw new IllegalStateException("the program runs past its end");
    }

    /// The program as the kernel takes it.
    byte[] bytes() {
        ByteBuffer buffer =
                ByteBuffer.allocate(instructions.size() * INSTRUCTION_BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN);
        for (FilterInstruction step : instructions) {
            buffer.putShort((short) step.operation().code())
                    .put((byte) step.whenTrue())
                    .put((byte) step.whenFalse())
                    .putInt(step.operand());
        }
        return buffer.array();
    }

    String sha256() {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes()));
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every Java has SHA-256", impossible);
        }
    }
}
