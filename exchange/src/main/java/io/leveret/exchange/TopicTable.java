package io.leveret.exchange;

import io.leveret.amqp.FieldTable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Bindings of a topic exchange: routing keys are matched word by word, {@code *} is one word, {@code #} any number. */
final class TopicTable<D> implements RoutingTable<D> {

    private volatile Topics<D> topics = new Topics<>(BindingMap.empty(), TopicNode.empty());

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

    /**
     * The whole table at one moment. Keys without wildcards are looked up whole: most bindings have none, and a million of
     * them then cost one look-up and no trie.
     */
    private record Topics<D>(BindingMap<String, D> plain, TopicNode<D> patterns) {

        Topics<D> with(String routingKey, D destination) {
            return hasWildcard(routingKey)
                    ? new Topics<>(plain, patterns.with(Word.first(routingKey), destination))
                    : new Topics<>(plain.with(routingKey, destination), patterns);
        }

        Topics<D> without(String routingKey, D destination) {
            return hasWildcard(routingKey)
                    ? new Topics<>(plain, patterns.without(Word.first(routingKey), destination))
                    : new Topics<>(plain.without(routingKey, destination), patterns);
        }

        boolean isEmpty() {
            return plain.isEmpty() && patterns.isEmpty();
        }

        void route(String routingKey, Consumer<? super D> sink) {
            Destinations<D> exactly = plain.get(routingKey);
            if (patterns.isEmpty()) {
                if (exactly != null) {
                    exactly.forEach(sink);
                }
                return;
            }
            List<Destinations<D>> matched = new ArrayList<>();
            if (exactly != null) {
                matched.add(exactly);
            }
            TopicMatch.collect(patterns, routingKey, matched);
            Destinations.forEachOnce(matched, sink);
        }

        private static boolean hasWildcard(String routingKey) {
            for (Word word = Word.first(routingKey); word != null; word = word.next()) {
                if (word.isOne() || word.isMany()) {
                    return true;
                }
            }
            return false;
        }
    }
}
