package io.leveret.broker.queue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A queue that keeps only some of its entries in memory gives all of them out in order; a failure prints the seed. */
class PagedQueueModelTest {

    private static final Logger REFILL = (Logger) LoggerFactory.getLogger(Refill.class);

    /** Reads fail by the thousand here. */
    @BeforeAll
    static void muteFailedReads() {
        REFILL.setLevel(Level.OFF);
    }

    @AfterAll
    static void unmute() {
        REFILL.setLevel(null);
    }

    @Test
    void agreesWithASortedMap() {
        for (int seed = 0; seed < 1_000; seed++) {
            new PagedHistory(seed).run(120);
        }
    }

    @Test
    void agreesWithASortedMapOverLongHistories() {
        for (int seed = 0; seed < 60; seed++) {
            new PagedHistory(1_000_000 + seed).run(1_000);
        }
    }
}
