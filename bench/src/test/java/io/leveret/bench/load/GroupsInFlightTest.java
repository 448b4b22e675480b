package io.leveret.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;

class GroupsInFlightTest {

    private final GroupsInFlight groups = new GroupsInFlight(3, true);

    @Test
    void aGroupIsActiveFromItsPublishUntilAllOfItIsSettled() {
        groups.publish(1);
        groups.publish(1);
        groups.publish(2);
        assertThat(groups.active()).isEqualTo(2);

        groups.receive(1, 0);
        groups.settle(1);
        assertThat(groups.active()).isEqualTo(2);

        groups.receive(1, 1);
        groups.settle(1);
        assertThat(groups.active()).isEqualTo(1);
    }

    @Test
    void aGroupIsHeldWhileSomethingReceivedOfItIsUnsettled() {
        groups.publish(1);
        groups.publish(1);
        assertThat(groups.held()).isZero();

        groups.receive(1, 0);
        groups.receive(1, 1);
        groups.settle(1);
        assertThat(groups.held()).isEqualTo(1);

        groups.settle(1);
        assertThat(groups.held()).isZero();
    }

    @Test
    void aGroupOutOfOrderFailsTheRun() {
        groups.publish(1);
        groups.publish(1);

        assertThatExceptionOfType(LoadException.class).isThrownBy(() -> groups.receive(1, 1));
    }
}
