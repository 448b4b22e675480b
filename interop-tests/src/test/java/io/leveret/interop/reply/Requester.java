package io.leveret.interop.reply;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import io.leveret.interop.Inbox;
import io.leveret.interop.Peer;
import java.io.IOException;

/** A client that asks and waits for answers by direct reply-to. */
record Requester(Peer peer, Channel channel, Inbox replies) {

    static final String PSEUDO_QUEUE = "amq.rabbitmq.reply-to";

    static Requester on(Peer peer, Channel channel) throws IOException {
        Inbox replies = new Inbox();
        channel.basicConsume(PSEUDO_QUEUE, true, "replies", replies);
        return new Requester(peer, channel, replies);
    }

    /** Sends a request through a queue and returns the reply-to with which it arrived there. */
    String askThrough(String queue) throws IOException {
        peer.publish(channel, "", queue, asking(), "request");
        return channel.basicGet(queue, true).getProps().getReplyTo();
    }

    /** The generated name that replies go to. */
    String replyTo() throws IOException {
        return askThrough(peer.queue(channel, "requests"));
    }

    static BasicProperties asking() {
        return new BasicProperties.Builder().replyTo(PSEUDO_QUEUE).build();
    }
}
