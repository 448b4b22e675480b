package io.leveret.amqp;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProtocolHeaderTest {

    private static final String AMQP = "414d5150";

    @ParameterizedTest
    @CsvSource({"00000901", "01010009"})
    void accepts(String version) {
        assertThat(ProtocolHeader.read(octets(AMQP + version)).accepted()).isTrue();
    }

    /** As RabbitMQ 4.3 answers, but for AMQP 1.0, which it speaks itself. */
    @ParameterizedTest
    @CsvSource({
        "414d5150 00000900, OTHER_AMQP_0_9, 00000901",
        "414d5150 00000a00, OTHER_AMQP_0_9, 00000901",
        "414d5150 00000800, UNKNOWN, 03010000",
        "414d5150 00000009, UNKNOWN, 03010000",
        "414d5150 01010901, UNKNOWN, 03010000",
        "414d5150 01010800, UNKNOWN, 03010000",
        "414d5150 02000901, UNKNOWN, 03010000",
        "414d5151 00000901, UNKNOWN, 03010000",
        "414d5150 00010000, AMQP_1_0, 00000901",
        "414d5150 03010000, AMQP_1_0, 00000901",
        "47455420 2f204854, HTTP, 03010000",
        "16030100 c8010000, TLS, 03010000"
    })
    void refuses(String header, ProtocolHeader.Offer offer, String answer) {
        ByteBuf out = Unpooled.buffer();

        ProtocolHeader.Offer read = ProtocolHeader.read(octets(header));
        read.writeRefusal(out);

        assertThat(read).isEqualTo(offer);
        assertThat(read.accepted()).isFalse();
        assertThat(ByteBufUtil.hexDump(out)).isEqualTo(AMQP + answer);
    }

    @Test
    void acceptsWhatItWrites() {
        ByteBuf out = Unpooled.buffer();

        ProtocolHeader.write(out);

        assertThat(out.readableBytes()).isEqualTo(ProtocolHeader.LENGTH);
        assertThat(ProtocolHeader.read(out).accepted()).isTrue();
    }

    private static ByteBuf octets(String hex) {
        return Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex.replace(" ", "")));
    }
}
