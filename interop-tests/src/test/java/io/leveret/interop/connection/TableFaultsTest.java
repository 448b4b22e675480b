package io.leveret.interop.connection;

import io.leveret.interop.Case;
import io.leveret.interop.Differs;
import io.leveret.interop.Peer;
import io.leveret.interop.raw.Octets;

final class TableFaultsTest {

    private static final int EXCLUSIVE = 4;
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

    private static void declareWith(Peer peer, Octets table) throws Exception {
        Octets declare =
                Octets.method(50, 10).u16(0).shortString("q").u8(EXCLUSIVE).bytes(table.toBytes());
        peer.observe(peer.raw().open(1).method(1, declare).next());
    }
}
