package io.leveret.interop.settle;

import com.rabbitmq.client.Channel;
import io.leveret.interop.Case;
import io.leveret.interop.Peer;
import io.leveret.interop.QueueState;

final class AckTest {

    @Case
    void whatIsAckedDoesNotComeBack(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Settling settling = new Settling(peer, channel);
        String queue = settling.outstanding(3);

        settling.attemptAck(2, false);
        channel.basicRecover(true);
        settling.observeRest(queue);

        peer.expect("ok", "m1 redelivered", "m3 redelivered", "no more");
    }

    @Case
    void multipleAcksAllUpToTheTag(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Settling settling = new Settling(peer, channel);
        String queue = settling.outstanding(3);

        settling.attemptAck(2, true);
        channel.basicRecover(true);
        settling.observeRest(queue);

        peer.expect("ok", "m3 redelivered", "no more");
    }

    @Case
    void multipleWithTagZeroAcksAll(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Settling settling = new Settling(peer, channel);
        String queue = settling.outstanding(3);

        settling.attemptAck(0, true);
        channel.basicRecover(true);
        settling.observeRest(queue);

        peer.expect("ok", "no more");
    }

    @Case
    void multipleWithTagZeroMayFindNothing(Peer peer) throws Exception {
        new Settling(peer, peer.channel()).attemptAck(0, true);

        peer.expect("ok");
    }

    @Case
    void anyOrderWillDo(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Settling settling = new Settling(peer, channel);
        String queue = settling.outstanding(3);

        settling.attemptAck(3, false);
        settling.attemptAck(1, false);
        settling.attemptAck(2, false);
        channel.basicRecover(true);
        settling.observeRest(queue);

        peer.expect("ok", "ok", "ok", "no more");
    }

    @Case
    void multipleSkipsWhatIsAckedAlready(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Settling settling = new Settling(peer, channel);
        String queue = settling.outstanding(4);

        settling.attemptAck(2, false);
        settling.attemptAck(3, true);
        channel.basicRecover(true);
        settling.observeRest(queue);

        peer.expect("ok", "ok", "m4 redelivered", "no more");
    }

    @Case
    void multipleCoversAllQueuesOfTheChannel(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String one = peer.queue(channel, "one");
        String two = peer.queue(channel, "two");
        peer.publish(channel, "", one, "m1");
        peer.publish(channel, "", two, "m2");
        peer.observe(channel.basicGet(one, false), channel.basicGet(two, false));

        new Settling(peer, channel).attemptAck(2, true);
        channel.basicRecover(true);
        peer.observe(channel.basicGet(one, true), channel.basicGet(two, true));

        peer.expect("m1", "m2", "ok", "null", "null");
    }

    @Case
    void anUnknownTagIsRefused(Peer peer) throws Exception {
        new Settling(peer, peer.channel()).attemptAck(1, false);

        peer.expect(refused("1"));
    }

    @Case
    void anUnknownTagIsRefusedWithMultipleToo(Peer peer) throws Exception {
        new Settling(peer, peer.channel()).attemptAck(1, true);

        peer.expect(refused("1"));
    }

    @Case
    void tagZeroAloneIsRefused(Peer peer) throws Exception {
        new Settling(peer, peer.channel()).attemptAck(0, false);

        peer.expect(refused("0"));
    }

    @Case
    void aSecondAckIsRefused(Peer peer) throws Exception {
        Settling settling = new Settling(peer, peer.channel());
        settling.outstanding(1);

        settling.attemptAck(1, false);
        settling.attemptAck(1, false);

        peer.expect("ok", refused("1"));
    }

    @Case
    void aSecondAckIsRefusedWithMultipleToo(Peer peer) throws Exception {
        Settling settling = new Settling(peer, peer.channel());
        settling.outstanding(1);

        settling.attemptAck(1, true);
        settling.attemptAck(1, true);

        peer.expect("ok", refused("1"));
    }

    @Case
    void multipleUpToASettledTagIsRefusedThoughOthersAreOutstanding(Peer peer) throws Exception {
        Settling settling = new Settling(peer, peer.channel());
        settling.outstanding(2);

        settling.attemptAck(1, false);
        settling.attemptAck(1, true);

        peer.expect("ok", refused("1"));
    }

    @Case
    void multipleBeyondTheLastTagIsRefused(Peer peer) throws Exception {
        Settling settling = new Settling(peer, peer.channel());
        settling.outstanding(2);

        settling.attemptAck(5, true);

        peer.expect(refused("5"));
    }

    @Case
    void aTagBeyondTheLastIsRefused(Peer peer) throws Exception {
        Settling settling = new Settling(peer, peer.channel());
        settling.outstanding(1);

        settling.attemptAck(2, false);

        peer.expect(refused("2"));
    }

    @Case
    void theLargestTagIsRefusedAsAnUnsignedNumber(Peer peer) throws Exception {
        new Settling(peer, peer.channel()).attemptAck(1L << 63, false);

        peer.expect(refused("9223372036854775808"));
    }

    @Case
    void aTagOfAnotherChannelIsUnknown(Peer peer) throws Exception {
        new Settling(peer, peer.channel()).outstanding(1);

        new Settling(peer, peer.channel()).attemptAck(1, false);

        peer.expect(refused("1"));
    }

    @Case
    void aRefusedAckReturnsWhatIsOutstanding(Peer peer) throws Exception {
        Channel other = peer.channel();
        Settling settling = new Settling(peer, peer.channel());
        String queue = settling.outstanding(2);

        settling.attemptAck(9, false);
        QueueState.awaitReady(other, queue, 2);
        new Settling(peer, other).observeRest(queue);

        peer.expect(refused("9"), "m1 redelivered", "m2 redelivered", "no more");
    }

    private static String refused(String tag) {
        return "channel closed: 406 PRECONDITION_FAILED - unknown delivery tag " + tag + " [basic.ack]";
    }
}
