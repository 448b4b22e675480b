package io.leveret.exchange;

import org.jspecify.annotations.Nullable;

/** A node of the trie of binding keys, one level per word, immutable: what may follow, and who is bound if nothing does. */
final class TopicNode<D> {

    private static final TopicNode<?> EMPTY = new TopicNode<>(PersistentMap.empty(), null, null, Destinations.none());

    private final PersistentMap<Word, TopicNode<D>> words;
    private final @Nullable TopicNode<D> one;
    private final @Nullable TopicNode<D> many;
    private final Destinations<D> destinations;

    private TopicNode(
            PersistentMap<Word, TopicNode<D>> words,
            @Nullable TopicNode<D> one,
            @Nullable TopicNode<D> many,
            Destinations<D> destinations) {
        this.words = words;
        this.one = one;
        this.many = many;
        this.destinations = destinations;
    }

    @SuppressWarnings("unchecked") // an empty node holds no destination of any type
    static <D> TopicNode<D> empty() {
        return (TopicNode<D>) EMPTY;
    }

    boolean isEmpty() {
        return isLeaf() && destinations.isEmpty();
    }

    /** Whether every binding key that leads here ends here. */
    boolean isLeaf() {
        return words.isEmpty() && one == null && many == null;
    }

    /** The node after this word of a routing key, wildcards apart. */
    @Nullable
    TopicNode<D> after(Word word) {
        return words.get(word);
    }

    /** The node after {@code *}. */
    @Nullable
    TopicNode<D> afterOne() {
        return one;
    }

    /** The node after {@code #}. */
    @Nullable
    TopicNode<D> afterMany() {
        return many;
    }

    Destinations<D> destinations() {
        return destinations;
    }

    /** With a binding whose key goes on from here with this word, or ends here. */
    TopicNode<D> with(@Nullable Word word, D destination) {
        if (word == null) {
            return new TopicNode<>(words, one, many, destinations.with(destination));
        }
        TopicNode<D> child = child(word);
        return withChild(word, (child == null ? TopicNode.<D>empty() : child).with(word.next(), destination));
    }

    /** Without a binding whose key goes on from here with this word, or ends here; it must be there. */
    TopicNode<D> without(@Nullable Word word, D destination) {
        if (word == null) {
            return new TopicNode<>(words, one, many, destinations.without(destination));
        }
        TopicNode<D> child = child(word);
        return withChild(word, (child == null ? TopicNode.<D>empty() : child).without(word.next(), destination));
    }

    private @Nullable TopicNode<D> child(Word word) {
        return word.isOne() ? one : word.isMany() ? many : words.get(word);
    }

    private TopicNode<D> withChild(Word word, TopicNode<D> child) {
        if (word.isOne()) {
            return new TopicNode<>(words, child.isEmpty() ? null : child, many, destinations);
        }
        if (word.isMany()) {
            return new TopicNode<>(words, one, child.isEmpty() ? null : child, destinations);
        }
        return new TopicNode<>(
                child.isEmpty() ? words.without(word) : words.with(word, child), one, many, destinations);
    }
}
