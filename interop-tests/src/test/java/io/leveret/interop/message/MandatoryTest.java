package io.leveret.interop.message;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Return;
import io.leveret.interop.Case;
import io.leveret.interop.Peer;
import io.leveret.interop.Returns;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

final class MandatoryTest {

    @Case("an unroutable mandatory message is returned with 312 NO_ROUTE")
    void returned(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Returns returns = Returns.of(channel);

        peer.publishMandatory(channel, "amq.direct", peer.name("k"), "body");
        peer.observe(returns.next());

        peer.expect("returned 312 NO_ROUTE 'amq.direct' 'k': body");
    }

    @Case("a returned message has its properties and its whole body")
    void returnedWhole(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Returns returns = Returns.of(channel);
        BasicProperties properties = new BasicProperties.Builder()
                .messageId("id")
                .headers(Map.of("h", "v"))
                .build();

        channel.basicPublish("", peer.name("none"), true, properties, new byte[300_000]);
        Return got = returns.next();
        peer.observe(got.getProperties().getMessageId(), got.getProperties().getHeaders(), got.getBody().length);

        peer.expect("id", "{h=v}", "300000");
    }

    @Case("a routable mandatory message is not returned")
    void notReturned(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Returns returns = Returns.of(channel);
        String queue = peer.queue(channel, "q");

        peer.publishMandatory(channel, "", queue, "body");
        peer.observe(channel.basicGet(queue, true), returns.size());

        peer.expect("body", "0");
    }

    @Case("mandatory is satisfied by a queue without a consumer")
    void withoutConsumer(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Returns returns = Returns.of(channel);
        String exchange = peer.exchange(channel, "x", "fanout");
        peer.publishMandatory(channel, exchange, "", "before");
        channel.queueBind(peer.queue(channel, "q"), exchange, "");
        peer.publishMandatory(channel, exchange, "", "after");
        peer.roundTrip(channel);
        peer.observe(returns.next(), returns.size());

        peer.expect("returned 312 NO_ROUTE 'x' '': before", "0");
    }

    @Case("an unroutable message without mandatory is dropped without a word")
    void dropped(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Returns returns = Returns.of(channel);

        peer.publish(channel, "", peer.name("none"), "body");
        peer.roundTrip(channel);
        peer.observe(returns.size());

        peer.expect("0");
    }

    @Case("a message is returned before it is confirmed")
    void beforeTheConfirm(Peer peer) throws Exception {
        Channel channel = peer.channel();
        channel.confirmSelect();
        List<String> events = Collections.synchronizedList(new ArrayList<>());
        channel.addReturnListener(returned -> events.add("returned"));
        channel.addConfirmListener(
                (tag, multiple) -> events.add("confirmed"), (tag, multiple) -> events.add("refused"));

        peer.publishMandatory(channel, "", peer.name("none"), "body");
        peer.eventually(() -> events.size() == 2);
        peer.observe(events);

        peer.expect("[returned, confirmed]");
    }
}
