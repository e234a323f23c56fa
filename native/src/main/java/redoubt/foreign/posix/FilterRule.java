package redoubt.foreign.posix;

import static redoubt.foreign.posix.FilterInstruction.Operation.JUMP_IF_ANY_BIT;
import static redoubt.foreign.posix.FilterInstruction.Operation.JUMP_IF_EQUAL;
import static redoubt.foreign.posix.FilterInstruction.Operation.JUMP_IF_GREATER;

import java.util.ArrayList;
import java.util.List;

/// One thing that a sealed process may not do. Rules only ever refuse: what no rule refuses goes on
/// to the kernel's own checks. A filter sees registers and never what they point to, so a rule can
/// speak of a number or of an address being there, not of what is written at it.
sealed interface FilterRule {
    SystemCall call();

    /// The error number that the caller gets.
    int errno();

    /// Refuses the call, whatever its arguments.
    record Always(SystemCall call, int errno) implements FilterRule {}

    /// Refuses where the low half of an argument has one of these bits.
    record IfAnyBit(SystemCall call, int argument, int bits, int errno) implements FilterRule {}

    /// Refuses where the low half of an argument has none of these bits.
    record UnlessAnyBit(SystemCall call, int argument, int bits, int errno) implements FilterRule {}

    /// Refuses where the low half of an argument is this number.
    record IfEqual(SystemCall call, int argument, int value, int errno) implements FilterRule {}

    /// Refuses where the low half of an argument is another number.
    record UnlessEqual(SystemCall call, int argument, int value, int errno) implements FilterRule {}

    /// Refuses where an argument, all 64 bits of it, is not zero.
    record UnlessZero(SystemCall call, int argument, int errno) implements FilterRule {}

    /// The program of all these rules for one instruction set. A call made with another instruction
    /// set ends the process: its numbers mean other things, and nothing of ours makes one.
    static FilterProgram compile(List<FilterRule> rules, Architecture architecture) {
        List<FilterInstruction> steps = new ArrayList<>();
        steps.add(FilterInstruction.load(CallData.ARCHITECTURE_OFFSET));
        steps.add(FilterInstruction.skip(JUMP_IF_EQUAL, architecture.auditNumber(), 1, 0));
        steps.add(FilterInstruction.answer(FilterProgram.KILL_PROCESS));
        steps.add(FilterInstruction.load(CallData.NUMBER_OFFSET));
        // Also refuses the x32 calls of x86-64, whose numbers have bit 30 set.
        steps.add(FilterInstruction.skip(JUMP_IF_GREATER, SystemCall.NEWEST_REVIEWED, 0, 1));
        steps.add(FilterInstruction.answer(FilterProgram.refuse(Errno.ENOSYS)));
        for (FilterRule rule : rules) {
            int number = rule.call().number(architecture);
            if (number >= 0) {
                List<FilterInstruction> body = body(rule);
                steps.add(FilterInstruction.skip(JUMP_IF_EQUAL, number, 0, body.size()));
                steps.addAll(body);
            }
        }
        steps.add(FilterInstruction.answer(FilterProgram.ALLOW));
        return new FilterProgram(steps);
    }

    private static List<FilterInstruction> body(FilterRule rule) {
        FilterInstruction refuse = FilterInstruction.answer(FilterProgram.refuse(rule.errno()));
        return switch (rule) {
            case Always always -> List.of(refuse);
            case IfAnyBit(var call, var argument, var bits, var errno) ->
                    tested(argument, JUMP_IF_ANY_BIT, bits, 0, 1, refuse);
            case UnlessAnyBit(var call, var argument, var bits, var errno) ->
                    tested(argument, JUMP_IF_ANY_BIT, bits, 1, 0, refuse);
            case IfEqual(var call, var argument, var value, var errno) ->
                    tested(argument, JUMP_IF_EQUAL, value, 0, 1, refuse);
            case UnlessEqual(var call, var argument, var value, var errno) ->
                    tested(argument, JUMP_IF_EQUAL, value, 1, 0, refuse);
            case UnlessZero(var call, var argument, var errno) ->
                    List.of(
                            FilterInstruction.load(CallData.lowHalfOffset(argument)),
                            FilterInstruction.skip(JUMP_IF_EQUAL, 0, 0, 2),
                            FilterInstruction.load(CallData.highHalfOffset(argument)),
                            FilterInstruction.skip(JUMP_IF_EQUAL, 0, 1, 0),
                            refuse,
                            FilterInstruction.load(CallData.NUMBER_OFFSET));
        };
    }

    // The accumulator holds the call's number between rules, so a rule that looked at an argument
    // loads it again on its way out.
    private static List<FilterInstruction> tested(
            int argument,
            FilterInstruction.Operation comparison,
            int value,
            int whenTrue,
            int whenFalse,
            FilterInstruction refuse) {
        return List.of(
                FilterInstruction.load(CallData.lowHalfOffset(argument)),
                FilterInstruction.skip(comparison, value, whenTrue, whenFalse),
                refuse,
                FilterInstruction.load(CallData.NUMBER_OFFSET));
    }
}
