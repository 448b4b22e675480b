package io.leveret.broker.vhost;

import static io.leveret.broker.vhost.DelayedVhost.cancel;
import static io.leveret.broker.vhost.DelayedVhost.delayed;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How often the store is searched for what cancels take back, if a search takes 20 ms: five times as long passes between two. */
class CancelSearchTest {

    private static final int SEARCH_MS = 20;

    private final DelayedVhost host = new DelayedVhost();
    private int searches;

    @BeforeEach
    void threeWait() {
        for (String id : new String[] {"a", "b", "c"}) {
            host.publish(delayed(true, 600_000, id), id);
        }
        host.pass(1_000);
        host.store.beforeSearchBy("hash", () -> {
            searches++;
            host.moveClock(SEARCH_MS);
        });
        host.publish(cancel("a"), "");
        assertThat(searches).isEqualTo(1);
        assertThat(host.stored("later")).hasSize(2);
    }

    @AfterEach
    void close() {
        host.close();
    }

    @Test
    void cancelsGatherForTheNextOne() {
        host.publish(cancel("b"), "");
        host.publish(cancel("c"), "");
        host.pass(90);
        assertThat(searches).isEqualTo(1);
        host.pass(20);
        assertThat(searches).isEqualTo(2);
        assertThat(host.stored("later")).isEmpty();
    }

    @Test
    void aClockThatIsSetBackHoldsNoneUp() {
        host.moveClock(-10_000);
        host.publish(cancel("b"), "");
        assertThat(searches).isEqualTo(2);
    }
}
