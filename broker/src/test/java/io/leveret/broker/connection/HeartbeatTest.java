package io.leveret.broker.connection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HeartbeatTest {

    private static final long SECOND = 1_000_000_000L;

    /** As a nano clock may be: about to overflow. */
    private static final long START = Long.MAX_VALUE - 5 * SECOND;

    private final Heartbeat heartbeat = new Heartbeat(10, START);

    @Test
    void sendsAfterHalfAnIntervalOfOwnSilence() {
        assertThat(heartbeat.isSendDue(at(5) - 1)).isFalse();
        assertThat(heartbeat.isSendDue(at(5))).isTrue();

        heartbeat.written(at(5));
        assertThat(heartbeat.isSendDue(at(9))).isFalse();
        assertThat(heartbeat.isSendDue(at(10))).isTrue();
    }

    @Test
    void givesUpAfterTwoWholeIntervalsWithoutAWord() {
        assertThat(heartbeat.isPeerDead(at(10))).isFalse();
        assertThat(heartbeat.isPeerDead(at(20) - 1)).isFalse();
        assertThat(heartbeat.isPeerDead(at(20))).isTrue();
    }

    @Test
    void anyTrafficCounts() {
        assertThat(heartbeat.isPeerDead(at(10))).isFalse();
        heartbeat.read();
        assertThat(heartbeat.isPeerDead(at(20))).isFalse();
        assertThat(heartbeat.isPeerDead(at(30))).isFalse();
        assertThat(heartbeat.isPeerDead(at(40))).isTrue();
    }

    @Test
    void looksOnceAnIntervalHoweverOftenItIsAsked() {
        for (int tenth = 1; tenth < 200; tenth++) {
            assertThat(heartbeat.isPeerDead(START + tenth * SECOND / 10))
                    .as("after %d tenths of a second", tenth)
                    .isFalse();
        }
        assertThat(heartbeat.isPeerDead(at(20))).isTrue();
    }

    @Test
    void zeroTurnsBothDirectionsOff() {
        Heartbeat off = new Heartbeat(0, START);

        assertThat(off.isSendDue(at(1_000_000))).isFalse();
        assertThat(off.isPeerDead(at(1_000_000))).isFalse();
    }

    @Test
    void theLongestIntervalDoesNotOverflow() {
        Heartbeat slow = new Heartbeat(65_535, 0);

        assertThat(slow.isSendDue(30_000 * SECOND)).isFalse();
        assertThat(slow.isSendDue(32_768 * SECOND)).isTrue();
        assertThat(slow.isPeerDead(65_535 * SECOND)).isFalse();
        assertThat(slow.isPeerDead(2 * 65_535 * SECOND)).isTrue();
    }

    /** Over the end of the clock's range, which it may cross at any time. */
    private static long at(long seconds) {
        return START + seconds * SECOND;
    }
}
