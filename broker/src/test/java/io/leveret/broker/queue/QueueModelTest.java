package io.leveret.broker.queue;

import org.junit.jupiter.api.Test;

/** The queue and the slow model must agree on every delivery of thousands of random histories; a failure prints the seed. */
class QueueModelTest {

    @Test
    void agreesWithTheSlowModel() {
        for (int seed = 0; seed < 2_000; seed++) {
            new QueueHistory(seed).run(60);
        }
    }

    @Test
    void agreesWithTheSlowModelOverLongHistories() {
        for (int seed = 0; seed < 3; seed++) {
            new QueueHistory(1_000_000 + seed).run(2_000);
        }
    }
}
