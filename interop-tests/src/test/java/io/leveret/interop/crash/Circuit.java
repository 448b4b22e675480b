package io.leveret.interop.crash;

import io.leveret.interop.crash.Death.Reason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Queues between which the broker moves messages by itself: what leaves one is dead-lettered to the next. How often a message
 * was, its stage, tells in which of them it stands.
 *
 * @param exchange where it is published to, with that routing key
 * @param stops the queues, beginning with the one that is published to
 * @param cyclic whether what leaves the last queue comes to the first
 * @param ordered whether messages leave each of them in the order in which they came
 */
record Circuit(String exchange, String routingKey, List<Stop> stops, boolean cyclic, boolean ordered) {

    static final long NO_TTL = Long.MAX_VALUE;

    /** Takes the dead letters that keep their routing key. */
    static final String DEAD = "dead";
    /** Leads to a circuit by something else than the queue's name. */
    static final String ENTRANCE = "entrance";

    static final Circuit TTL = new Circuit(
            List.of(
                    Stop.leading("expiring", "expiring.dead", Reason.EXPIRED).with("x-message-ttl", 1_500),
                    Stop.last("expiring.dead")),
            true);
    /** Each has an expiration of its own, and consumers may be faster. */
    static final Circuit EXPIRATION = new Circuit(
            List.of(
                    Stop.of("expiration", Reason.EXPIRED, Reason.REJECTED).with("x-dead-letter-exchange", DEAD),
                    Stop.last("expiration.dead")),
            false);

    static final Circuit DROP_HEAD = new Circuit(
            List.of(Stop.leading("head", "head.dead", Reason.MAXLEN).with("x-max-length", 30), Stop.last("head.dead")),
            true);
    static final Circuit REJECT_PUBLISH = new Circuit(
            List.of(
                    Stop.leading("refusing", "refusing.dead", Reason.REJECTED)
                            .with("x-max-length", 25)
                            .with("x-overflow", "reject-publish"),
                    Stop.last("refusing.dead")),
            false);
    static final Circuit REJECT_PUBLISH_DLX = new Circuit(
            List.of(
                    Stop.leading("passing", "passing.dead", Reason.REJECTED, Reason.MAXLEN)
                            .with("x-max-length", 25)
                            .with("x-overflow", "reject-publish-dlx"),
                    Stop.last("passing.dead")),
            false);
    static final Circuit REJECTED = new Circuit(
            ENTRANCE,
            "to.unwanted",
            List.of(Stop.leading("unwanted", "unwanted.dead", Reason.REJECTED), Stop.last("unwanted.dead")),
            false,
            false);
    /** What has expired may be too much for the next queue. */
    static final Circuit CHAIN = new Circuit(
            List.of(
                    Stop.leading("chain.0", "chain.1", Reason.EXPIRED).with("x-message-ttl", 700),
                    Stop.leading("chain.1", "chain.2", Reason.MAXLEN).with("x-max-length", 20),
                    Stop.last("chain.2")),
            true);
    /** What is rejected is tried again after a while. */
    static final Circuit RETRY = new Circuit(
            "",
            "retry.work",
            List.of(
                    Stop.leading("retry.work", "retry.wait", Reason.REJECTED),
                    Stop.leading("retry.wait", "retry.work", Reason.EXPIRED).with("x-message-ttl", 200)),
            true,
            false);

    /** What has a higher priority comes first, to consumers and to be dropped. */
    static final Circuit RANKED = new Circuit(
            List.of(
                    Stop.leading("ranked", "ranked.dead", Reason.REJECTED, Reason.MAXLEN, Reason.EXPIRED)
                            .with("x-max-priority", 10)
                            .with("x-max-length", 60),
                    Stop.last("ranked.dead")),
            false);

    static final Circuit RANKED_QUORUM = new Circuit(
            List.of(
                    Stop.leading("levels", "levels.dead", Reason.REJECTED, Reason.MAXLEN)
                            .quorum()
                            .with("x-max-length", 60),
                    Stop.last("levels.dead").quorum()),
            false);

    /** What fails too often leaves. */
    static final Circuit LIMITED = new Circuit(
            List.of(
                    Stop.leading("limited", "limited.dead", Reason.DELIVERY_LIMIT, Reason.REJECTED)
                            .with("x-delivery-limit", 3),
                    Stop.last("limited.dead")),
            false);

    static final Circuit LIMITED_QUORUM = new Circuit(
            List.of(
                    Stop.leading("tried", "tried.dead", Reason.DELIVERY_LIMIT, Reason.REJECTED)
                            .quorum()
                            .with("x-delivery-limit", 3),
                    Stop.last("tried.dead").quorum()),
            false);

    /** What fails waits before it is tried again. */
    static final Circuit DELAYED = new Circuit(
            List.of(
                    Stop.leading("delayed", "delayed.dead", Reason.DELIVERY_LIMIT, Reason.REJECTED)
                            .quorum()
                            .with("x-delivery-limit", 4)
                            .delaying(300, 800),
                    Stop.last("delayed.dead").quorum()),
            false);

    static final Circuit RULED_CLASSIC = new Circuit(
            List.of(
                    Stop.leading("ruled", "ruled.dead", Reason.EXPIRED, Reason.MAXLEN)
                            .byPolicy(),
                    Stop.last("ruled.dead")),
            false);

    static final Circuit RULED_QUORUM = new Circuit(
            List.of(
                    Stop.leading("governed", "governed.dead", Reason.EXPIRED, Reason.MAXLEN, Reason.REJECTED)
                            .quorum()
                            .byPolicy(),
                    Stop.last("governed.dead").quorum()),
            false);

    /** Policies, which change from start to start, say all that there is to say of their first queues. */
    static final List<Circuit> RULED = List.of(RULED_CLASSIC, RULED_QUORUM);

    static final List<Circuit> ALL = List.of(
            TTL,
            EXPIRATION,
            DROP_HEAD,
            REJECT_PUBLISH,
            REJECT_PUBLISH_DLX,
            REJECTED,
            CHAIN,
            RETRY,
            RANKED,
            RANKED_QUORUM,
            LIMITED,
            LIMITED_QUORUM,
            DELAYED,
            RULED_CLASSIC,
            RULED_QUORUM);

    static final long LONGEST_DELAY_MS = ALL.stream()
            .flatMap(circuit -> circuit.stops().stream())
            .mapToLong(Stop::longestDelayMs)
            .max()
            .orElseThrow();

    private static final Map<String, Circuit> BY_QUEUE = byQueue();

    private Circuit(List<Stop> stops, boolean ordered) {
        this("", stops.get(0).queue(), stops, false, ordered);
    }

    /** The one that a queue is part of; null if it is in none. */
    static @Nullable Circuit with(String queue) {
        return BY_QUEUE.get(queue);
    }

    Stop entry() {
        return stops.get(0);
    }

    List<String> queues() {
        return stops.stream().map(Stop::queue).toList();
    }

    /** Where a message stands that was dead-lettered so often; null if it can't have been. */
    @Nullable
    Stop at(int stage) {
        if (cyclic) {
            return stops.get(stage % stops.size());
        }
        return stage < stops.size() ? stops.get(stage) : null;
    }

    /** The queue behind one of these, which is not the last. */
    Stop after(String queue) {
        return stops.get((queues().indexOf(queue) + 1) % stops.size());
    }

    /** Whether transient messages outlive a restart there, too. */
    boolean storesAll() {
        return stops.stream().allMatch(Stop::isQuorum);
    }

    boolean leadsOnFrom(Stop stop) {
        return !stop.reasons().isEmpty();
    }

    /** What a message must tell, if it left the queues for these reasons. */
    Deaths deaths(Message message, List<Reason> reasons) {
        Deaths deaths = Deaths.NONE;
        String from = exchange;
        String key = routingKey;
        String expiration = message.expiration();
        for (int stage = 0; stage < reasons.size(); stage++) {
            Stop stop = stops.get(stage % stops.size());
            deaths = deaths.and(new Death(stop.queue(), reasons.get(stage), 1, from, List.of(key), expiration));
            from = stop.deadLetterExchange();
            key = stop.deadLetterKey(key);
            // It is taken off with the first death.
            expiration = null;
        }
        return deaths;
    }

    /** Why a message has left each queue on its way, as far as it tells; empty if it can't have come here. */
    List<Reason> reasons(Deaths told) {
        List<Reason> reasons = new ArrayList<>();
        for (int stage = 0; stage < told.stage(); stage++) {
            Stop stop = at(stage);
            Reason reason = stop == null ? null : reason(stop, told);
            if (reason == null) {
                return List.of();
            }
            reasons.add(reason);
        }
        return reasons;
    }

    private static @Nullable Reason reason(Stop stop, Deaths told) {
        return told.list().stream()
                .filter(death -> death.queue().equals(stop.queue()))
                .map(Death::reason)
                .filter(stop.reasons()::contains)
                .findFirst()
                .orElse(null);
    }

    private static Map<String, Circuit> byQueue() {
        Map<String, Circuit> byQueue = new HashMap<>();
        ALL.forEach(circuit -> circuit.queues().forEach(queue -> byQueue.put(queue, circuit)));
        return byQueue;
    }
}
