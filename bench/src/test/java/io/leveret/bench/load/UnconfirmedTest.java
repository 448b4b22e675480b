package io.leveret.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class UnconfirmedTest {

    private final Unconfirmed unconfirmed = new Unconfirmed(4);
    private final List<Long> settled = new ArrayList<>();

    @Test
    void handsOverTheStampsThatAMultipleConfirmSettles() {
        publish(10, 20, 30);

        unconfirmed.settle(2, true, settled::add);

        assertThat(settled).containsExactly(10L, 20L);
    }

    @Test
    void settlesAPublishOnceWhenConfirmsOverlap() {
        publish(10, 20, 30);
        unconfirmed.settle(2, false, settled::add);

        unconfirmed.settle(3, true, settled::add);

        assertThat(settled).containsExactly(20L, 10L, 30L);
    }

    @Test
    void hasRoomOnlyUpToTheOldestUnconfirmed() {
        publish(10, 20, 30, 40);

        unconfirmed.settle(3, false, settled::add);
        assertThat(unconfirmed.room()).isZero();

        unconfirmed.settle(1, false, settled::add);
        assertThat(unconfirmed.room()).isEqualTo(1);
    }

    @Test
    void usesAPlaceAgainAfterItsConfirm() {
        for (long stamp = 1; stamp <= 10; stamp++) {
            publish(stamp);
            unconfirmed.settle(stamp, false, settled::add);
        }

        assertThat(settled).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L);
        assertThat(unconfirmed.room()).isEqualTo(4);
    }

    @Test
    void refusesAConfirmOfWhatWasNeverPublished() {
        publish(10);

        assertThatThrownBy(() -> unconfirmed.settle(2, false, settled::add))
                .isInstanceOf(LoadException.class)
                .hasMessage("confirm of delivery tag 2 (expected: 1 to 1)");
    }

    private void publish(long... stamps) {
        for (long stamp : stamps) {
            unconfirmed.published(stamp);
        }
    }
}
