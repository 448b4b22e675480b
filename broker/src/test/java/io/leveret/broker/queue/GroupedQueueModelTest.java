package io.leveret.broker.queue;

import org.junit.jupiter.api.Test;

/** What message groups promise holds at every step of hundreds of random histories of a queue; a failure prints the seed. */
class GroupedQueueModelTest {

    @Test
    void keepsEveryGroupTogetherAndInOrder() {
        for (int seed = 0; seed < 600; seed++) {
            new GroupedQueueHistory(seed).run(60);
        }
    }

    @Test
    void keepsEveryGroupTogetherAndInOrderOverLongHistories() {
        for (int seed = 0; seed < 3; seed++) {
            new GroupedQueueHistory(1_000_000 + seed).run(1_500);
        }
    }
}
