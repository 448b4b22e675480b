package io.leveret.exchange;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The bindings of a topic exchange at one moment, immutable but for what it remembers of its own answers; any thread reads.
 *
 * <p>Keys without wildcards are looked up whole: most bindings have none, and a million of them then cost one look-up and no
 * trie.
 */
final class Topics<D> {

    /** With fewer bindings the tables are in the processor's caches anyway. */
    static final int LARGE = 500;

    /** So many look-ups pay for the memory of a cache: while bindings change more often there is none. */
    static final int ROUTES_BEFORE_CACHE = 1_000;

    private final BindingMap<String, D> plain;
    private final TopicNode<D> patterns;
    private final int bindings;

    /** Both are racy: a count that is lost, or a second cache in the place of the first, does no harm. */
    private int routes;

    private @Nullable TopicCache<D> cache;

    private Topics(BindingMap<String, D> plain, TopicNode<D> patterns, int bindings) {
        this.plain = plain;
        this.patterns = patterns;
        this.bindings = bindings;
    }

    static <D> Topics<D> empty() {
        return new Topics<>(BindingMap.empty(), TopicNode.empty(), 0);
    }

    boolean isEmpty() {
        return bindings == 0;
    }

    Topics<D> with(String bindingKey, D destination) {
        return hasWildcard(bindingKey)
                ? new Topics<>(plain, patterns.with(Word.first(bindingKey), destination), bindings + 1)
                : new Topics<>(plain.with(bindingKey, destination), patterns, bindings + 1);
    }

    Topics<D> without(String bindingKey, D destination) {
        return hasWildcard(bindingKey)
                ? new Topics<>(plain, patterns.without(Word.first(bindingKey), destination), bindings - 1)
                : new Topics<>(plain.without(bindingKey, destination), patterns, bindings - 1);
    }

    void route(String routingKey, Consumer<? super D> sink) {
        if (bindings >= LARGE) {
            routeLarge(routingKey, sink);
        } else if (patterns.isEmpty()) {
            Destinations<D> exactly = plain.get(routingKey);
            if (exactly != null) {
                exactly.forEach(sink);
            }
        } else {
            Destinations.forEachOnce(matched(routingKey), sink);
        }
    }

    private void routeLarge(String routingKey, Consumer<? super D> sink) {
        TopicCache<D> known = cache;
        if (known == null) {
            if (++routes >= ROUTES_BEFORE_CACHE) {
                cache = new TopicCache<>();
            }
            Destinations.forEachOnce(matched(routingKey), sink);
        } else if (!known.route(routingKey, sink)) {
            routeUnknown(routingKey, sink, known);
        }
    }

    private void routeUnknown(String routingKey, Consumer<? super D> sink, TopicCache<D> known) {
        if (!known.isMissedAgain(routingKey)) {
            Destinations.forEachOnce(matched(routingKey), sink);
            return;
        }
        TopicCache<D>.Recorder recorder = known.new Recorder(sink);
        Destinations.forEachOnce(matched(routingKey), recorder);
        recorder.end(routingKey);
    }

    private List<Destinations<D>> matched(String routingKey) {
        List<Destinations<D>> matched = new ArrayList<>();
        Destinations<D> exactly = plain.get(routingKey);
        if (exactly != null) {
            matched.add(exactly);
        }
        if (!patterns.isEmpty()) {
            TopicMatch.collect(patterns, routingKey, matched);
        }
        return matched;
    }

    private static boolean hasWildcard(String bindingKey) {
        for (Word word = Word.first(bindingKey); word != null; word = word.next()) {
            if (word.isOne() || word.isMany()) {
                return true;
            }
        }
        return false;
    }
}
