package io.leveret.broker.queue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The queues that have given something out since they were taken from here the last time, each once. To add one takes no memory, so that
 * no delivery fails for it. May be used from any thread.
 */
public final class DeliveryNotices {

    private final AtomicReference<@Nullable DeliveryNotice> last = new AtomicReference<>();

    /** Whoever adds one holds its queue's lock, and it is not among these. */
    void add(DeliveryNotice notice) {
        DeliveryNotice seen;
        do {
            seen = last.get();
            notice.before = seen;
        } while (!last.compareAndSet(seen, notice));
    }

    /** Takes all out. Each gives notice of what it delivers from now on. */
    public List<Queue> take() {
        List<Queue> taken = new ArrayList<>();
        DeliveryNotice first = last.getAndSet(null);
        try {
            for (DeliveryNotice notice = first; notice != null; notice = notice.before) {
                taken.add(notice.queue);
            }
        } catch (Error e) {
            putBack(first);
            throw e;
        }
        // With an index, which takes no memory: once one was told, none may be left out.
        for (int i = 0; i < taken.size(); i++) {
            taken.get(i).noticeTaken();
        }
        return taken;
    }

    private void putBack(@Nullable DeliveryNotice first) {
        DeliveryNotice notice = first;
        while (notice != null) {
            DeliveryNotice before = notice.before;
            add(notice);
            notice = before;
        }
    }
}
