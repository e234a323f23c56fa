package redoubt.foreign.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Reads the rules by running the compiled programs on imagined calls, for both instruction sets.
class SealRulesTest {
    private static final int PID = 4711;
    private static final int ALLOW = FilterProgram.ALLOW;
    private static final int EPERM = FilterProgram.refuse(Errno.EPERM);
    private static final int ENOSYS = FilterProgram.refuse(Errno.ENOSYS);

    private static int run(
            List<FilterRule> rules, Architecture on, SystemCall call, long... arguments) {
        int number = call.number(on);
        return FilterRule.compile(rules, on).run(CallData.of(number, on.auditNumber(), arguments));
    }

    @Nested
    class The_engine {
        private final List<FilterRule> rules = SealRules.engine(PID);

        @ParameterizedTest
        @EnumSource(
                value = SystemCall.class,
                names = {
                    "SOCKET",
                    "SOCKETPAIR",
                    "CONNECT",
                    "BIND",
                    "LISTEN",
                    "ACCEPT",
                    "ACCEPT4",
                    "SENDTO",
                    "RECVFROM",
                    "SENDMSG",
                    "RECVMSG",
                    "SENDMMSG",
                    "RECVMMSG",
                    "SETSOCKOPT",
                    "IO_URING_SETUP",
                    "IO_URING_ENTER",
                    "IO_URING_REGISTER",
                    "EXECVE",
                    "EXECVEAT",
                    "PTRACE",
                    "PROCESS_VM_READV",
                    "PROCESS_VM_WRITEV",
                    "PIDFD_OPEN",
                    "PIDFD_GETFD",
                    "BPF",
                    "PERF_EVENT_OPEN",
                    "USERFAULTFD",
                    "MOUNT",
                    "UNSHARE",
                    "SETNS",
                    "KEXEC_LOAD",
                    "INIT_MODULE",
                    "FINIT_MODULE",
                    "KEYCTL",
                    "OPEN_BY_HANDLE_AT",
                    "SHMGET",
                    "MSGSND",
                    "MEMFD_CREATE",
                    "UNLINKAT",
                    "LINKAT"
                })
        void may_not(SystemCall call) {
            for (Architecture on : Architecture.values()) {
                assertEquals(EPERM, run(rules, on, call), call + " on " + on);
                assertEquals(EPERM, run(rules, on, call, -1, -1, -1, -1, -1, -1));
            }
        }

        @ParameterizedTest
        @EnumSource(
                value = SystemCall.class,
                names = {"READ", "WRITE", "GETPID", "IOCTL", "PRCTL", "SECCOMP"})
        void may(SystemCall call) {
            for (Architecture on : Architecture.values()) {
                assertEquals(ALLOW, run(rules, on, call), call + " on " + on);
            }
        }

        @ParameterizedTest
        @EnumSource(Architecture.class)
        void may_start_a_thread_but_no_process(Architecture on) {
            long threadOfGlibc = 0x3D0F00;
            assertEquals(ALLOW, run(rules, on, SystemCall.CLONE, threadOfGlibc));
            assertEquals(EPERM, run(rules, on, SystemCall.CLONE, 17));
            assertEquals(EPERM, run(rules, on, SystemCall.CLONE, 0x4111));
        }

        @ParameterizedTest
        @EnumSource(Architecture.class)
        void learns_that_clone3_and_openat2_do_not_exist(Architecture on) {
            assertEquals(ENOSYS, run(rules, on, SystemCall.CLONE3));
            assertEquals(ENOSYS, run(rules, on, SystemCall.OPENAT2));
        }

        @ParameterizedTest
        @EnumSource(Architecture.class)
        void may_open_a_file_to_read_but_not_to_write(Architecture on) {
            long closeOnExec = 0x80000;
            assertEquals(ALLOW, run(rules, on, SystemCall.OPENAT, -100, 1, closeOnExec));
            for (long flags : new long[] {1, 2, 0x40, 0x200, 0x241, closeOnExec | 1}) {
                assertEquals(EPERM, run(rules, on, SystemCall.OPENAT, -100, 1, flags));
            }
        }

        @ParameterizedTest
        @EnumSource(Architecture.class)
        void may_read_its_limits_but_not_change_them(Architecture on) {
            assertEquals(ALLOW, run(rules, on, SystemCall.PRLIMIT64, 0, 2, 0, 0x7FFF_0000_1000L));
            assertEquals(EPERM, run(rules, on, SystemCall.PRLIMIT64, 0, 2, 0x7FFF_0000_1000L, 0));
            assertEquals(EPERM, run(rules, on, SystemCall.SETRLIMIT, 2, 0x7FFF_0000_1000L));
        }

        @ParameterizedTest
        @EnumSource(Architecture.class)
        void may_signal_itself_only(Architecture on) {
            assertEquals(ALLOW, run(rules, on, SystemCall.KILL, PID, 3));
            assertEquals(ALLOW, run(rules, on, SystemCall.TGKILL, PID, 4712, 12));
            assertEquals(EPERM, run(rules, on, SystemCall.KILL, 1, 9));
            assertEquals(EPERM, run(rules, on, SystemCall.KILL, 0, 9));
            assertEquals(EPERM, run(rules, on, SystemCall.KILL, -1, 9));
            assertEquals(EPERM, run(rules, on, SystemCall.TGKILL, PID + 1, 4712, 12));
        }
    }

    @Nested
    class The_gateway {
        private final List<FilterRule> rules = SealRules.gateway();

        @ParameterizedTest
        @EnumSource(
                value = SystemCall.class,
                names = {
                    "SOCKET",
                    "SOCKETPAIR",
                    "CONNECT",
                    "BIND",
                    "LISTEN",
                    "SENDMSG",
                    "SENDMMSG",
                    "IO_URING_SETUP",
                    "IO_URING_ENTER",
                    "IO_URING_REGISTER",
                    "EXECVEAT",
                    "PTRACE",
                    "PROCESS_VM_READV",
                    "PROCESS_VM_WRITEV",
                    "PIDFD_GETFD",
                    "KCMP",
                    "BPF",
                    "PERF_EVENT_OPEN",
                    "UNSHARE",
                    "SETNS",
                    "MOUNT",
                    "KEXEC_FILE_LOAD"
                })
        void may_not(SystemCall call) {
            for (Architecture on : Architecture.values()) {
                assertEquals(EPERM, run(rules, on, call), call + " on " + on);
            }
        }

        @ParameterizedTest
        @EnumSource(
                value = SystemCall.class,
                names = {
                    "ACCEPT",
                    "ACCEPT4",
                    "READ",
                    "WRITE",
                    "RECVFROM",
                    "SETSOCKOPT",
                    "SHUTDOWN",
                    "EXECVE",
                    "OPENAT",
                    "RENAME",
                    "KILL"
                })
        void may(SystemCall call) {
            for (Architecture on : Architecture.values()) {
                if (call.number(on) >= 0) {
                    assertEquals(ALLOW, run(rules, on, call, 5, 0x241, 0x241), call + " on " + on);
                }
            }
        }

        @ParameterizedTest
        @EnumSource(Architecture.class)
        void may_send_on_a_connection_but_not_to_an_address(Architecture on) {
            assertEquals(ALLOW, run(rules, on, SystemCall.SENDTO, 5, 1000, 10, 0, 0, 0));
            assertEquals(EPERM, run(rules, on, SystemCall.SENDTO, 5, 1000, 10, 0, 2000, 16));
            long onlyHighBits = 0x7F00_0000_0000L;
            assertEquals(EPERM, run(rules, on, SystemCall.SENDTO, 5, 1000, 10, 0, onlyHighBits));
        }

        @ParameterizedTest
        @EnumSource(Architecture.class)
        void may_start_a_process_but_not_in_a_new_namespace(Architecture on) {
            assertEquals(ALLOW, run(rules, on, SystemCall.CLONE, 0x4111));
            assertEquals(EPERM, run(rules, on, SystemCall.CLONE, 0x4000_0011L));
            assertEquals(EPERM, run(rules, on, SystemCall.CLONE, 0x1000_0011L));
        }

        @ParameterizedTest
        @EnumSource(Architecture.class)
        void may_not_type_into_a_terminal(Architecture on) {
            assertEquals(EPERM, run(rules, on, SystemCall.IOCTL, 0, 0x5412));
            assertEquals(EPERM, run(rules, on, SystemCall.IOCTL, 0, 0xFFFF_FFFF_0000_5412L));
            assertEquals(ALLOW, run(rules, on, SystemCall.IOCTL, 0, 0x541B));
        }
    }

    @Nested
    class Every_program {
        @ParameterizedTest
        @EnumSource(Architecture.class)
        void ends_a_process_that_calls_with_another_instruction_set(Architecture on) {
            int i386 = 0x4000_0003;
            for (List<FilterRule> rules : List.of(SealRules.engine(PID), SealRules.gateway())) {
                FilterProgram program = FilterRule.compile(rules, on);
                assertEquals(
                        FilterProgram.KILL_PROCESS, program.run(CallData.of(3, i386, 0, 0, 0)));
            }
        }

        @ParameterizedTest
        @EnumSource(Architecture.class)
        void hides_calls_that_nobody_reviewed_and_x32(Architecture on) {
            FilterProgram program = FilterRule.compile(SealRules.gateway(), on);
            for (int number : new int[] {463, 512, 600, 0x4000_0000, 0x4000_0029, -1}) {
                assertEquals(
                        ENOSYS, program.run(CallData.of(number, on.auditNumber())), "" + number);
            }
            assertNotEquals(ENOSYS, program.run(CallData.of(462, on.auditNumber())));
        }

        @ParameterizedTest
        @EnumSource(Architecture.class)
        void answers_every_number_without_running_past_its_end(Architecture on) {
            for (List<FilterRule> rules : List.of(SealRules.engine(PID), SealRules.gateway())) {
                FilterProgram program = FilterRule.compile(rules, on);
                for (int number = -2; number < 1100; number++) {
                    int action = program.run(CallData.of(number, on.auditNumber(), 1, 2, 3, 4, 5));
                    assertTrue(action == ALLOW || FilterProgram.errnoOf(action) != 0, "" + number);
                }
                assertEquals(
                        program.instructions().size() * FilterProgram.INSTRUCTION_BYTES,
                        program.bytes().length);
            }
        }
    }
}
