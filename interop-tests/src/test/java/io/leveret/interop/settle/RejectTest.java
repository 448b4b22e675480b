package io.leveret.interop.settle;

import com.rabbitmq.client.Channel;
import io.leveret.interop.Case;
import io.leveret.interop.Peer;

final class RejectTest {

    @Case
    void withoutRequeueDiscards(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Settling settling = new Settling(peer, channel);
        String queue = settling.outstanding(2);

        settling.attemptReject(1, false);
        channel.basicRecover(true);
        settling.observeRest(queue);

        peer.expect("ok", "m2 redelivered", "no more");
    }

    @Case
    void withRequeueReturnsTheMessage(Peer peer) throws Exception {
        Settling settling = new Settling(peer, peer.channel());
        String queue = settling.outstanding(2);

        settling.attemptReject(2, true);
        settling.observeRest(queue);

        peer.expect("ok", "m2 redelivered", "no more");
    }

    @Case
    void anUnknownTagIsRefused(Peer peer) throws Exception {
        new Settling(peer, peer.channel()).attemptReject(9, true);

        peer.expect(refused(9));
    }

    @Case
    void tagZeroIsRefused(Peer peer) throws Exception {
        Settling settling = new Settling(peer, peer.channel());
        settling.outstanding(1);

        settling.attemptReject(0, true);

        peer.expect(refused(0));
    }

    @Case
    void aSecondRejectIsRefused(Peer peer) throws Exception {
        Settling settling = new Settling(peer, peer.channel());
        settling.outstanding(1);

        settling.attemptReject(1, false);
        settling.attemptReject(1, false);

        peer.expect("ok", refused(1));
    }

    private static String refused(long tag) {
        return "channel closed: 406 PRECONDITION_FAILED - unknown delivery tag " + tag + " [basic.reject]";
    }
}
