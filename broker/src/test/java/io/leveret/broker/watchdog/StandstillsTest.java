package io.leveret.broker.watchdog;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StandstillsTest {

    private final Standstills standstills = new Standstills(10);

    @Test
    void areWakeUpsThatCameLate() {
        standstills.woke(100, 130, 0);

        assertThat(standstills.pauses().overlapNanos(0, 1000)).isEqualTo(30);
        assertThat(standstills.pauses().overlapNanos(110, 1000)).isEqualTo(20);
    }

    @Test
    void areNotWaitsForAProcessor() {
        standstills.woke(100, 150, 45);
        standstills.woke(200, 250, 35);

        assertThat(standstills.pauses().count()).isEqualTo(1);
        assertThat(standstills.pauses().longestNanos()).isEqualTo(15);
    }
}
