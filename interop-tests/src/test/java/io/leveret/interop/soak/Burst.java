package io.leveret.interop.soak;

import io.leveret.interop.raw.Octets;
import io.leveret.interop.raw.RawClient;
import java.io.IOException;

/**
 * Methods that are sent in one write and answered together, which is how a million of them take seconds. It belongs to the
 * test's thread; it must be small enough for its answers to wait in the socket.
 */
final class Burst {

    private final RawClient client;
    private Octets frames = Octets.none();
    private int answers;

    Burst(RawClient client) {
        this.client = client;
    }

    /** Adds a method that is answered by one frame. */
    Burst call(int channel, Octets method) {
        return call(channel, method, 1);
    }

    /** Adds a method that is answered by so many frames. */
    Burst call(int channel, Octets method, int answerFrames) {
        frames.methodFrame(channel, method);
        answers += answerFrames;
        return this;
    }

    Burst publish(int channel, String exchange, String routingKey, byte... body) {
        frames.methodFrame(channel, Methods.publish(exchange, routingKey)).contentFrames(channel, body);
        return this;
    }

    /** Sends it and reads all answers; fails if one of them is a refusal. */
    void run() throws IOException {
        client.send(frames.toBytes());
        for (int i = 0; i < answers; i++) {
            String answer = client.next();
            if (answer.contains("closed")) {
                throw new AssertionError(answer + " (expected: answer " + (i + 1) + " of " + answers + ")");
            }
        }
        frames = Octets.none();
        answers = 0;
    }
}
