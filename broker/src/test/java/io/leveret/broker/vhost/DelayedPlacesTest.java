package io.leveret.broker.vhost;

import static io.leveret.broker.vhost.Declarations.ACCESS;
import static io.leveret.broker.vhost.DelayedVhost.cancel;
import static io.leveret.broker.vhost.DelayedVhost.delayed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leveret.amqp.FieldTable;
import io.leveret.broker.delay.DelayBounds;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How many delayed messages that no store has may wait. */
class DelayedPlacesTest {

    private static final int MOST = 3;

    private final DelayedVhost host = new DelayedVhost(DelayBounds.of(MOST));

    @AfterEach
    void stop() {
        host.close();
    }

    private void fill() {
        for (int i = 0; i < MOST; i++) {
            host.publish(delayed(false, 10_000, "id"), "m" + i);
        }
    }

    private void assertFull() {
        assertThatThrownBy(() -> host.gather(delayed(false, 10_000, null), "more"))
                .hasMessage("PRECONDITION_FAILED - limit of 3 transient delayed messages in vhost '/' is reached");
    }

    private void assertRoomForAll() {
        assertThatCode(this::fill).doesNotThrowAnyException();
        assertFull();
    }

    @Test
    void refusesOneTooMany() {
        fill();
        assertFull();
        host.pass(11_000);
        assertThat(host.take("out")).containsExactly("m0", "m1", "m2");
    }

    @Test
    void takesWhatIsStoredOrNotDelayedNevertheless() {
        fill();
        host.publish(delayed(true, 5_000, null), "stored");
        host.publish(delayed(false, 0, null), "at once");
        assertThat(host.take("out")).containsExactly("at once");
        host.pass(6_000);
        assertThat(host.take("out")).containsExactly("stored");
    }

    @Test
    void whatIsDeliveredMakesRoom() {
        fill();
        host.pass(11_000);
        assertRoomForAll();
    }

    @Test
    void whatIsTakenBackMakesRoom() {
        fill();
        host.publish(cancel("id"), "");
        assertRoomForAll();
    }

    @Test
    void whatIsDroppedWithItsExchangeMakesRoom() {
        host.declare("other", FieldTable.builder().put("x-delayed-type", "fanout"));
        for (int i = 0; i < MOST; i++) {
            host.gather("other", "out", delayed(false, 10_000, null), "m" + i);
        }
        host.flush();
        host.vhost.exchanges().delete("other", false, ACCESS);
        host.work();
        assertRoomForAll();
    }

    @Test
    void whatComesAfterItsExchangeIsGoneMakesRoom() {
        host.declare("other", FieldTable.builder().put("x-delayed-type", "fanout"));
        for (int i = 0; i < MOST; i++) {
            host.gather("other", "out", delayed(false, 10_000, null), "m" + i);
        }
        host.vhost.exchanges().delete("other", false, ACCESS);
        host.flush();
        assertRoomForAll();
    }
}
