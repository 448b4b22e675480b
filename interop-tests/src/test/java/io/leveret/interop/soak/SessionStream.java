package io.leveret.interop.soak;

import io.leveret.interop.raw.Login;
import io.leveret.interop.raw.Octets;
import io.leveret.interop.raw.RawClient;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/** What a client sends in one short session, as it should be and broken. */
final class SessionStream {

    /** What comes back: eleven answers, and two deliveries of three frames. */
    static final int ANSWER_FRAMES = 11 + 2 * 3;

    private static final int MUTATIONS_MAX = 8;

    private SessionStream() {}

    static byte[] octets() {
        return Octets.none()
                .bytes(RawClient.PROTOCOL_HEADER)
                .methodFrame(0, Login.plain("guest", "guest"))
                .methodFrame(0, Login.tuneOk(100, 131_072, 0))
                .methodFrame(0, Login.open("/"))
                .methodFrame(1, Methods.openChannel())
                .methodFrame(1, Methods.declareExclusiveQueue("fuzz"))
                .methodFrame(1, Methods.bind("fuzz", "amq.topic", "fuzz.#"))
                .methodFrame(1, Methods.consume("fuzz"))
                .methodFrame(1, Methods.publish("amq.topic", "fuzz.x"))
                .contentFrames(1, "some body".getBytes(StandardCharsets.UTF_8))
                .methodFrame(1, Methods.get("fuzz"))
                .methodFrame(2, Methods.openChannel())
                .methodFrame(2, Methods.publish("", "fuzz"))
                .contentFrames(2, (byte) 1)
                .methodFrame(2, Methods.closeChannel())
                .methodFrame(1, Methods.deleteQueue("fuzz"))
                .toBytes();
    }

    /** The session with some octets changed, removed, added or repeated; the handshake mostly stays whole. */
    static byte[] mutated(Random random) {
        byte[] stream = octets();
        int from = random.nextInt(4) == 0 ? 0 : handshakeLength();
        int mutations = 1 + random.nextInt(MUTATIONS_MAX);
        for (int i = 0; i < mutations && stream.length > from; i++) {
            stream = mutated(stream, from + random.nextInt(stream.length - from), random);
        }
        return stream;
    }

    private static int handshakeLength() {
        return Octets.none()
                .bytes(RawClient.PROTOCOL_HEADER)
                .methodFrame(0, Login.plain("guest", "guest"))
                .methodFrame(0, Login.tuneOk(100, 131_072, 0))
                .methodFrame(0, Login.open("/"))
                .size();
    }

    private static byte[] mutated(byte[] stream, int at, Random random) {
        int length = 1 + random.nextInt(Math.min(16, stream.length - at));
        byte[] head = Arrays.copyOf(stream, at);
        byte[] piece = Arrays.copyOfRange(stream, at, at + length);
        byte[] tail = Arrays.copyOfRange(stream, at + length, stream.length);
        Octets broken = Octets.none().bytes(head);
        switch (random.nextInt(5)) {
            case 0 -> broken.bytes(changed(piece, random)).bytes(tail);
            case 1 -> broken.bytes(tail);
            case 2 -> broken.bytes(piece).bytes(piece).bytes(tail);
            case 3 -> broken.bytes(noise(length, random)).bytes(piece).bytes(tail);
            default -> broken.bytes(piece);
        }
        return broken.toBytes();
    }

    private static byte[] changed(byte[] piece, Random random) {
        byte[] changed = piece.clone();
        changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
        return changed;
    }

    private static byte[] noise(int length, Random random) {
        byte[] noise = new byte[length];
        random.nextBytes(noise);
        return noise;
    }
}
