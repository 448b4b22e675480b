package io.leveret.broker.queue;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One purge of a queue. All that is ready is taken out at once; what takes long is to tell the store of it, since its record names
 * what is given out and stays, perhaps a million. So that is gathered before, a slice at a time, unless it is less to name what goes.
 * Used by one thread, which holds the queue's lock for each step and not for {@link #purged}.
 */
final class Purge {

    /** Of the entries that are given out, so many are looked at while the lock is held: about half a millisecond. */
    static final int SLICE = 4_000;

    static final long NOTHING = -1;

    private final Stock stock;
    private final Dispatch dispatch;
    private final StoredLevels levels;
    private final long bound;
    private final int slice;
    private int stepsLeft;

    private @Nullable HeldWalk walk;
    private @Nullable Levels removed;
    private final List<Mark> marks = new ArrayList<>();
    private int count;

    /** Up to where a level is purged, and which positions are not. */
    private record Mark(int level, long through, PositionSet except) {}

    /** @param bound below this position everything that is to come has come */
    Purge(Stock stock, Dispatch dispatch, StoredLevels levels, long bound, int slice) {
        this.stock = stock;
        this.dispatch = dispatch;
        this.levels = levels;
        this.bound = bound;
        this.slice = slice;
    }

    /**
     * Does all of it.
     *
     * @param between done between two holds of the lock
     * @return what the store has to learn
     */
    Purged run(Queue queue, Runnable between) {
        while (!step(queue)) {
            between.run();
        }
        queue.disk().releaseLater(removed());
        return purged();
    }

    private boolean step(Queue queue) {
        Wakes wakes = new Wakes();
        boolean ended;
        synchronized (queue) {
            ended = step();
            dispatch.settleAccounts(wakes);
        }
        wakes.run();
        return ended;
    }

    /** False if another step is to follow. With the last one the queue has nothing ready. */
    private boolean step() {
        if (stock.isCheaplyPurged()) {
            endWalk();
            take();
            for (int level : levels.all()) {
                marks.add(new Mark(level, NOTHING, new PositionSet()));
            }
            return true;
        }
        if (walk == null) {
            walk = stock.walkHeld();
            // Others may give out as fast as this looks.
            stepsLeft = 2 + 2 * stock.heldInStore() / slice;
        }
        if (walk.step(--stepsLeft > 0 ? slice : Integer.MAX_VALUE)) {
            return false;
        }
        endWalk();
        Levels taken = take();
        for (int level : levels.all()) {
            PositionSet except = walk.found(level);
            except.addAll(stock.departed(level).unsettled());
            // More may have come and been paged out since, which only happens below a later bound.
            marks.add(new Mark(level, Math.max(bound - 1, taken.level(level).pagedThrough()), except));
        }
        return true;
    }

    private void endWalk() {
        if (walk != null) {
            stock.endWalk(walk);
        }
    }

    private Levels take() {
        count = (int) Math.min(stock.purgeableCount() + stock.kept().entries(), Integer.MAX_VALUE);
        Levels taken = stock.takeReady();
        removed = taken;
        return taken;
    }

    /** What it took out, which is nobody else's; after the last step. */
    private Levels removed() {
        if (removed == null) {
            throw new AssertionError("the purge has not come to its end");
        }
        return removed;
    }

    /** What the store has to learn; after the last step. Takes entries out of {@link #removed}. */
    private Purged purged() {
        List<Purged.Part> parts = new ArrayList<>();
        for (Mark mark : marks) {
            long[] except = mark.except().through(mark.through());
            long[] apart = stock.storedFrom(mark.level(), mark.through() + 1, removed());
            parts.add(new Purged.Part(mark.level(), mark.through(), except, apart));
        }
        return new Purged(count, parts);
    }
}
