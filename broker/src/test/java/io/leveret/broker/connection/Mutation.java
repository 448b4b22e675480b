package io.leveret.broker.connection;

import java.util.Arrays;
import java.util.Random;

/** Damages a stream of octets in one of the ways in which streams are damaged, or attacked. */
final class Mutation {

    /** What is tried in the place of a length or a tag. */
    private static final byte[] TEMPTING = {0, 1, 2, 3, 4, 8, 0x7F, (byte) 0x80, (byte) 0xCE, (byte) 0xFE, (byte) 0xFF};

    private Mutation() {}

    /** @param from the octets before this one stay as they are */
    static byte[] of(byte[] octets, int from, Random random) {
        byte[] mutated = octets.clone();
        int times = 1 + random.nextInt(random.nextInt(4) == 0 ? 8 : 2);
        for (int i = 0; i < times && mutated.length > from; i++) {
            mutated = once(mutated, from, random);
        }
        return mutated;
    }

    private static byte[] once(byte[] octets, int from, Random random) {
        int at = from + random.nextInt(octets.length - from);
        int length = Math.min(octets.length - at, 1 + random.nextInt(random.nextInt(3) == 0 ? 200 : 8));
        return switch (random.nextInt(8)) {
            case 0 -> with(octets, at, (byte) (octets[at] ^ (1 << random.nextInt(8))));
            case 1 -> with(octets, at, (byte) random.nextInt(256));
            case 2 -> with(octets, at, TEMPTING[random.nextInt(TEMPTING.length)]);
            case 3 -> filled(octets, at, Math.min(4, length), random.nextBoolean() ? (byte) 0xFF : 0);
            case 4 -> joined(Arrays.copyOf(octets, at), Arrays.copyOfRange(octets, at + length, octets.length));
            case 5 -> joined(Arrays.copyOf(octets, at + length), Arrays.copyOfRange(octets, at, octets.length));
            case 6 -> Arrays.copyOf(octets, at);
            default ->
                joined(
                        joined(Arrays.copyOf(octets, at), noise(length, random)),
                        Arrays.copyOfRange(octets, at, octets.length));
        };
    }

    private static byte[] with(byte[] octets, int at, byte value) {
        octets[at] = value;
        return octets;
    }

    private static byte[] filled(byte[] octets, int at, int length, byte value) {
        Arrays.fill(octets, at, at + length, value);
        return octets;
    }

    private static byte[] noise(int length, Random random) {
        byte[] noise = new byte[length];
        random.nextBytes(noise);
        return noise;
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] joined = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, joined, first.length, second.length);
        return joined;
    }
}
