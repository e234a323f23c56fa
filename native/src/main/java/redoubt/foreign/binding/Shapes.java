package redoubt.foreign.binding;

import java.lang.foreign.MemorySegment;

/// Signatures of C functions. P is a pointer, I an int32_t or an enum, L an int64_t or size_t, F a
/// float, B a bool, V nothing; the result comes first.
public final class Shapes {
    private Shapes() {}

    public interface P {
        MemorySegment call();
    }

    public interface PP {
        MemorySegment call(MemorySegment a);
    }

    public interface PPP {
        MemorySegment call(MemorySegment a, MemorySegment b);
    }

    public interface PPI {
        MemorySegment call(MemorySegment a, int b);
    }

    public interface PPPI {
        MemorySegment call(MemorySegment a, MemorySegment b, int c);
    }

    public interface PPPPI {
        MemorySegment call(MemorySegment a, MemorySegment b, MemorySegment c, int d);
    }

    public interface PPPPPI {
        MemorySegment call(
                MemorySegment a, MemorySegment b, MemorySegment c, MemorySegment d, int e);
    }

    public interface I {
        int call();
    }

    public interface IP {
        int call(MemorySegment a);
    }

    public interface IPPL {
        int call(MemorySegment a, MemorySegment b, long c);
    }

    public interface IPPPL {
        int call(MemorySegment a, MemorySegment b, MemorySegment c, long d);
    }

    public interface IPPPI {
        int call(MemorySegment a, MemorySegment b, MemorySegment c, int d);
    }

    public interface IPPIIPI {
        int call(MemorySegment a, MemorySegment b, int c, int d, MemorySegment e, int f);
    }

    public interface IPPPIIPPI {
        int call(
                MemorySegment a,
                MemorySegment b,
                MemorySegment c,
                int d,
                int e,
                MemorySegment f,
                MemorySegment g,
                int h);
    }

    public interface IPPIPI {
        int call(MemorySegment a, MemorySegment b, int c, MemorySegment d, int e);
    }

    public interface IPPPPI {
        int call(MemorySegment a, MemorySegment b, MemorySegment c, MemorySegment d, int e);
    }

    public interface IPPIBPPI {
        int call(
                MemorySegment a,
                MemorySegment b,
                int c,
                boolean d,
                MemorySegment e,
                MemorySegment f,
                int g);
    }

    public interface IPPPPPI {
        int call(
                MemorySegment a,
                MemorySegment b,
                MemorySegment c,
                MemorySegment d,
                MemorySegment e,
                int f);
    }

    public interface IPPPIPI {
        int call(MemorySegment a, MemorySegment b, MemorySegment c, int d, MemorySegment e, int f);
    }

    public interface IPIPIPI {
        int call(MemorySegment a, int b, MemorySegment c, int d, MemorySegment e, int f);
    }

    public interface IPIPIIB {
        int call(MemorySegment a, int b, MemorySegment c, int d, int e, boolean f);
    }

    public interface IPPIPIBBPI {
        int call(
                MemorySegment a,
                MemorySegment b,
                int c,
                MemorySegment d,
                int e,
                boolean f,
                boolean g,
                MemorySegment h,
                int i);
    }

    public interface IPI {
        int call(MemorySegment a, int b);
    }

    public interface LP {
        long call(MemorySegment a);
    }

    public interface LPI {
        long call(MemorySegment a, int b);
    }

    public interface LPII {
        long call(MemorySegment a, int b, int c);
    }

    public interface LPPLII {
        long call(MemorySegment a, MemorySegment b, long c, int d, int e);
    }

    public interface LPPLI {
        long call(MemorySegment a, MemorySegment b, long c, int d);
    }

    public interface LPPLIPI {
        long call(MemorySegment a, MemorySegment b, long c, int d, MemorySegment e, int f);
    }

    public interface BP {
        boolean call(MemorySegment a);
    }

    public interface BPI {
        boolean call(MemorySegment a, int b);
    }

    public interface BPIII {
        boolean call(MemorySegment a, int b, int c, int d);
    }

    public interface V {
        void call();
    }

    public interface VP {
        void call(MemorySegment a);
    }

    public interface VPP {
        void call(MemorySegment a, MemorySegment b);
    }

    public interface VPI {
        void call(MemorySegment a, int b);
    }

    public interface VPII {
        void call(MemorySegment a, int b, int c);
    }

    public interface VPIIII {
        void call(MemorySegment a, int b, int c, int d, int e);
    }

    public interface PI {
        MemorySegment call(int a);
    }

    public interface PF {
        MemorySegment call(float a);
    }

    public interface PFL {
        MemorySegment call(float a, long b);
    }

    public interface PFFLI {
        MemorySegment call(float a, float b, long c, int d);
    }

    public interface PIFF {
        MemorySegment call(int a, float b, float c);
    }

    public interface PIIFFI {
        MemorySegment call(int a, int b, float c, float d, int e);
    }

    public interface PIIFFF {
        MemorySegment call(int a, int b, float c, float d, float e);
    }

    public interface PIIP {
        MemorySegment call(int a, int b, MemorySegment c);
    }

    public interface PPFFIIPL {
        MemorySegment call(
                MemorySegment a, float b, float c, int d, int e, MemorySegment f, long g);
    }
}
