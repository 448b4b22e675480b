package io.leveret.interop.firehose;

import com.rabbitmq.client.Channel;
import io.leveret.interop.Case;
import io.leveret.interop.Headers;
import io.leveret.interop.Inbox;
import io.leveret.interop.Peer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Tracing is on or off for the whole virtual host. */
@ResourceLock("firehose")
final class DeliveryTraceTest {

    @Case("a delivery is copied with the key deliver.<queue>, and headers that tell of it")
    void deliver(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");
        Traces traces = Traces.of(peer, "deliver." + queue);

        Inbox inbox = Inbox.of(channel, queue);
        peer.publish(channel, "", queue, "body");
        inbox.next();
        traces.observe(1);

        peer.expect(
                "deliver.q: body",
                "  channel = Integer 1",
                "  connection = client -> server",
                "  exchange_name = ",
                "  node = name@host",
                "  properties = {}",
                "  redelivered = Integer 0",
                "  routing_keys = [q]",
                "  user = guest",
                "  vhost = /");
    }

    @Case("so is what basic.get takes")
    void get(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");
        Traces traces = Traces.of(peer, "deliver." + queue);

        peer.enqueue(channel, queue, "with", "without");
        channel.basicGet(queue, false);
        channel.basicGet(queue, true);
        traces.observe(2, "redelivered");

        peer.expect("deliver.q: with, redelivered = Integer 0", "deliver.q: without, redelivered = Integer 0");
    }

    @Case("an empty queue's basic.get is not copied")
    void getOfNothing(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");
        Traces traces = Traces.of(peer, "deliver." + queue);

        channel.basicGet(queue, false);
        peer.enqueue(channel, queue, "m");
        channel.basicGet(queue, true);
        traces.observe(1, "redelivered");

        peer.expect("deliver.q: m, redelivered = Integer 0");
    }

    @Case("a consumer without acknowledgements is watched as well")
    void withoutAcks(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");
        Traces traces = Traces.of(peer, "deliver." + queue);

        Inbox inbox = Inbox.withoutAcks(channel, queue);
        peer.publish(channel, "", queue, "1", "2");
        inbox.take(2);
        traces.observe(2, "routing_keys");

        peer.expect("deliver.q: 1, routing_keys = [q]", "deliver.q: 2, routing_keys = [q]");
    }

    @Case("each delivery of a message is copied, and a repeated one told as such")
    void redelivery(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");
        Traces traces = Traces.of(peer, "deliver." + queue);

        Inbox inbox = Inbox.of(channel, queue);
        peer.publish(channel, "", queue, "m");
        channel.basicNack(inbox.nextTag(), false, true);
        inbox.next();
        traces.observe(2, "redelivered");

        peer.expect("deliver.q: m, redelivered = Integer 0", "deliver.q: m, redelivered = Integer 1");
    }

    @Case("a dead letter is copied when it is delivered, with what it tells of its death, not when it is dead-lettered")
    void deadLetter(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = peer.exchange(channel, "dlx", "fanout");
        String target = peer.queue(channel, "target");
        channel.queueBind(target, exchange, "");
        String queue = peer.queue(channel, "q", Map.of("x-dead-letter-exchange", exchange));
        Traces traces = Traces.of(peer, "publish." + exchange, "deliver." + target);

        peer.enqueue(channel, queue, "m");
        channel.basicReject(channel.basicGet(queue, false).getEnvelope().getDeliveryTag(), false);
        peer.eventually(() -> channel.messageCount(target) == 1);
        channel.basicGet(target, true);
        traces.observe(1, "exchange_name");

        peer.expect("deliver.target: m, exchange_name = dlx");
    }

    @Case("deliveries of copies are not copied again")
    void copies(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = peer.exchange(channel, "x", "fanout");
        String copies = peer.queue(channel, "copies");
        channel.queueBind(copies, "amq.rabbitmq.trace", "publish." + exchange);
        String queue = peer.queue(channel, "q");
        Traces traces = Traces.of(peer, "deliver." + copies, "deliver." + queue);

        peer.publish(channel, exchange, "", "m");
        Inbox.of(channel, copies).next();
        peer.publish(channel, "", queue, "last");
        Inbox.of(channel, queue).next();
        traces.observe(1, "redelivered");

        peer.expect("deliver.q: last, redelivered = Integer 0");
    }

    @Case("a delivery's routing keys are those of the publish, with CC")
    void carbonCopy(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");
        Traces traces = Traces.of(peer, "deliver." + queue);

        peer.publish(channel, "", queue, Headers.of("CC", List.of("cc")), "m");
        Inbox.of(channel, queue).next();
        traces.observe(1, "routing_keys");

        peer.expect("deliver.q: m, routing_keys = [q, cc]");
    }

    @Case("a delivery's routing keys have those that were in BCC")
    void blindCarbonCopy(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");
        Traces traces = Traces.of(peer, "deliver." + queue);

        peer.publish(channel, "", queue, Headers.of("BCC", List.of("bcc")), "m");
        Inbox.of(channel, queue).next();
        traces.observe(1, "routing_keys");

        peer.expect("deliver.q: m, routing_keys = [q, bcc]");
    }

    @Case("what a cancelled consumer was given before is copied, what others get after that too")
    void cancelled(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");
        Traces traces = Traces.of(peer, "deliver." + queue);

        Inbox first = Inbox.of(channel, queue, "first", Map.of());
        peer.publish(channel, "", queue, "1");
        first.next();
        channel.basicCancel("first");
        peer.publish(channel, "", queue, "2");
        Inbox.of(channel, queue, "second", Map.of()).next();
        traces.observe(2, "redelivered");

        peer.expect("deliver.q: 1, redelivered = Integer 0", "deliver.q: 2, redelivered = Integer 0");
    }
}
