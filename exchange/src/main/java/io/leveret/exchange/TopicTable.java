package io.leveret.exchange;

import io.leveret.amqp.FieldTable;
import java.util.function.Consumer;

/** Bindings of a topic exchange: routing keys are matched word by word, {@code *} is one word, {@code #} any number. */
final class TopicTable<D> implements RoutingTable<D> {

    private volatile Topics<D> topics = Topics.empty();

    @Override
    public void bind(String routingKey, FieldTable arguments, D destination) {
        topics = topics.with(routingKey, destination);
    }

    @Override
    public void unbind(String routingKey, FieldTable arguments, D destination) {
        topics = topics.without(routingKey, destination);
    }

    @Override
    public void route(Routable message, Consumer<? super D> sink) {
        Topics<D> now = topics;
        for (String routingKey : message.routingKeys()) {
            now.route(routingKey, sink);
        }
    }

    @Override
    public boolean isDecidedByRoutingKey() {
        return true;
    }

    @Override
    public boolean isEmpty() {
        return topics.isEmpty();
    }
}
