package io.leveret.amqp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BasicPropertiesTest {

    private static final String ALL = "fffc" + "0161" + "0162" + "00000004 016b 7401" + "02" + "09" + "0163" + "0164"
            + "0165" + "0166" + "0000000068000000" + "0167" + "0168" + "0169" + "016a";

    @Test
    void readsAllFourteen() {
        BasicProperties properties = BasicProperties.read(octets(ALL));

        assertThat(properties.contentType()).isEqualTo("a");
        assertThat(properties.contentEncoding()).isEqualTo("b");
        assertThat(properties.headers())
                .isEqualTo(FieldTable.builder().put("k", true).build());
        assertThat(properties.deliveryMode()).isEqualTo(2);
        assertThat(properties.persistent()).isTrue();
        assertThat(properties.priority()).isEqualTo(9);
        assertThat(properties.correlationId()).isEqualTo("c");
        assertThat(properties.replyTo()).isEqualTo("d");
        assertThat(properties.expiration()).isEqualTo("e");
        assertThat(properties.messageId()).isEqualTo("f");
        assertThat(properties.timestamp()).isEqualTo(0x68000000L);
        assertThat(properties.type()).isEqualTo("g");
        assertThat(properties.userId()).isEqualTo("h");
        assertThat(properties.appId()).isEqualTo("i");
        assertThat(properties.clusterId()).isEqualTo("j");
    }

    @Test
    void saysWhatIsAbsent() {
        BasicProperties properties = BasicProperties.read(octets("0000"));

        assertThat(properties).isSameAs(BasicProperties.EMPTY);
        assertThat(properties.contentType()).isNull();
        assertThat(properties.deliveryMode()).isZero();
        assertThat(properties.persistent()).isFalse();
        assertThat(properties.priority()).isEqualTo(-1);
        assertThat(properties.timestamp()).isEqualTo(-1);
        assertThat(properties.hasTimestamp()).isFalse();
        assertThat(properties.headers()).isSameAs(FieldTable.EMPTY);
        assertThat(properties.hasHeaders()).isFalse();
        assertThat(properties.hasExpiration()).isFalse();
        assertThat(properties.hasUserId()).isFalse();
        assertThat(properties.hasReplyTo()).isFalse();
    }

    @Test
    void headersThatAreThereButEmptyAreThere() {
        assertThat(BasicProperties.read(octets("2000 00000000")).hasHeaders()).isTrue();
    }

    @Test
    void findsOneHeaderAsTheTableHasIt() {
        FieldTable inner = FieldTable.builder().put("b", "not this one").build();
        FieldTable headers = FieldTable.builder()
                .put("a", 1)
                .put("table", FieldValue.of(inner))
                .put("list", FieldValue.of(List.of(FieldValue.of("x"), FieldValue.of(2L))))
                .put("b", "this one")
                .put("löwe", true)
                .build();

        for (String name : List.of("a", "table", "list", "b", "löwe", "", "c", "tab")) {
            BasicProperties properties = BasicProperties.builder()
                    .contentType("t")
                    .headers(headers)
                    .appId("x")
                    .build();
            assertThat(properties.header(name)).as(name).isEqualTo(headers.get(name));
            assertThat(properties.header(new HeaderName(name))).as(name).isEqualTo(headers.get(name));
            assertThat(properties.headers()).isEqualTo(headers);
            assertThat(properties.header(name)).as("%s once decoded", name).isEqualTo(headers.get(name));
            assertThat(properties.header(new HeaderName(name)))
                    .as("%s once decoded", name)
                    .isEqualTo(headers.get(name));
        }
        assertThat(BasicProperties.EMPTY.header("a")).isNull();
        assertThat(BasicProperties.EMPTY.header(new HeaderName("a"))).isNull();
    }

    @Test
    void readsOneTimeFromTheBufferAndThenKnows() {
        ByteBuf in = octets(ALL);

        BasicProperties properties = BasicProperties.read(in);
        in.setZero(0, in.capacity());

        assertThat(in.isReadable()).isFalse();
        assertThat(properties.contentType()).isEqualTo("a");
        assertThat(properties.headers()).isSameAs(properties.headers());
    }

    @RepeatedTest(500)
    void isReadAsItWasBuilt(RepetitionInfo repetition) {
        BasicProperties built = new RandomValues(repetition.getCurrentRepetition()).properties();

        BasicProperties read = BasicProperties.read(Unpooled.wrappedBuffer(built.encoded()));

        assertThat(read)
                .as("seed %d", repetition.getCurrentRepetition())
                .isEqualTo(built)
                .hasSameHashCodeAs(built);
        assertThat(rebuilt(read))
                .as("seed %d: each property decoded and encoded again", repetition.getCurrentRepetition())
                .isEqualTo(built);
        assertThat(read.toBuilder().build()).isEqualTo(built);
    }

    /** Everything through the accessors, which start from the flags each time. */
    private static BasicProperties rebuilt(BasicProperties p) {
        BasicProperties.Builder builder = BasicProperties.builder()
                .contentType(p.contentType())
                .contentEncoding(p.contentEncoding())
                .headers(p.hasHeaders() ? p.headers() : null)
                .correlationId(p.correlationId())
                .replyTo(p.replyTo())
                .expiration(p.expiration())
                .messageId(p.messageId())
                .type(p.type())
                .userId(p.userId())
                .appId(p.appId())
                .clusterId(p.clusterId());
        if (p.priority() >= 0) {
            builder.priority(p.priority());
        }
        if (p.hasTimestamp()) {
            builder.timestamp(p.timestamp());
        }
        // Absent and 0 are the same to who reads the mode, so the flag has to be asked.
        return (p.encoded()[0] & 0x10) != 0
                ? builder.deliveryMode(p.deliveryMode()).build()
                : builder.build();
    }

    @Test
    void builderSetsAndTakesAway() {
        BasicProperties properties = BasicProperties.read(octets(ALL)).toBuilder()
                .contentType(null)
                .contentEncoding(null)
                .headers(null)
                .expiration(null)
                .replyTo("other")
                .correlationId(null)
                .messageId(null)
                .type(null)
                .userId(null)
                .appId(null)
                .clusterId(null)
                .build();

        assertThat(ByteBufUtil.hexDump(properties.encoded()))
                .isEqualTo("1a40" + "02" + "09" + "056f74686572" + "0000000068000000");
    }

    @Test
    void builderKeepsTheOctetsOfWhatItDoesNotSet() {
        BasicProperties odd = BasicProperties.read(octets("a000" + "02fffe" + "00000004 02fffe 56"));

        BasicProperties changed = odd.toBuilder().priority(1).build();

        assertThat(ByteBufUtil.hexDump(changed.encoded())).isEqualTo("a80002fffe0000000402fffe56" + "01");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 256})
    void builderRefusesWhatDoesNotFitAnOctet(int value) {
        BasicProperties.Builder builder = BasicProperties.builder();

        assertThatThrownBy(() -> builder.priority(value)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.deliveryMode(value))
                .hasMessage("delivery mode: " + value + " (expected: 0 to 255)");
    }

    @Test
    void builderRefusesHeadersThatCouldNotBeRead() {
        FieldTable odd = FieldTable.EMPTY;
        for (int depth = 1; depth < FieldTable.MAX_DEPTH - 1; depth += 2) {
            odd = FieldTable.builder().put("array", List.of(FieldValue.of(odd))).build();
        }
        FieldTable deepest =
                FieldTable.builder().put("flat", 1).put("table", odd).build();
        FieldTable tooDeep = FieldTable.builder().put("t", deepest).build();
        BasicProperties.Builder builder = BasicProperties.builder();

        assertThat(BasicProperties.of(builder.headers(deepest).build().encoded())
                        .headers())
                .isEqualTo(deepest);
        assertThatThrownBy(() -> builder.headers(tooDeep)).hasMessage("depth of headers: 129 (expected: 1 to 128)");
    }

    @Test
    void builderRefusesALongShortString() {
        BasicProperties.Builder builder = BasicProperties.builder();

        assertThatThrownBy(() -> builder.type("t".repeat(256))).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "0001",
                "10010002",
                "1000",
                "100002ff",
                "000000",
                "8000",
                "80000961",
                "8000ff",
                "004000000000000000",
                "2000",
                "2000ffffffff",
                "200000000005016b7401",
                "200000000003016b7401",
                "2000000000046b",
                "fffc"
            })
    void refusesWhatIsMalformedAsRabbitMqDoes(String octets) {
        assertThatThrownBy(() -> BasicProperties.read(octets(octets)))
                .isInstanceOfSatisfying(
                        AmqpException.class, e -> assertThat(e.replyText()).isEqualTo("INTERNAL_ERROR"));
    }

    @Test
    void refusesEveryShorterList() {
        ByteBuf all = octets(ALL);
        for (int length = 0; length < all.readableBytes(); length++) {
            ByteBuf cut = all.slice(0, length);

            assertThatThrownBy(() -> BasicProperties.read(cut))
                    .as("%d bytes", length)
                    .isInstanceOf(AmqpException.class);
        }
    }

    @Test
    void letsTheMeaninglessFlagPass() {
        assertThat(BasicProperties.read(octets("1002 02")).persistent()).isTrue();
        assertThat(BasicProperties.read(octets("1002 02")).toBuilder().build())
                .isEqualTo(BasicProperties.builder().deliveryMode(2).build());
    }

    @RepeatedTest(200)
    void knowsItsOwnBytesInAnyBuffer(RepetitionInfo repetition) {
        RandomValues values = new RandomValues(repetition.getCurrentRepetition());
        BasicProperties properties = values.properties();
        byte[] encoded = properties.encoded();
        ByteBuf heap = Unpooled.buffer().writeLong(0).writeBytes(encoded).skipBytes(8);
        ByteBuf direct =
                Unpooled.directBuffer().writeByte(0).writeBytes(encoded).skipBytes(1);
        try {
            assertThat(properties.sameBytes(heap)).isTrue();
            assertThat(properties.sameBytes(direct)).isTrue();

            int changed = values.random().nextInt(encoded.length);
            heap.setByte(8 + changed, ~encoded[changed]);
            direct.setByte(1 + changed, ~encoded[changed]);

            assertThat(properties.sameBytes(heap))
                    .as("octet %d changed", changed)
                    .isFalse();
            assertThat(properties.sameBytes(direct))
                    .as("octet %d changed", changed)
                    .isFalse();
            assertThat(heap.readerIndex()).isEqualTo(8);
            assertThat(properties.sameBytes(heap.slice(0, encoded.length - 1))).isFalse();
        } finally {
            direct.release();
        }
    }

    private static ByteBuf octets(String hex) {
        return Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex.replace(" ", "")));
    }

    @Test
    void takesItsOwnOctetsAndRefusesBrokenOnes() {
        BasicProperties properties = BasicProperties.builder().messageId("m").build();
        byte[] encoded = properties.encoded();

        assertThat(BasicProperties.of(encoded)).isEqualTo(properties);
        assertThat(BasicProperties.of(new byte[2])).isSameAs(BasicProperties.EMPTY);
        assertThatThrownBy(() -> BasicProperties.of(Arrays.copyOf(encoded, encoded.length - 1)))
                .isInstanceOf(AmqpException.class);
    }

    @Test
    void headerNamesOfOneTextAreEqual() {
        assertThat(new HeaderName("a")).isEqualTo(new HeaderName("a")).hasSameHashCodeAs(new HeaderName("a"));
        assertThat(new HeaderName("a")).isNotEqualTo(new HeaderName("b"));
    }

    /** As long as a header's name is at most, and one longer. */
    @Test
    void aNameThatIsTooLongIsThatOfNoHeader() {
        String longest = "n".repeat(255);
        FieldTable headers = FieldTable.builder().put(longest, 1).build();
        byte[] encoded = BasicProperties.builder().headers(headers).build().encoded();

        assertThat(BasicProperties.of(encoded).header(new HeaderName(longest))).isEqualTo(headers.get(longest));
        assertThat(BasicProperties.of(encoded).header(new HeaderName(longest + "n")))
                .isNull();
    }
}
