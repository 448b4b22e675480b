package io.leveret.broker.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SingleActiveTest {

    private final Queue queue = Queues.queue();
    private final FakeTarget target = new FakeTarget(new ArrayList<>());

    @Test
    void aSingleActiveConsumerIsTheFirstUntilItGoesAndThenTheFirstOfTheHighestPriority() {
        Random random = new Random(1);
        for (int round = 0; round < 200; round++) {
            ConsumerRing single = new ConsumerRing(new SingleActive(false));
            List<Consumer> model = new ArrayList<>();
            Consumer active = null;
            for (int step = 0; step < 50; step++) {
                if (model.isEmpty() || random.nextInt(3) > 0) {
                    Consumer added = Queues.consumer(
                            queue, target, "c" + step, Queues.options(true, false, 1, random.nextInt(3)));
                    single.add(added);
                    model.add(added);
                    active = active == null ? added : active;
                } else {
                    Consumer removed = model.remove(random.nextInt(model.size()));
                    single.remove(removed);
                    if (removed == active) {
                        active = model.stream()
                                .max(Comparator.comparingLong(
                                        each -> each.options().priority()))
                                .orElse(null);
                        // max gives the last of equals.
                        active = firstLike(model, active);
                    }
                }
                assertThat(single.next()).as("round %d, step %d", round, step).isSameAs(active);
            }
        }
    }

    private static @Nullable Consumer firstLike(List<Consumer> all, @Nullable Consumer one) {
        return all.stream()
                .filter(each -> one != null
                        && each.options().priority() == one.options().priority())
                .findFirst()
                .orElse(null);
    }

    @Test
    void aHigherPriorityTakesOverOnceAllIsSettled() {
        ConsumerRing single = new ConsumerRing(new SingleActive(true));
        Consumer low = Queues.consumer(queue, target, "low", Queues.options(false, false, 10, 0));
        Consumer high = Queues.consumer(queue, target, "high", Queues.options(false, false, 10, 1));

        single.add(low);
        assertThat(single.next()).isSameAs(low);
        single.add(high);
        assertThat(single.next()).isNull();
        low.settled();
        assertThat(single.next()).isSameAs(high);
        single.remove(high);
        assertThat(single.next()).isSameAs(low);
    }
}
