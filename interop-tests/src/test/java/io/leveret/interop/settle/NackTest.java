package io.leveret.interop.settle;

import com.rabbitmq.client.Channel;
import io.leveret.interop.Case;
import io.leveret.interop.Peer;

final class NackTest {

    @Case
    void withoutRequeueDiscards(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Settling settling = new Settling(peer, channel);
        String queue = settling.outstanding(2);

        settling.attemptNack(1, false, false);
        channel.basicRecover(true);
        settling.observeRest(queue);

        peer.expect("ok", "m2 redelivered", "no more");
    }

    @Case
    void withRequeueReturnsOne(Peer peer) throws Exception {
        Settling settling = new Settling(peer, peer.channel());
        String queue = settling.outstanding(2);

        settling.attemptNack(2, false, true);
        settling.observeRest(queue);

        peer.expect("ok", "m2 redelivered", "no more");
    }

    @Case
    void multipleWithRequeueReturnsAllUpToTheTag(Peer peer) throws Exception {
        Settling settling = new Settling(peer, peer.channel());
        String queue = settling.outstanding(3);

        settling.attemptNack(2, true, true);
        settling.observeRest(queue);

        peer.expect("ok", "m1 redelivered", "m2 redelivered", "no more");
    }

    @Case
    void multipleWithTagZeroReturnsAll(Peer peer) throws Exception {
        Settling settling = new Settling(peer, peer.channel());
        String queue = settling.outstanding(3);

        settling.attemptNack(0, true, true);
        settling.observeRest(queue);

        peer.expect("ok", "m1 redelivered", "m2 redelivered", "m3 redelivered", "no more");
    }

    @Case
    void multipleWithoutRequeueDiscardsAllUpToTheTag(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Settling settling = new Settling(peer, channel);
        String queue = settling.outstanding(3);

        settling.attemptNack(2, true, false);
        channel.basicRecover(true);
        settling.observeRest(queue);

        peer.expect("ok", "m3 redelivered", "no more");
    }

    @Case
    void multipleWithTagZeroMayFindNothing(Peer peer) throws Exception {
        new Settling(peer, peer.channel()).attemptNack(0, true, true);

        peer.expect("ok");
    }

    @Case
    void anUnknownTagIsRefused(Peer peer) throws Exception {
        new Settling(peer, peer.channel()).attemptNack(9, false, true);

        peer.expect(refused(9));
    }

    @Case
    void tagZeroAloneIsRefused(Peer peer) throws Exception {
        new Settling(peer, peer.channel()).attemptNack(0, false, true);

        peer.expect(refused(0));
    }

    @Case
    void aSecondNackIsRefused(Peer peer) throws Exception {
        Settling settling = new Settling(peer, peer.channel());
        settling.outstanding(1);

        settling.attemptNack(1, false, true);
        settling.attemptNack(1, false, true);

        peer.expect("ok", refused(1));
    }

    @Case
    void anAckedTagIsRefused(Peer peer) throws Exception {
        Settling settling = new Settling(peer, peer.channel());
        settling.outstanding(1);

        settling.attemptAck(1, false);
        settling.attemptNack(1, false, true);

        peer.expect("ok", refused(1));
    }

    private static String refused(long tag) {
        return "channel closed: 406 PRECONDITION_FAILED - unknown delivery tag " + tag + " [basic.nack]";
    }
}
