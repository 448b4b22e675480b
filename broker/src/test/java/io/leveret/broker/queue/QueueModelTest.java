package io.leveret.broker.queue;

import io.leveret.broker.queue.SlowQueue.Active;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The queue and the slow model must agree on every delivery of thousands of random histories; a failure prints the seed. */
class QueueModelTest {

    @ParameterizedTest
    @EnumSource
    void agreesWithTheSlowModel(Active active) {
        for (int seed = 0; seed < 2_000; seed++) {
            new QueueHistory(seed, active).run(60);
        }
    }

    @ParameterizedTest
    @EnumSource
    void agreesWithTheSlowModelOverLongHistories(Active active) {
        for (int seed = 0; seed < 3; seed++) {
            new QueueHistory(1_000_000 + seed, active).run(2_000);
        }
    }
}
