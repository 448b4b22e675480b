package io.leveret.interop.connection;

import io.leveret.interop.Case;
import io.leveret.interop.Differs;
import io.leveret.interop.Peer;
import io.leveret.interop.raw.Octets;

final class UnexpectedMethodTest {

    @Case("an answer that only brokers send is 503")
    void answersOfBrokers(Peer peer) throws Exception {
        Octets declareOk = Octets.method(50, 11).shortString("q").u32(0).u32(0);
        peer.observe(peer.raw().open(1).method(1, declareOk).next());
        peer.observe(peer.raw().open(1).method(1, Octets.method(85, 11)).next());
        peer.observe(peer.raw().open(1).method(1, Octets.method(90, 11)).next());

        peer.expect(
                "connection closed: 503 COMMAND_INVALID - unimplemented method [queue.declare-ok]",
                "connection closed: 503 COMMAND_INVALID - unimplemented method [confirm.select-ok]",
                "connection closed: 503 COMMAND_INVALID - unimplemented method [tx.select-ok]");
    }

    @Case("connection.open on an open channel is 503")
    void connectionOpenOnAChannel(Peer peer) throws Exception {
        Octets open = Octets.method(10, 40).shortString("/").shortString("").u8(0);
        peer.observe(peer.raw().open(1).method(1, open).next());

        peer.expect("connection closed: 503 COMMAND_INVALID - unimplemented method [connection.open]");
    }

    @Case("access.request is answered with request-ok")
    void accessRequest(Peer peer) throws Exception {
        Octets request = Octets.method(30, 10).shortString("/data").u8(0x1f);
        peer.observe(peer.raw().open(1).method(1, request).next());

        peer.expect("access.request-ok on channel 1");
    }

    @Case("an unknown class or method closes the connection")
    @Differs(
            because = "RabbitMQ drops the connection without a word; Leveret answers 503 as the specification asks",
            leveret = {
                "connection closed: 503 COMMAND_INVALID - unknown method 10 of class 99 [99.10]",
                "connection closed: 503 COMMAND_INVALID - unknown method 99 of class 60 [basic.99]",
                "connection closed: 503 COMMAND_INVALID - unknown method 99 of class 10 [connection.99]"
            })
    void unknownMethod(Peer peer) throws Exception {
        peer.observe(peer.raw().open(1).method(1, Octets.method(99, 10)).next());
        peer.observe(peer.raw().open(1).method(1, Octets.method(60, 99)).next());
        peer.observe(peer.raw().method(0, Octets.method(10, 99)).next());

        peer.expect("socket closed", "socket closed", "socket closed");
    }
}
