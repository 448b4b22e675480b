package io.leveret.broker.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/** A random history of a {@link ConsumerRing}, beside lists that say the same plainly. */
final class RingModel {

    private static final int MOST = 6;

    private final ConsumerRing ring = new ConsumerRing(null);
    private final FakeTarget target = new FakeTarget(new ArrayList<>());
    private final Queue queue;
    private final int seed;
    private final Random random;

    /** All consumers, those of one priority in the order of their turns. */
    private final List<Known> all = new ArrayList<>();

    private int made;

    private static final class Known {
        private final Consumer consumer;
        private final int prefetch;
        private int inFlight;

        /** Asked while it had no credit, and not activated since. */
        private boolean parked;

        private Known(Consumer consumer) {
            this.consumer = consumer;
            this.prefetch = consumer.options().prefetch();
        }
    }

    RingModel(Queue queue, int seed) {
        this.queue = queue;
        this.seed = seed;
        this.random = new Random(seed);
    }

    void run(int steps) {
        for (int i = 0; i < steps; i++) {
            switch (random.nextInt(8)) {
                case 0 -> add();
                case 1 -> remove();
                case 2, 3 -> settle();
                default -> next();
            }
            assertThat(ring.hasActive())
                    .as("seed %s", seed)
                    .isEqualTo(all.stream().anyMatch(each -> !each.parked));
        }
    }

    private void add() {
        if (all.size() < MOST) {
            Known known = new Known(Queues.consumer(
                    queue,
                    target,
                    "c" + made++,
                    Queues.options(false, false, 1 + random.nextInt(3), random.nextInt(3))));
            ring.add(known.consumer);
            all.add(known);
        }
    }

    private void remove() {
        if (!all.isEmpty()) {
            ring.remove(all.remove(random.nextInt(all.size())).consumer);
        }
    }

    private void settle() {
        List<Known> busy = all.stream().filter(each -> each.inFlight > 0).toList();
        if (busy.isEmpty()) {
            return;
        }
        Known known = busy.get(random.nextInt(busy.size()));
        known.inFlight--;
        known.consumer.settled();
        if (known.parked) {
            known.parked = false;
            toTheEnd(known);
            ring.activate(known.consumer);
        }
    }

    private void toTheEnd(Known known) {
        all.remove(known);
        all.add(known);
    }

    private void next() {
        List<Known> inTurn = all.stream()
                .filter(each -> !each.parked)
                .sorted(Comparator.comparing(
                        (Known each) -> each.consumer.options().priority(), Comparator.reverseOrder()))
                .toList();
        Known taken = null;
        for (Known each : inTurn) {
            if (each.inFlight < each.prefetch) {
                taken = each;
                break;
            }
            each.parked = true;
        }
        if (taken != null) {
            taken.inFlight++;
            toTheEnd(taken);
        }
        assertThat(ring.next()).as("seed %s", seed).isSameAs(taken == null ? null : taken.consumer);
    }
}
