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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FieldTableTest {

    @ParameterizedTest
    @CsvSource({
        "53 00000002 6869, longstr, S",
        "62 ff, byte, b",
        "42 ff, unsignedbyte, B",
        "73 fffe, short, s",
        "75 fffe, unsignedshort, u",
        "49 fffffffd, signedint, I",
        "69 fffffffd, unsignedint, i",
        "6c fffffffffffffffc, long, l",
        "66 3f800000, float, f",
        "64 3ff0000000000000, double, d",
        "44 02 0000007b, decimal, D",
        "54 0000000068000000, timestamp, T",
        "74 01, bool, t",
        "46 00000004 0161 7400, table, F",
        "41 00000003 7400 56, array, A",
        "78 00000002 00ff, binary, x",
        "56, void, V"
    })
    void readsAndWritesEachType(String value, String typeName, char tag) {
        String octets = table("016b" + value);

        FieldTable table = FieldTable.read(octets(octets));

        assertThat(table.entries().values())
                .singleElement()
                .returns(typeName, FieldValue::typeName)
                .returns((byte) tag, FieldValue::tag);
        assertThat(written(table)).isEqualTo(octets);
    }

    @Test
    void hasTheValuesThatWereSent() {
        FieldTable table = FieldTable.read(octets(table("0161 53 00000002 6869" + "0162 62 ff" + "0163 42 ff"
                + "0164 73 fffe" + "0165 75 fffe" + "0166 49 fffffffd" + "0167 69 fffffffd" + "0168 6c fffffffffffffffc"
                + "0169 66 3f800000" + "016a 64 3ff0000000000000" + "016b 44 02 0000007b" + "016c 54 0000000068000000"
                + "016d 74 01" + "016e 46 00000004 0161 7400" + "016f 41 00000003 7400 56" + "0170 78 00000002 00ff"
                + "0171 56")));

        assertThat(table.entries().values())
                .containsExactly(
                        FieldValue.of("hi"),
                        new FieldValue.Int8((byte) -1),
                        new FieldValue.UInt8(255),
                        new FieldValue.Int16((short) -2),
                        new FieldValue.UInt16(65534),
                        FieldValue.of(-3),
                        new FieldValue.UInt32(4294967293L),
                        FieldValue.of(-4L),
                        new FieldValue.Float32(1),
                        new FieldValue.Float64(1),
                        new FieldValue.Decimal(2, 123),
                        new FieldValue.Timestamp(0x68000000),
                        FieldValue.of(true),
                        FieldValue.of(FieldTable.builder().put("a", false).build()),
                        FieldValue.of(List.of(FieldValue.of(false), new FieldValue.Void())),
                        new FieldValue.Bytes(new byte[] {0, -1}),
                        new FieldValue.Void());
    }

    @Test
    void readsBothTagsOfA64BitInteger() {
        FieldTable upperCase = FieldTable.read(octets(table("016b 4c 0000000000000007")));

        assertThat(upperCase).isEqualTo(FieldTable.builder().put("k", 7L).build());
        assertThat(written(upperCase)).isEqualTo(table("016b 6c 0000000000000007"));
    }

    @ParameterizedTest
    @EnumSource(
            value = FieldType.class,
            names = {"INT8", "UINT8", "INT16", "UINT16", "INT32", "UINT32", "INT64"})
    void integersOfAllWidthsHaveALongValue(FieldType type) {
        FieldValue value = new RandomValues(type.tag()).value(type, 0);

        assertThat(value.isInteger()).isTrue();
        assertThat(value).hasToString(value.getClass().getSimpleName() + "[value=" + value.longValue() + "]");
    }

    @ParameterizedTest
    @EnumSource(
            value = FieldType.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"INT8", "UINT8", "INT16", "UINT16", "INT32", "UINT32", "INT64"})
    void nothingElseHasALongValue(FieldType type) {
        FieldValue value = new RandomValues(type.tag()).value(type, 0);

        assertThat(value.isInteger()).isFalse();
        assertThatThrownBy(value::longValue).isInstanceOf(IllegalStateException.class);
    }

    @RepeatedTest(500)
    void isReadAsItWasWrittenInOrder(RepetitionInfo repetition) {
        FieldTable table = new RandomValues(repetition.getCurrentRepetition()).table();

        FieldTable read = FieldTable.read(octets(written(table)));

        assertThat(read)
                .as("seed %d", repetition.getCurrentRepetition())
                .isEqualTo(table)
                .hasSameHashCodeAs(table);
        assertThat(written(read))
                .as("seed %d", repetition.getCurrentRepetition())
                .isEqualTo(written(table));
    }

    @Test
    void ignoresOrderWhenCompared() {
        FieldTable ab = FieldTable.builder().put("a", 1).put("b", "x").build();
        FieldTable ba = FieldTable.builder().put("b", "x").put("a", 1).build();

        assertThat(ab).isEqualTo(ba).hasSameHashCodeAs(ba);
        assertThat(ab.entries().keySet()).containsExactly("a", "b");
    }

    @Test
    void keepsTheFirstOfTwoValuesOfOneName() {
        assertThat(FieldTable.read(octets(table("016b 7401 016b 7400"))).get("k"))
                .isEqualTo(FieldValue.of(true));
    }

    @Test
    void leavesTheBufferBehindTheTable() {
        ByteBuf in = octets(table("016b 7401") + "2a");

        FieldTable.read(in);

        assertThat(in.readableBytes()).isEqualTo(1);
        assertThat(in.readByte()).isEqualTo((byte) 0x2a);
    }

    @Test
    void readsABodyWithoutALength() {
        ByteBuf in = octets("016b 7401");

        assertThat(FieldTable.readBody(in, 4))
                .isEqualTo(FieldTable.builder().put("k", true).build());
    }

    @Test
    void namesThatAreNotUtf8AreTakenAndCanBeWrittenAgain() {
        FieldTable table = FieldTable.read(octets(table("ff" + "e9".repeat(255) + "56")));

        assertThat(written(table)).startsWith("00000101" + "ff" + "c3a9");
        assertThat(FieldTable.read(octets(written(table)))).isEqualTo(table);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "000000",
                "ffffffff",
                "7fffffff",
                "00000004 016b74",
                "00000001 09",
                "00000002 016b",
                "00000006 016b 53 ffffff",
                "00000007 016b 53 ffffffff",
                "00000007 016b 78 ffffffff",
                "00000007 016b 41 7fffffff",
                "00000007 016b 46 80000000",
                "00000008 016b 41 00000001 49",
                "00000008 016b 46 00000001 05",
                "0000000c 016b 46 00000005 0161 49 0000",
                "00000007 016b 6c 00000000",
                "00000003 016b 7a",
                "00000003 016b 00"
            })
    void refusesWhatIsNotATable(String octets) {
        assertThatThrownBy(() -> FieldTable.read(octets(octets)))
                .isInstanceOfSatisfying(
                        AmqpException.class, e -> assertThat(e.code()).isEqualTo(ReplyCode.SYNTAX_ERROR));
        assertThatThrownBy(() -> BasicProperties.read(octets("2000" + octets)))
                .as("as headers")
                .isInstanceOf(AmqpException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 5, Integer.MAX_VALUE})
    void refusesABodyThatIsNotThere(int length) {
        ByteBuf in = octets("016b 7401");

        assertThatThrownBy(() -> FieldTable.readBody(in, length)).isInstanceOf(AmqpException.class);
    }

    @Test
    void nestsAsDeepAsAStackHoldsAndNoDeeper() {
        assertThat(written(FieldTable.read(octets(nested(FieldTable.MAX_DEPTH)))))
                .hasSizeGreaterThan(1000);
        assertThatThrownBy(() -> FieldTable.read(octets(nested(FieldTable.MAX_DEPTH + 1))))
                .hasMessage("SYNTAX_ERROR - field tables nested deeper than 128");
        assertThat(BasicProperties.read(octets("2000" + nested(FieldTable.MAX_DEPTH)))
                        .hasHeaders())
                .isTrue();
        assertThatThrownBy(() -> BasicProperties.read(octets("2000" + nested(FieldTable.MAX_DEPTH + 1))))
                .isInstanceOf(AmqpException.class);
    }

    @Test
    void refusesNamesOfMoreThan255Bytes() {
        FieldTable.Builder builder = FieldTable.builder();

        assertThatThrownBy(() -> builder.put("n".repeat(256), 1)).isInstanceOf(IllegalArgumentException.class);
    }

    private static String nested(int depth) {
        String octets = "00000000";
        for (int i = 1; i < depth; i++) {
            octets = table("016b 46" + octets);
        }
        return octets;
    }

    private static String table(String body) {
        String packed = body.replace(" ", "");
        return "%08x".formatted(packed.length() / 2) + packed;
    }

    private static String written(FieldTable table) {
        ByteBuf out = Unpooled.buffer();
        table.write(out);
        return ByteBufUtil.hexDump(out);
    }

    private static ByteBuf octets(String hex) {
        return Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex.replace(" ", "")));
    }

    @Test
    void decodesWhatItEncodedAndNothingShorter() {
        FieldTable table = FieldTable.builder()
                .put("a", 1)
                .put("b", FieldTable.builder().put("c", "text").build())
                .build();
        byte[] encoded = table.encoded();

        assertThat(FieldTable.decode(encoded)).isEqualTo(table);
        assertThat(FieldTable.decode(FieldTable.EMPTY.encoded())).isEqualTo(FieldTable.EMPTY);
        assertThatThrownBy(() -> FieldTable.decode(Arrays.copyOf(encoded, encoded.length - 1)))
                .isInstanceOf(AmqpException.class);
    }
}
