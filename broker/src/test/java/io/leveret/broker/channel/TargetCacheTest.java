package io.leveret.broker.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.method.BasicPublish;
import io.leveret.broker.Allocation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

class TargetCacheTest {

    private static final int ROUNDS = 100_000;

    private final TargetCache targets = new TargetCache();

    @Test
    void givesTheSameTargetForTheSameOctets() {
        PublishTarget first = targets.find(publish("orders", "new", true));

        assertThat(targets.find(publish("orders", "new", true))).isSameAs(first);
        assertThat(targets.find(publish("orders", "new", false))).isNotSameAs(first);
        assertThat(targets.find(publish("orders", "old", true)).address().routingKey())
                .isEqualTo("old");
    }

    /** A publish like the one before it is recognized at every message. */
    @Test
    void recognizesARepeatedPublishWithoutAllocating() {
        ByteBuf payload = publish("orders", "region.device.state", false);
        PublishTarget target = TargetCache.read(payload.duplicate());
        assertThat(target.matches(payload)).isTrue();

        long allocated = Allocation.of(() -> {
            for (int i = 0; i < ROUNDS; i++) {
                if (!target.matches(payload)) {
                    throw new AssertionError("not recognized");
                }
            }
        });

        // What the first run of any code allocates is in it; an object for each would be sixteen octets at least.
        assertThat(allocated).isLessThan(ROUNDS);
    }

    private static ByteBuf publish(String exchange, String routingKey, boolean mandatory) {
        BasicPublish method = new BasicPublish(exchange, routingKey, mandatory, false);
        ByteBuf payload = Unpooled.buffer().writeInt(method.id());
        method.writeArguments(payload);
        return payload;
    }
}
