package io.leveret.amqp.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.FieldTable;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Octets written down by hand from the specification, and RabbitMQ's answers to octets that are not a method. */
class MethodReaderTest {

    @Test
    void readsQueueDeclare() {
        assertSame(
                "0032 000a 0000 0171 1a 00000007 016b 49 00000007",
                new QueueDeclare(
                        "q",
                        false,
                        true,
                        false,
                        true,
                        true,
                        FieldTable.builder().put("k", 7).build()));
    }

    @Test
    void readsConnectionTune() {
        assertSame("000a 001e 07ff 00020000 003c", new ConnectionTune(2047, 131072, 60));
    }

    @Test
    void readsBasicPublish() {
        assertSame("003c 0028 0000 0178 026b79 03", new BasicPublish("x", "ky", true, true));
    }

    @Test
    void readsBasicNack() {
        assertSame("003c 0078 0000000000000105 02", new BasicNack(0x105, false, true));
    }

    @Test
    void readsConnectionClose() {
        assertSame("000a 0032 0140 0162 0032 000a", new ConnectionClose(320, "b", 50, 10));
    }

    @Test
    void readsExchangeUnbindOkUnderItsOddNumber() {
        assertSame("0028 0033", new ExchangeUnbindOk());
    }

    @Test
    void readsUnsignedNumbersAsUnsigned() {
        assertSame("0032 000b 0171 ffffffff fffffffe", new QueueDeclareOk("q", 4_294_967_295L, 4_294_967_294L));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            003c 000a 0000                        | FRAME_ERROR - cannot decode <<0,0>>
            005a 000a 616263                      | FRAME_ERROR - cannot decode <<97,98,99>>
            0032 000a                             | FRAME_ERROR - cannot decode <<>>
            0032 000a 0000 096162                 | FRAME_ERROR - cannot decode <<0,0,9,97,98>>
            0032 000a 0000 0171 00 00000064 6162  | FRAME_ERROR - cannot decode <<0,0,1,113,0,0,0,0,100,97,98>>
            0032 000a 0000 02fffe 00 00000000     | FRAME_ERROR - Malformed UTF-8 in shortstr
            0032 000a 0000 0171 00 00000002 016b  | SYNTAX_ERROR - field table ends within a value
            0032 000a 0000 0171 00 00000004 016b5a00 | SYNTAX_ERROR - unknown field type 90
            0063 000a                             | COMMAND_INVALID - unknown method 10 of class 99
            0032 0063                             | COMMAND_INVALID - unknown method 99 of class 50
            """)
    void answersWhatIsMalformed(String payload, String replyText) {
        assertThatThrownBy(() -> MethodReader.read(octets(payload)))
                .isInstanceOfSatisfying(
                        AmqpException.class, e -> assertThat(e.replyText()).isEqualTo(replyText));
    }

    @Test
    void takesAnyOctetsAsRoutingKeyOfAPublish() {
        assertThat(MethodReader.read(octets("003c 0028 0000 00 02fffe 00")))
                .isEqualTo(new BasicPublish("", "\udcff\udcfe", false, false));
    }

    @Test
    void takesTheReplacementCharacterAsTheCharacterThatItIs() {
        assertThat(MethodReader.read(octets("003c 001e 03efbfbd 00"))).isEqualTo(new BasicCancel("\ufffd", false));
    }

    @Test
    void refusesToWriteAShortStringOfMoreThan255Bytes() {
        BasicCancel cancel = new BasicCancel("\u00e9".repeat(128), false);

        assertThatThrownBy(() -> cancel.writeArguments(Unpooled.buffer()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("short string of 256 bytes (expected: 0 to 255)");
    }

    private static void assertSame(String octets, Method method) {
        ByteBuf written = Unpooled.buffer().writeInt(method.id());
        method.writeArguments(written);
        assertThat(ByteBufUtil.hexDump(written)).isEqualTo(octets.replace(" ", ""));
        assertThat(MethodReader.read(octets(octets))).isEqualTo(method);
        assertThat(Unpooled.buffer()
                        .writeShort(method.classId())
                        .writeShort(method.methodId())
                        .getInt(0))
                .isEqualTo(method.id());
    }

    private static ByteBuf octets(String hex) {
        return Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex.replace(" ", "")));
    }
}
