package io.leveret.broker.channel;

import io.leveret.broker.queue.QueueEntry;
import java.util.ArrayList;
import java.util.List;

/** What a channel in tx mode did since the last commit or rollback. Owned by the channel's event loop. */
final class Transaction {

    private final List<RoutedMessage> publishes = new ArrayList<>();
    private final List<Settled> settlements = new ArrayList<>();

    /** A delivery that was settled under its tag, and how. */
    record Settled(long tag, QueueEntry entry, Settlement settlement) {}

    void publish(RoutedMessage message) {
        publishes.add(message);
    }

    void settle(long tag, QueueEntry entry, Settlement settlement) {
        settlements.add(new Settled(tag, entry, settlement));
    }

    /** Everything published, in order; the transaction forgets it. */
    List<RoutedMessage> takePublishes() {
        List<RoutedMessage> taken = List.copyOf(publishes);
        publishes.clear();
        return taken;
    }

    /** Everything settled, in order; the transaction forgets it. */
    List<Settled> takeSettlements() {
        List<Settled> taken = List.copyOf(settlements);
        settlements.clear();
        return taken;
    }
}
