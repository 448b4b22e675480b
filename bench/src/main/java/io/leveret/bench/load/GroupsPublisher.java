package io.leveret.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Publishes messages of random groups, as many as may be in flight. Group and number stand in the body. Owned by the loop. */
final class GroupsPublisher implements Traffic {

    private static final int BURST = 256;
    private static final int SIZE_BYTES = 16;
    private static final int DIGITS = 8;
    private static final String KEY = "0".repeat(DIGITS);

    private final GroupsInFlight groups;
    private final int window;
    private final SplittableRandom random = new SplittableRandom(1);
    private final byte[] template;
    private final int keyAt;
    private final int bodyAt;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private boolean ending;
    private @Nullable Channel channel;

    /** @param window how many messages are in flight at most */
    GroupsPublisher(GroupsInFlight groups, String exchange, int window) {
        this.groups = groups;
        this.window = window;
        ByteBuf one = Frames.publish(exchange, KEY, SIZE_BYTES, false);
        this.template = new byte[one.readableBytes()];
        one.getBytes(0, template);
        this.keyAt = new String(template, StandardCharsets.ISO_8859_1).indexOf(KEY);
        this.bodyAt = template.length - 1 - SIZE_BYTES;
    }

    @Override
    public void opened(Channel channel) {
        this.channel = channel;
    }

    @Override
    public void writable() {
        publish();
    }

    /** Publishes nothing more; completes once all has been received. */
    CompletableFuture<Void> end() {
        ending = true;
        publish();
        return ended;
    }

    /** Fills the window, as far as the socket takes it. */
    void publish() {
        if (ending) {
            if (groups.inFlight() == 0) {
                ended.complete(null);
            }
            return;
        }
        while (channel != null && channel.isWritable() && window - groups.inFlight() >= BURST) {
            ByteBuf burst = channel.alloc().directBuffer(BURST * template.length);
            for (int i = 0; i < BURST; i++) {
                add(burst);
            }
            channel.writeAndFlush(burst, channel.voidPromise());
        }
    }

    private void add(ByteBuf burst) {
        int group = random.nextInt(groups.groups());
        int start = burst.writerIndex();
        burst.writeBytes(template);
        int left = group;
        for (int digit = DIGITS - 1; digit >= 0; digit--) {
            burst.setByte(start + keyAt + digit, '0' + left % 10);
            left /= 10;
        }
        burst.setInt(start + bodyAt, group);
        burst.setInt(start + bodyAt + Integer.BYTES, groups.publish(group));
    }
}
