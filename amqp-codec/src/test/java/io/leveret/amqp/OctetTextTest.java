package io.leveret.amqp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

final class OctetTextTest {

    private static final byte[] LATIN_1 = {'c', 'a', 'f', (byte) 0xE9};

    @Test
    void utf8IsTheTextThatItIs() {
        String text = "caf\u00e9 \ufffd \ud83d\udc87";

        assertThat(OctetText.decode(text.getBytes(StandardCharsets.UTF_8))).isEqualTo(text);
        assertThat(OctetText.encode(text)).isEqualTo(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void otherOctetsAreNoTextThatUtf8CanGive() {
        assertThat(OctetText.decode(LATIN_1))
                .isNotEqualTo("caf\u00e9")
                .isNotEqualTo("caf\ufffd")
                .isNotEqualTo(OctetText.decode((byte) 'c', (byte) 'a', (byte) 'f', (byte) 0xE8));
    }

    @Test
    void otherOctetsArePrintedAsLatin1() {
        assertThat(OctetText.printable(OctetText.decode(LATIN_1))).isEqualTo("caf\u00e9");
    }

    @Test
    void dotsDivideWordsWhateverStandsBetweenThem() {
        assertThat(OctetText.decode((byte) 0xE2, (byte) 0x82, (byte) '.', (byte) 0xF0))
                .contains(".");
    }

    /** Octets that are nearly UTF-8 above all: beginnings, continuations, encoded surrogates and what stands between them. */
    @RepeatedTest(50)
    void givesBackEveryOctet(RepetitionInfo repetition) {
        int seed = repetition.getCurrentRepetition();
        Random random = new Random(seed);
        byte[] some = {
            'a',
            '.',
            (byte) 0xC3,
            (byte) 0xA9,
            (byte) 0xE2,
            (byte) 0x82,
            (byte) 0xED,
            (byte) 0xA0,
            (byte) 0xF0,
            (byte) 0x9F,
            (byte) 0x80,
            (byte) 0xFF
        };
        for (int round = 0; round < 200; round++) {
            byte[] octets = new byte[random.nextInt(ShortString.MAX_BYTES + 1)];
            for (int i = 0; i < octets.length; i++) {
                octets[i] = random.nextBoolean() ? some[random.nextInt(some.length)] : (byte) random.nextInt();
            }
            assertThat(OctetText.encode(OctetText.decode(octets)))
                    .as("seed %d", seed)
                    .isEqualTo(octets);
        }
    }
}
