package io.leveret.interop.connection;

import io.leveret.interop.Case;
import io.leveret.interop.Differs;
import io.leveret.interop.Peer;
import io.leveret.interop.raw.Octets;

final class TableFaultsTest {

    private static final int EXCLUSIVE = 4;
    private static final int PASSIVE = 1;
    private static final int HEADERS = 1 << 13;
    private static final int DEEPEST = 128;
    private static final String SILENT = "RabbitMQ drops the connection without a word; Leveret answers 502";
    private static final String CUT_SHORT =
            "connection closed: 502 SYNTAX_ERROR - field table ends within a value [queue.declare]";
    private static final String UNKNOWN =
            "connection closed: 502 SYNTAX_ERROR - unknown field type 122 [queue.declare]";

    @Case("a table longer than its method is 501")
    void longerThanTheMethod(Peer peer) throws Exception {
        declareWith(peer, Octets.none().u32(32).text("abc"));

        peer.expect(
                "connection closed: 501 FRAME_ERROR - cannot decode <<0,0,1,113,4,0,0,0,32,97,98,99>> [queue.declare]");
    }

    @Case("an unknown type in a table closes the connection")
    @Differs(because = SILENT, leveret = UNKNOWN)
    void unknownType(Peer peer) throws Exception {
        declareWith(
                peer, Octets.none().longString(Octets.none().shortString("k").text("zabc")));

        peer.expect("socket closed");
    }

    @Case("a value longer than its table closes the connection")
    @Differs(because = SILENT, leveret = CUT_SHORT)
    void valueLongerThanTheTable(Peer peer) throws Exception {
        declareWith(
                peer,
                Octets.none()
                        .longString(
                                Octets.none().shortString("k").u8('S').u32(9).text("abc")));

        peer.expect("socket closed");
    }

    @Case("a name longer than its table closes the connection")
    @Differs(because = SILENT, leveret = CUT_SHORT)
    void nameLongerThanTheTable(Peer peer) throws Exception {
        declareWith(peer, Octets.none().longString(Octets.none().u8(200).text("abc")));

        peer.expect("socket closed");
    }

    @Case("a name without a value closes the connection")
    @Differs(because = SILENT, leveret = CUT_SHORT)
    void nameWithoutValue(Peer peer) throws Exception {
        declareWith(peer, Octets.none().longString(Octets.none().shortString("k")));

        peer.expect("socket closed");
    }

    @Case("tables nested 128 deep are taken in arguments and headers")
    void nestedDeep(Peer peer) throws Exception {
        declareWith(peer, Octets.none().longString(nested(DEEPEST)));
        publishWith(peer, nested(DEEPEST));

        peer.expect("queue.declare-ok on channel 1", "exchange.declare-ok on channel 1");
    }

    @Case("tables nested deeper than 128 are taken, too")
    @Differs(
            because = "Leveret bounds the depth, so that no message can exhaust a thread's stack",
            leveret = {
                "connection closed: 502 SYNTAX_ERROR - field tables nested deeper than 128 [queue.declare]",
                "connection closed: 541 INTERNAL_ERROR [no method]"
            })
    void nestedTooDeep(Peer peer) throws Exception {
        declareWith(peer, Octets.none().longString(nested(DEEPEST + 1)));
        publishWith(peer, nested(DEEPEST + 1));

        peer.expect("queue.declare-ok on channel 1", "exchange.declare-ok on channel 1");
    }

    /** What a table of so many levels has in it. */
    private static Octets nested(int levels) {
        Octets table = Octets.none();
        for (int level = 1; level < levels; level++) {
            table = Octets.none().shortString("t").u8('F').longString(table);
        }
        return table;
    }

    /** Publishes with these headers, then asks for something that is answered. */
    private static void publishWith(Peer peer, Octets headers) throws Exception {
        Octets publish =
                Octets.method(60, 40).u16(0).shortString("").shortString("none").u8(0);
        Octets ask = Octets.method(40, 10)
                .u16(0)
                .shortString("amq.direct")
                .shortString("direct")
                .u8(PASSIVE)
                .emptyTable();
        peer.observe(peer.raw()
                .open(1)
                .method(1, publish)
                .header(1, Octets.contentHeader(0, HEADERS).longString(headers))
                .method(1, ask)
                .next());
    }

    private static void declareWith(Peer peer, Octets table) throws Exception {
        Octets declare =
                Octets.method(50, 10).u16(0).shortString("q").u8(EXCLUSIVE).bytes(table.toBytes());
        peer.observe(peer.raw().open(1).method(1, declare).next());
    }
}
