package io.leveret.amqp.method;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class BasicPublishTest {

    /** Of every length that a comparison of eight octets at a time may split otherwise. */
    @Test
    void isRepeatedByTheSameOctetsOnly() {
        for (int length = 0; length < 40; length++) {
            BasicPublish method = new BasicPublish("exchange", "k".repeat(length), true, false);
            ByteBuf payload = payload(method);
            byte[] names = names(method);

            assertThat(method.isRepeatedBy(payload, names)).isTrue();
            for (int at = 6; at < payload.writerIndex(); at++) {
                ByteBuf other = payload.copy();
                other.setByte(at, other.getByte(at) ^ 1);
                assertThat(method.isRepeatedBy(other, names))
                        .as("key of %d, octet %d changed", length, at)
                        .isFalse();
            }
        }
    }

    @Test
    void isNotRepeatedByAShorterOrLongerPayload() {
        BasicPublish method = new BasicPublish("exchange", "key", false, false);
        ByteBuf payload = payload(method);

        for (int length = 0; length < payload.writerIndex(); length++) {
            assertThat(method.isRepeatedBy(payload.slice(0, length), names(method)))
                    .as("%d octets", length)
                    .isFalse();
        }
        assertThat(method.isRepeatedBy(payload.copy().writeByte(0), names(method)))
                .isFalse();
    }

    @Test
    void isRepeatedWhereverItsPayloadBegins() {
        BasicPublish method = new BasicPublish("", "some queue", false, true);
        ByteBuf later =
                Unpooled.buffer().writeZero(3).writeBytes(payload(method)).skipBytes(3);

        assertThat(method.isRepeatedBy(later, names(method))).isTrue();
    }

    private static byte[] names(BasicPublish method) {
        String names = (char) method.exchange().length()
                + method.exchange()
                + (char) method.routingKey().length()
                + method.routingKey();
        return names.getBytes(StandardCharsets.US_ASCII);
    }

    private static ByteBuf payload(BasicPublish method) {
        ByteBuf payload = Unpooled.buffer().writeInt(method.id());
        method.writeArguments(payload);
        return payload;
    }
}
