package io.leveret.interop.message;

import io.leveret.interop.Case;
import io.leveret.interop.Differs;
import io.leveret.interop.Peer;
import io.leveret.interop.raw.Octets;
import io.leveret.interop.raw.RawClient;
import java.util.Arrays;
import java.util.HexFormat;

final class FieldTableTest {

    private static final String AS_SENT = "Leveret passes headers on as they were encoded, RabbitMQ encodes them anew";

    @Case("every type of field arrives with its own tag")
    void everyType(Peer peer) throws Exception {
        Octets nested = Octets.none()
                .shortString("z")
                .u8('t')
                .u8(1)
                .shortString("a")
                .u8('t')
                .u8(0);
        Octets array = Octets.none().u8('I').u32(1).u8('S').longString("two").u8('V');
        Octets table = Octets.none()
                .shortString("array")
                .u8('A')
                .longString(array)
                .shortString("bool")
                .u8('t')
                .u8(1)
                .shortString("bytes")
                .u8('x')
                .longString("octets")
                .shortString("decimal")
                .u8('D')
                .u8(2)
                .u32(314)
                .shortString("double")
                .u8('d')
                .u64(Double.doubleToLongBits(1.5))
                .shortString("float")
                .u8('f')
                .u32(Float.floatToIntBits(1.5f))
                .shortString("int16")
                .u8('s')
                .u16(-5)
                .shortString("int32")
                .u8('I')
                .u32(-5)
                .shortString("int64")
                .u8('l')
                .u64(-5)
                .shortString("int8")
                .u8('b')
                .u8(-5)
                .shortString("longstr")
                .u8('S')
                .longString("text")
                .shortString("table")
                .u8('F')
                .longString(nested)
                .shortString("timestamp")
                .u8('T')
                .u64(1_700_000_000)
                .shortString("uint16")
                .u8('u')
                .u16(65_000)
                .shortString("uint32")
                .u8('i')
                .u32(4_000_000_000L)
                .shortString("uint8")
                .u8('B')
                .u8(250)
                .shortString("void")
                .u8('V');

        echo(peer, table);

        peer.expect("the same");
    }

    @Case("headers arrive sorted by name, tables in them as they were sent")
    @Differs(because = AS_SENT, leveret = "the same")
    void order(Peer peer) throws Exception {
        Octets nested = Octets.none().shortString("d").u8('V').shortString("c").u8('V');
        echo(
                peer,
                Octets.none().shortString("b").u8('V').shortString("a").u8('F').longString(nested));

        peer.expect("0000001001614600000006016456016356016256");
    }

    @Case("a 64 bit integer with the tag L arrives with the tag l")
    @Differs(because = AS_SENT, leveret = "the same")
    void otherLong(Peer peer) throws Exception {
        echo(peer, Octets.none().shortString("a").u8('L').u64(5));

        peer.expect("0000000b01616c0000000000000005");
    }

    @Case("a boolean other than 0 arrives as 1")
    @Differs(because = AS_SENT, leveret = "the same")
    void oddBoolean(Peer peer) throws Exception {
        echo(peer, Octets.none().shortString("a").u8('t').u8(7));

        peer.expect("0000000401617401");
    }

    @Case("of a name twice in the headers only the first arrives")
    @Differs(because = AS_SENT, leveret = "the same")
    void duplicates(Peer peer) throws Exception {
        echo(
                peer,
                Octets.none()
                        .shortString("a")
                        .u8('I')
                        .u32(1)
                        .shortString("a")
                        .u8('I')
                        .u32(2));

        peer.expect("0000000701614900000001");
    }

    @Case("names may be empty or 255 bytes long, and strings hold any octets")
    void oddNames(Peer peer) throws Exception {
        echo(
                peer,
                Octets.none()
                        .shortString("")
                        .u8('V')
                        .shortString("n".repeat(255))
                        .u8('S')
                        .u32(2)
                        .u8(0)
                        .u8(0xff));

        peer.expect("the same");
    }

    @Case("empty tables and arrays arrive empty")
    void empty(Peer peer) throws Exception {
        echo(
                peer,
                Octets.none()
                        .shortString("a")
                        .u8('A')
                        .u32(0)
                        .shortString("t")
                        .u8('F')
                        .u32(0));
        echo(peer, Octets.none());

        peer.expect("the same", "the same");
    }

    @Case("tables nested a hundred deep arrive")
    void deep(Peer peer) throws Exception {
        Octets table = Octets.none().shortString("a").u8('V');
        for (int depth = 0; depth < 100; depth++) {
            table = Octets.none().shortString("a").u8('F').longString(table);
        }
        echo(peer, table);

        peer.expect("the same");
    }

    /** Publishes a message with these headers, gets it, and observes whether they came back the same. */
    private static void echo(Peer peer, Octets table) throws Exception {
        RawClient client = peer.raw().open(1);
        String queue = peer.name("q" + table.size());
        client.method(1, Octets.method(50, 10).u16(0).shortString(queue).u8(4).emptyTable());
        client.next();
        client.method(
                1,
                Octets.method(60, 40).u16(0).shortString("").shortString(queue).u8(0));
        client.header(1, Octets.contentHeader(0, 0x2000).longString(table));
        client.method(1, Octets.method(60, 70).u16(0).shortString(queue).u8(2));
        client.next();
        byte[] got = client.nextPayload();
        byte[] sent = Octets.contentHeader(0, 0x2000).longString(table).toBytes();
        peer.observe(Arrays.equals(sent, got) ? "the same" : HexFormat.of().formatHex(got, 14, got.length));
    }
}
