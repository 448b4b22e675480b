package io.leveret.interop.message;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import io.leveret.interop.Case;
import io.leveret.interop.Peer;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

final class PublishTest {

    @Case("all fourteen properties arrive as they were sent")
    void properties(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");
        BasicProperties properties = new BasicProperties.Builder()
                .contentType("text/plain")
                .contentEncoding("utf-8")
                .headers(Map.of("h", 1))
                .deliveryMode(2)
                .priority(7)
                .correlationId("correlation")
                .replyTo("reply")
                .expiration("60000")
                .messageId("message")
                .timestamp(new Date(1_700_000_000_000L))
                .type("type")
                .userId("guest")
                .appId("app")
                .clusterId("cluster")
                .build();

        peer.publish(channel, "", queue, properties, "body");
        BasicProperties got = channel.basicGet(queue, true).getProps();
        peer.observe(got.getContentType(), got.getContentEncoding(), got.getHeaders(), got.getDeliveryMode());
        peer.observe(got.getPriority(), got.getCorrelationId(), got.getReplyTo(), got.getExpiration());
        peer.observe(got.getMessageId(), got.getTimestamp().getTime(), got.getType(), got.getUserId());
        peer.observe(got.getAppId(), got.getClusterId());

        peer.expect(
                "text/plain",
                "utf-8",
                "{h=1}",
                "2",
                "7",
                "correlation",
                "reply",
                "60000",
                "message",
                "1700000000000",
                "type",
                "guest",
                "app",
                "cluster");
    }

    @Case("a message without properties arrives without")
    void noProperties(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        peer.publish(channel, "", queue, new BasicProperties(), "body");
        BasicProperties got = channel.basicGet(queue, true).getProps();
        peer.observe(got.getContentType(), got.getHeaders(), got.getDeliveryMode(), got.getPriority());

        peer.expect("null", "null", "null", "null");
    }

    @Case("delivery modes other than 1 and 2, and any priority, arrive as they were sent")
    void oddValues(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        for (int value : new int[] {0, 3, 255}) {
            peer.publish(
                    channel,
                    "",
                    queue,
                    new BasicProperties.Builder()
                            .deliveryMode(value)
                            .priority(value)
                            .build(),
                    "");
            BasicProperties got = channel.basicGet(queue, true).getProps();
            peer.observe(got.getDeliveryMode() + " " + got.getPriority());
        }

        peer.expect("0 0", "3 3", "255 255");
    }

    @Case("bodies of 0 bytes, of exactly a frame and of many frames arrive whole")
    void bodySizes(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");
        int frame = 131_072 - 8;

        for (int size : new int[] {0, 1, frame - 1, frame, frame + 1, 2 * frame, 1_000_000}) {
            byte[] body = new byte[size];
            new Random(size).nextBytes(body);
            channel.basicPublish("", queue, null, body);
            GetResponse got = channel.basicGet(queue, true);
            peer.observe(size + (Arrays.equals(body, got.getBody()) ? " the same" : " differ"));
        }

        peer.expect(
                "0 the same",
                "1 the same",
                "131063 the same",
                "131064 the same",
                "131065 the same",
                "262128 the same",
                "1000000 the same");
    }

    @Case("a body of the largest allowed size, 16 MiB, is accepted")
    void largestBody(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        channel.basicPublish("", queue, null, new byte[16 << 20]);
        peer.observe(channel.basicGet(queue, true).getBody().length);

        peer.expect("16777216");
    }

    @Case("a body of more than 16 MiB is 406 once it has come")
    void tooLargeBody(Peer peer) throws Exception {
        Channel channel = peer.channel();

        peer.attempt(channel, () -> {
            channel.basicPublish("", peer.name("none"), null, new byte[(16 << 20) + 1]);
            return null;
        });

        peer.expect("channel closed: 406 PRECONDITION_FAILED - message size 16777217 is larger than configured max size"
                + " 16777216 [basic.publish]");
    }

    @Case("a too large body is 406 before anything else about the message is looked at")
    void tooLargeBodyToAMissingExchange(Peer peer) throws Exception {
        Channel channel = peer.channel();

        peer.attempt(channel, () -> {
            channel.basicPublish(peer.name("none"), "", null, new byte[(16 << 20) + 1]);
            return null;
        });

        peer.expect("channel closed: 406 PRECONDITION_FAILED - message size 16777217 is larger than configured max size"
                + " 16777216 [basic.publish]");
    }

    @Case("messages of one channel keep their order")
    void order(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        for (int i = 0; i < 1_000; i++) {
            peer.publish(channel, "", queue, Integer.toString(i));
        }
        List<String> inOrder =
                IntStream.range(0, 1_000).mapToObj(Integer::toString).toList();
        peer.observe(peer.drain(channel, queue).equals(inOrder) ? "in order" : "out of order");

        peer.expect("in order");
    }
}
