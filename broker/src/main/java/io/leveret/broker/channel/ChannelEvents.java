package io.leveret.broker.channel;

import io.leveret.amqp.FieldTable;
import io.leveret.broker.event.ErlangTerms;
import io.leveret.broker.event.Events;
import io.leveret.broker.queue.Consumer;
import io.leveret.broker.queue.Consumer.ConsumerOptions;

/** Tells what becomes of one channel and its consumers. Owned by the channel's event loop. */
final class ChannelEvents {

    private final Session session;
    private final Events events;
    private final long id;

    ChannelEvents(Session session) {
        this.session = session;
        this.events = session.vhost().events();
        this.id = events.newId();
    }

    void opened(int number) {
        events.tell(
                "channel.created",
                () -> headers()
                        .put("pid", events.pid(id))
                        .put("name", session.connectionName() + " (" + number + ")")
                        .put("connection", events.pid(session.owner()))
                        .put("number", (long) number)
                        .put("user", session.access().user().name())
                        .put("vhost", session.vhost().name()));
    }

    /** @param consumers how many went with it that nobody cancelled */
    void closed(int consumers) {
        events.tell(
                "channel.closed", () -> headers().put("pid", events.pid(id)).put("consumer_count", (long) consumers));
    }

    /** @param prefetch as the client has set it; 0 for none */
    void added(Consumer consumer, int prefetch) {
        events.tell("consumer.created", () -> {
            ConsumerOptions options = consumer.options();
            return described(consumer)
                    .put("exclusive", options.exclusive())
                    .put("ack_required", !options.noAck())
                    .put("prefetch_count", (long) prefetch)
                    .put("arguments", ErlangTerms.sorted(options.arguments()));
        });
    }

    void removed(Consumer consumer) {
        events.tell("consumer.deleted", () -> described(consumer));
    }

    private FieldTable.Builder described(Consumer consumer) {
        return headers()
                .put("consumer_tag", consumer.tag())
                .put("channel", events.pid(id))
                .put("queue", consumer.queue().name())
                .put("vhost", session.vhost().name());
    }

    private FieldTable.Builder headers() {
        return FieldTable.builder()
                .put("user_who_performed_action", session.access().user().name());
    }
}
