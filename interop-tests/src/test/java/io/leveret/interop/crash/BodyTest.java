package io.leveret.interop.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leveret.interop.crash.Body.GarbledException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class BodyTest {

    private static final MessageKey KEY = new MessageKey(65_535, 1_000_000);

    @Test
    void tellsItsKey() throws GarbledException {
        assertThat(Body.read(Body.of(KEY, Body.MIN_BYTES))).isEqualTo(KEY);
        assertThat(Body.read(Body.of(KEY, 100_000))).isEqualTo(KEY);
    }

    @Test
    void everyFlippedBitIsSeen() {
        byte[] body = Body.of(KEY, 40);
        for (int bit = 0; bit < body.length * Byte.SIZE; bit++) {
            byte[] flipped = body.clone();
            flipped[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            assertThatThrownBy(() -> Body.read(flipped)).isInstanceOf(GarbledException.class);
        }
    }

    @Test
    void aLostEndIsSeen() {
        byte[] body = Body.of(KEY, 40);
        for (int bytes = 0; bytes < body.length; bytes++) {
            byte[] cut = Arrays.copyOf(body, bytes);
            assertThatThrownBy(() -> Body.read(cut)).isInstanceOf(GarbledException.class);
        }
    }
}
