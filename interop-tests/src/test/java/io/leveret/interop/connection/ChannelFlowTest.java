package io.leveret.interop.connection;

import io.leveret.interop.Case;
import io.leveret.interop.Peer;
import io.leveret.interop.raw.Octets;

final class ChannelFlowTest {

    @Case("channel.flow active=true is answered with flow-ok")
    void active(Peer peer) throws Exception {
        peer.observe(peer.raw().open(1).method(1, Octets.method(20, 20).u8(1)).next());

        peer.expect("channel.flow-ok on channel 1");
    }

    @Case("channel.flow active=false is 540")
    void inactive(Peer peer) throws Exception {
        peer.observe(peer.raw().open(1).method(1, Octets.method(20, 20).u8(0)).next());

        peer.expect("connection closed: 540 NOT_IMPLEMENTED - active=false [channel.flow]");
    }

    @Case("channel.flow-ok that nobody asked for is 503")
    void flowOkUnasked(Peer peer) throws Exception {
        peer.observe(peer.raw().open(1).method(1, Octets.method(20, 21).u8(1)).next());

        peer.expect("connection closed: 503 COMMAND_INVALID - unimplemented method [channel.flow-ok]");
    }
}
