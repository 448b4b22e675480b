package io.leveret.interop.message;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import io.leveret.interop.Case;
import io.leveret.interop.Headers;
import io.leveret.interop.Peer;
import io.leveret.interop.Returns;
import java.util.List;
import java.util.Map;

final class CarbonCopyTest {

    @Case("CC and BCC keys are routed like the routing key, one copy for each queue")
    void routes(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String main = peer.queue(channel, "main");
        String cc = peer.queue(channel, "cc");
        String bcc = peer.queue(channel, "bcc");
        Map<String, Object> headers = Map.of("CC", List.of(cc, main), "BCC", List.of(bcc, cc));

        peer.publish(channel, "", main, Headers.of(headers), "body");
        peer.attempt(channel, () -> channel.queuePurge(main));
        peer.attempt(channel, () -> channel.queuePurge(cc));
        peer.attempt(channel, () -> channel.queuePurge(bcc));

        peer.expect("purged 1 messages", "purged 1 messages", "purged 1 messages");
    }

    @Case("CC is delivered, BCC is removed, and the routing key stays the first")
    void headers(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String cc = peer.queue(channel, "cc");
        Map<String, Object> headers = Map.of("CC", List.of(cc), "BCC", List.of("hidden"), "other", 1);

        peer.publish(channel, "", "first", Headers.of(headers), "body");
        GetResponse got = channel.basicGet(cc, true);
        peer.observe(got.getEnvelope().getRoutingKey(), got.getProps().getHeaders());

        peer.expect("first", "{CC=[cc], other=1}");
    }

    @Case("a message whose only header was BCC arrives with an empty table of headers")
    void onlyBcc(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String bcc = peer.queue(channel, "bcc");

        peer.publish(channel, "", "first", Headers.of("BCC", List.of(bcc)), "body");
        peer.observe(channel.basicGet(bcc, true).getProps().getHeaders());

        peer.expect("{}");
    }

    @Case("elements of CC that are no strings are ignored")
    void otherElements(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String cc = peer.queue(channel, "cc");

        peer.publish(channel, "", "first", Headers.of("CC", List.of(5, cc, true)), "body");
        GetResponse got = channel.basicGet(cc, true);
        peer.observe(got, got.getProps().getHeaders());

        peer.expect("body", "{CC=[5, cc, true]}");
    }

    @Case("cc in small letters is a header like others")
    void smallLetters(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        peer.publish(channel, "", "first", Headers.of("cc", List.of(queue)), "body");
        peer.observe(channel.basicGet(queue, true));

        peer.expect("null");
    }

    @Case("CC keys are matched by topic patterns, and through exchange bindings")
    void throughExchanges(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String topic = peer.exchange(channel, "topic", "topic");
        String next = peer.exchange(channel, "next", "direct");
        channel.exchangeBind(next, topic, "copy.*");
        String queue = peer.queue(channel, "q");
        channel.queueBind(queue, next, "copy.b");

        peer.publish(channel, topic, "main", Headers.of("CC", List.of("copy.a", "copy.b")), "body");
        peer.observe(channel.basicGet(queue, true), channel.basicGet(queue, true));

        peer.expect("body", "null");
    }

    @Case("mandatory is satisfied by a CC key")
    void mandatory(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Returns returns = Returns.of(channel);
        String cc = peer.queue(channel, "cc");

        channel.basicPublish("", peer.name("none"), true, Headers.of("CC", List.of(cc)), new byte[0]);
        peer.attempt(channel, () -> channel.queuePurge(cc));
        peer.observe(returns.size());

        peer.expect("purged 1 messages", "0");
    }
}
