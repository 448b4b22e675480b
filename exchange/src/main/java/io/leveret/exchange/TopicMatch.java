package io.leveret.exchange;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One routing key on its way through the trie of binding keys, on one thread: the nodes where some binding key may still
 * go on. A node is in at most once per word, so no pattern of {@code #} costs more than words times nodes.
 */
final class TopicMatch<D> {

    /** Reached by exactly the words so far. */
    private List<TopicNode<D>> live = new ArrayList<>();

    /** Those for the word at hand, while {@link #live} is read; the two lists change places after each word. */
    private List<TopicNode<D>> next = new ArrayList<>();

    /** Reached by {@code #}, which takes any further word: once in, in to the end. */
    private final OrderedSet<TopicNode<D>> open = new OrderedSet<>();

    /** Whether some binding key goes on behind an open node; if not, further words make no difference to those. */
    private boolean openGoesOn;

    private TopicMatch(TopicNode<D> root) {
        enter(root, live);
    }

    /** Adds the destinations of each binding key that matches; a destination may come with several of them. */
    static <D> void collect(TopicNode<D> root, String routingKey, List<Destinations<D>> matched) {
        TopicMatch<D> match = new TopicMatch<>(root);
        for (Word word = Word.first(routingKey); word != null && match.isAlive(); word = word.next()) {
            match.step(word);
        }
        match.collect(matched);
    }

    private boolean isAlive() {
        return !live.isEmpty() || openGoesOn;
    }

    private void step(Word word) {
        // Nodes that this word opens come behind; it is not theirs to take.
        int openBefore = open.size();
        for (TopicNode<D> node : live) {
            step(node, word);
        }
        for (int index = 0; index < openBefore; index++) {
            step(open.get(index), word);
        }
        List<TopicNode<D>> taken = live;
        live = next;
        next = taken;
        next.clear();
    }

    private void step(TopicNode<D> node, Word word) {
        enter(node.after(word), next);
        enter(node.afterOne(), next);
    }

    private void enter(@Nullable TopicNode<D> node, List<TopicNode<D>> reached) {
        if (node == null) {
            return;
        }
        reached.add(node);
        TopicNode<D> many = node.afterMany();
        while (many != null && open.add(many)) {
            openGoesOn |= !many.isLeaf();
            many = many.afterMany();
        }
    }

    private void collect(List<Destinations<D>> matched) {
        for (TopicNode<D> node : live) {
            collect(node, matched);
        }
        for (int index = 0; index < open.size(); index++) {
            collect(open.get(index), matched);
        }
    }

    private static <D> void collect(TopicNode<D> node, List<Destinations<D>> matched) {
        if (!node.destinations().isEmpty()) {
            matched.add(node.destinations());
        }
    }
}
