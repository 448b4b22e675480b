package io.leveret.broker.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyWindowTest {

    private final KeyWindow window = new KeyWindow(3, false);

    @Test
    void forgetsTheOldestWhenItIsFull() {
        LongStream.rangeClosed(1, 5).forEach(key -> window.add(key, QueueSettings.NONE));

        assertThat(contained(window, 0)).containsExactly(3L, 4L, 5L);
        assertThat(window.size()).isEqualTo(3);
    }

    @Test
    void aKeyIsOverWhenItsTimeIs() {
        window.add(1, 100);
        window.add(2, 200);

        assertThat(contained(window, 99)).containsExactly(1L, 2L);
        assertThat(contained(window, 100)).containsExactly(2L);
    }

    @Test
    void aKeyThatComesAgainHasANewPlace() {
        window.add(1, 100);
        window.add(2, QueueSettings.NONE);
        window.add(1, QueueSettings.NONE);
        window.add(3, QueueSettings.NONE);

        assertThat(contained(window, 100)).containsExactly(1L, 2L, 3L);
    }

    @Test
    void whatIsAboutToComeDrivesTheOldestOut() {
        LongStream.rangeClosed(1, 3).forEach(key -> window.add(key, QueueSettings.NONE));

        assertThat(window.contains(1, 0, 1)).isFalse();
        assertThat(window.contains(2, 0, 1)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 15, 16, 17, 1_000, 4_096, 4_097, 50_000})
    void growsWithItsKeys(int size) {
        KeyWindow large = new KeyWindow(size, false);

        LongStream.rangeClosed(1, size + 7L).forEach(key -> large.add(key, QueueSettings.NONE));

        assertThat(large.size()).isEqualTo(size);
        assertThat(LongStream.rangeClosed(1, size + 7L).filter(key -> large.contains(key, 0, 0)))
                .hasSize(size)
                .first()
                .isEqualTo(8L);
    }

    @Test
    void aLargeWindowTakesMemoryForTheKeysThatItHas() {
        KeyWindow large = new KeyWindow(Deduplication.LARGEST_SIZE, false);
        assertThat(large.memoryBytes()).isLessThan(1_000);
        List<byte[]> written = LongStream.rangeClosed(1, 100)
                .mapToObj(key -> large.add(key, QueueSettings.NONE).value())
                .toList();

        assertThat(large.memoryBytes()).isLessThan(10_000);
        KeyWindow again = new KeyWindow(Deduplication.LARGEST_SIZE, false);
        again.recovered(written, 0);
        assertThat(again.memoryBytes()).isLessThan(10_000);
    }

    @Test
    void goesOnWithWhatWasWrittenDown() {
        List<byte[]> places = new ArrayList<>(List.of(new byte[0], new byte[0], new byte[0]));
        for (long key = 1; key <= 5; key++) {
            KeyWindow.Written written = window.add(key, key == 4 ? 100 : QueueSettings.NONE);
            places.set(written.place()[3], written.value());
        }
        KeyWindow again = new KeyWindow(3, false);

        again.recovered(places, 100);
        assertThat(contained(again, 100)).containsExactly(3L, 5L);
        again.add(6, QueueSettings.NONE);
        assertThat(contained(again, 100)).containsExactly(5L, 6L);
    }

    @Test
    void takesNoKeyBackThatWasDrivenOutByOneWhichWasNotWrittenDown() {
        byte[] first = window.add(1, QueueSettings.NONE).value();
        LongStream.rangeClosed(2, 4).forEach(key -> window.add(key, QueueSettings.NONE));
        byte[] last = window.add(5, QueueSettings.NONE).value();
        KeyWindow again = new KeyWindow(3, false);

        again.recovered(List.of(last, first), 0);

        assertThat(contained(again, 0)).containsExactly(5L);
    }

    @Test
    void refusesWhatItDidNotWrite() {
        assertThatThrownBy(() -> window.recovered(List.of(new byte[23]), 0))
                .hasMessage("a remembered key of 23 octets (expected: 24)");
    }

    private static List<Long> contained(KeyWindow window, long nowMs) {
        return LongStream.rangeClosed(1, 6)
                .filter(key -> window.contains(key, nowMs, 0))
                .boxed()
                .toList();
    }
}
