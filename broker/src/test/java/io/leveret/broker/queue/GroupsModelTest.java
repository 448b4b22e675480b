package io.leveret.broker.queue;

import org.junit.jupiter.api.Test;

/** The groups and the slow model must agree after every step of thousands of random histories; a failure prints the seed. */
class GroupsModelTest {

    @Test
    void agreeWithTheSlowModel() {
        for (int seed = 0; seed < 3_000; seed++) {
            new GroupsHistory(seed).run(60);
        }
    }

    @Test
    void agreeWithTheSlowModelOverLongHistories() {
        for (int seed = 0; seed < 5; seed++) {
            new GroupsHistory(1_000_000 + seed).run(3_000);
        }
    }
}
