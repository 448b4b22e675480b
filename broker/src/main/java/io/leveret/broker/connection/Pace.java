package io.leveret.broker.connection;

/**
 * Decides when an event loop rests for a moment before it looks for work again, so that what comes meanwhile is read, routed
 * and written together: most of a small message's cost is in the system calls and wake-ups around it.
 *
 * <p>A rest is taken only while the loop turns very often, and only as long as it pays: where no more comes during a rest
 * than before (a client that waits for each answer), the next rests are put off. Owned by the loop.
 */
final class Pace {

    /** What a loop sleeps; the kernel's timer adds about as much. */
    static final long REST_NANOS = 50_000;

    private static final long WINDOW_NANOS = 1_000_000;
    /** So many turns with work in one window make a loop busy. */
    private static final int BUSY_TURNS = 10;
    /** Frames that a turn after a rest must bring for the rest to have paid: more than one message. */
    private static final int PAYING_FRAMES = 8;
    /** Frames of a turn that needs no rest to be large. */
    private static final int LARGE_TURN_FRAMES = 256;

    private static final long SHORTEST_BREAK_NANOS = 5_000_000;
    private static final long LONGEST_BREAK_NANOS = 320_000_000;

    private long windowStart;
    private int turns;
    private boolean busy;
    private int frames;
    private boolean rested;
    private long noRestBefore;
    private long breakNanos = SHORTEST_BREAK_NANOS;

    /** Counts a frame that was read. */
    void frame() {
        frames++;
    }

    /** Tells that the loop is about to look for work with nothing else to do; true if it shall rest first. */
    boolean restDue(long nowNanos) {
        boolean due = busy && frames < LARGE_TURN_FRAMES && nowNanos - noRestBefore >= 0;
        rested = due;
        frames = 0;
        return due;
    }

    /** Tells that the loop has looked, and whether there was work. */
    void turned(boolean worked, long nowNanos) {
        if (worked) {
            turns++;
        }
        if (nowNanos - windowStart >= WINDOW_NANOS) {
            // A window in which the loop rested has few turns by our own doing.
            busy = turns >= (rested ? BUSY_TURNS / 2 : BUSY_TURNS);
            turns = 0;
            windowStart = nowNanos;
        }
        if (rested && worked) {
            judge(nowNanos);
        }
    }

    private void judge(long nowNanos) {
        if (frames >= PAYING_FRAMES) {
            breakNanos = SHORTEST_BREAK_NANOS;
        } else {
            noRestBefore = nowNanos + breakNanos;
            breakNanos = Math.min(breakNanos * 2, LONGEST_BREAK_NANOS);
        }
    }
}
