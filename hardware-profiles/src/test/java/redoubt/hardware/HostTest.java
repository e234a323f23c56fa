package redoubt.hardware;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostTest {
    private static final long GIB = 1L << 30;
    private static final String SERVICE = "sys/fs/cgroup/system.slice/redoubt.service/";

    @TempDir Path root;

    @Nested
    class A_machine_without_control_groups {
        @Test
        void gives_all_its_cores_and_what_the_kernel_calls_available() throws IOException {
            Host host = HostTree.large(root).detect();
            assertEquals(16, host.cores().usable());
            assertEquals(60 * GIB, host.memory().availableBytes());
            assertEquals(64 * GIB, host.memory().totalBytes());
            assertEquals("x86-64", host.processor().architecture());
            assertEquals("AMD EPYC 9354", host.processor().model());
            assertTrue(host.processor().flags().contains("avx512f"));
            assertTrue(host.sentence().contains("16 of 16 cores"), host.sentence());
        }

        @Test
        void whose_process_is_pinned_gives_the_pinned_cores() throws IOException {
            Host host =
                    HostTree.large(root)
                            .with("proc/self/status", "Cpus_allowed_list:\t0-2,8\n")
                            .detect();
            assertEquals(4, host.cores().usable());
            assertTrue(host.cores().reason().contains("affinity"));
        }

        @Test
        void with_an_old_kernel_gives_free_and_cached_memory() throws IOException {
            Host host =
                    HostTree.large(root)
                            .with(
                                    "proc/meminfo",
                                    "MemTotal: 4096 kB\nMemFree: 1024 kB\nCached: 512 kB\n")
                            .detect();
            assertEquals(1536 * 1024, host.memory().availableBytes());
        }
    }

    @Nested
    class A_control_group_of_version_2 {
        @Test
        void with_a_quota_of_two_cores_gives_two() throws IOException {
            Host host =
                    HostTree.inGroupV2(root).with(SERVICE + "cpu.max", "200000 100000\n").detect();
            assertEquals(2, host.cores().usable());
            assertTrue(host.cores().reason().contains("quota"));
        }

        @Test
        void with_a_quota_of_two_and_a_half_cores_gives_two() throws IOException {
            assertEquals(
                    2,
                    HostTree.inGroupV2(root)
                            .with(SERVICE + "cpu.max", "250000 100000\n")
                            .detect()
                            .cores()
                            .usable());
        }

        @Test
        void with_half_a_core_gives_one() throws IOException {
            assertEquals(
                    1,
                    HostTree.inGroupV2(root)
                            .with(SERVICE + "cpu.max", "50000 100000\n")
                            .detect()
                            .cores()
                            .usable());
        }

        @Test
        void is_bound_by_its_parents_quota() throws IOException {
            Host host =
                    HostTree.inGroupV2(root)
                            .with(SERVICE + "cpu.max", "max 100000\n")
                            .with("sys/fs/cgroup/system.slice/cpu.max", "300000 100000\n")
                            .detect();
            assertEquals(3, host.cores().usable());
        }

        @Test
        void with_a_cpuset_gives_the_cores_in_it() throws IOException {
            Host host =
                    HostTree.inGroupV2(root)
                            .with(SERVICE + "cpuset.cpus.effective", "4-7\n")
                            .detect();
            assertEquals(4, host.cores().usable());
        }

        @Test
        void with_a_memory_limit_below_what_is_available_gives_what_is_left_of_it()
                throws IOException {
            Host host =
                    HostTree.inGroupV2(root)
                            .with(SERVICE + "memory.max", Long.toString(8 * GIB))
                            .with(SERVICE + "memory.current", Long.toString(3 * GIB))
                            .with(SERVICE + "memory.stat", "anon 1\ninactive_file " + GIB + "\n")
                            .detect();
            assertEquals(6 * GIB, host.memory().availableBytes());
            assertTrue(host.memory().reason().contains("cgroup"));
        }

        @Test
        void without_limits_gives_everything() throws IOException {
            Host host =
                    HostTree.inGroupV2(root)
                            .with(SERVICE + "memory.max", "max\n")
                            .with(SERVICE + "cpu.max", "max 100000\n")
                            .detect();
            assertEquals(16, host.cores().usable());
            assertEquals(60 * GIB, host.memory().availableBytes());
        }
    }

    @Nested
    class Control_groups_of_version_1 {
        @Test
        void limit_cores_by_quota_and_cpuset() throws IOException {
            HostTree tree =
                    HostTree.inGroupV1(root)
                            .with("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "600000\n")
                            .with("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n");
            assertEquals(6, tree.detect().cores().usable());
            tree.with("sys/fs/cgroup/cpuset/cpuset.cpus", "1,3,5\n");
            assertEquals(3, tree.detect().cores().usable());
        }

        @Test
        void without_a_quota_limit_nothing() throws IOException {
            Host host =
                    HostTree.inGroupV1(root)
                            .with("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "-1\n")
                            .with("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n")
                            .with(
                                    "sys/fs/cgroup/memory/memory.limit_in_bytes",
                                    "9223372036854771712\n")
                            .detect();
            assertEquals(16, host.cores().usable());
            assertEquals(60 * GIB, host.memory().availableBytes());
        }

        @Test
        void limit_memory() throws IOException {
            Host host =
                    HostTree.inGroupV1(root)
                            .with("sys/fs/cgroup/memory/memory.limit_in_bytes", "" + 2 * GIB)
                            .with("sys/fs/cgroup/memory/memory.usage_in_bytes", "" + GIB)
                            .detect();
            assertEquals(GIB, host.memory().availableBytes());
        }
    }

    @Nested
    class Odd_trees {
        @Test
        void an_empty_one_gives_one_core_and_no_memory() throws IOException {
            Host host = Host.detect(root);
            assertEquals(1, host.cores().usable());
            assertEquals(0, host.memory().availableBytes());
            assertEquals("unknown", host.processor().architecture());
        }

        @Test
        void nonsense_in_a_limit_limits_nothing() throws IOException {
            Host host =
                    HostTree.inGroupV2(root)
                            .with(SERVICE + "cpu.max", "many often\n")
                            .with(SERVICE + "cpuset.cpus.effective", "7-3,x\n")
                            .with(SERVICE + "memory.max", "99999999999999999999999999\n")
                            .detect();
            assertEquals(16, host.cores().usable());
            assertEquals(60 * GIB, host.memory().availableBytes());
        }

        @Test
        void an_arm_server_says_what_it_is() throws IOException {
            Host host =
                    HostTree.large(root)
                            .with(
                                    "proc/cpuinfo",
                                    "processor\t: 0\nFeatures\t: fp asimd sve\nCPU implementer\t: 0x41\nCPU part\t: 0xd40\n")
                            .detect();
            assertEquals("aarch64", host.processor().architecture());
            assertTrue(host.processor().flags().contains("sve"));
        }
    }

    @Nested
    class A_fingerprint {
        @Test
        void is_the_same_for_the_same_kind_and_another_for_another() throws IOException {
            HostTree tree = HostTree.inGroupV2(root);
            String before = tree.detect().fingerprint();
            assertEquals(before, tree.detect().fingerprint());
            tree.with(SERVICE + "cpu.max", "200000 100000\n");
            assertNotEquals(before, tree.detect().fingerprint());
            assertFalse(before.contains("/"));
        }
    }

    @Test
    void this_very_machine_can_be_detected() throws IOException {
        assumeTrue(Files.isDirectory(Path.of("/proc/self")), "not a Linux machine");
        Host host = Host.detect(Path.of("/"));
        assertTrue(host.cores().usable() >= 1);
        assertTrue(host.cores().usable() <= host.cores().online());
        assertTrue(host.memory().availableBytes() > 0, host.sentence());
        assertTrue(host.memory().availableBytes() <= host.memory().totalBytes());
    }
}
