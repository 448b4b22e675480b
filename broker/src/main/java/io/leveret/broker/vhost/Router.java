package io.leveret.broker.vhost;

import io.leveret.broker.hold.Hold;
import io.leveret.broker.message.Destination;
import io.leveret.broker.message.Message;
import io.leveret.broker.message.Message.Past;
import io.leveret.broker.queue.Queue;
import io.leveret.broker.vhost.Route.Duplicates;
import io.leveret.exchange.Routable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One computation of a route: follows bindings between exchanges, each exchange once, and alternate exchanges where one
 * yields nothing at all. Used by one thread, for one message.
 */
final class Router {

    private final Topology topology;
    private final Message message;
    private final Routable routable;
    private final Set<Exchange> visited = new LinkedHashSet<>();
    private final ArrayDeque<Exchange> ahead = new ArrayDeque<>();
    private final Set<Queue> queues = new LinkedHashSet<>();
    private final List<Versioned> reached = new ArrayList<>();
    private final List<Long> versions = new ArrayList<>();
    private final KeyGate gate;
    private final List<Hold> holds = new ArrayList<>(0);
    private boolean cacheable = true;
    private Duplicates duplicates = Duplicates.UNKNOWN;
    private @Nullable Exchange waitedIn;
    private boolean isAhead;
    private boolean isAgain;

    /** For what is no client's publish; see the other one. */
    Router(Topology topology, List<String> routingKeys, Message message) {
        this(topology, routingKeys, message, KeyGate.OPEN);
    }

    /**
     * @param routingKeys the message's own, then those in its CC and BCC headers
     * @param gate says of duplicates that they go no further
     */
    Router(Topology topology, List<String> routingKeys, Message message, KeyGate gate) {
        this.gate = gate;
        this.topology = topology;
        this.message = message;
        this.routable = new Routable(routingKeys, message.properties());
    }

    /** The message is published later, and routed {@link #again} then. */
    Router ahead() {
        isAhead = true;
        return this;
    }

    /** The message was routed {@link #ahead}: exchanges keep it only that could not know then whether it is a duplicate. */
    Router again() {
        isAgain = true;
        return this;
    }

    /** The message has waited in an exchange, and others need not hold it back any more. */
    Router due(Exchange from) {
        waitedIn = from;
        return this;
    }

    Route route(Exchange start) {
        visit(start);
        for (Exchange exchange = ahead.poll(); exchange != null; exchange = ahead.poll()) {
            follow(exchange);
        }
        return new Route(
                List.copyOf(queues),
                List.copyOf(holds),
                cacheable,
                reached.toArray(Versioned[]::new),
                versions.stream().mapToLong(Long::longValue).toArray(),
                duplicates);
    }

    private void visit(Exchange exchange) {
        if (visited.add(exchange)) {
            ahead.add(exchange);
        }
    }

    private void follow(Exchange exchange) {
        if (exchange.isDefault()) {
            routable.routingKeys().forEach(this::followQueueName);
            return;
        }
        dependOn(exchange);
        // Found in the moment of its deletion its version may be the last one, which would hold for ever.
        cacheable &= !exchange.isDeleted() && exchange.isDecidedByRoutingKey();
        Hold hold = mayHold(exchange) ? exchange.hold() : null;
        cacheable &= hold == null;
        Hold holding = hold != null && hold.holds(message) ? hold : null;
        // A command about others is no message that may come twice, and what has waited had its turn when it was
        // published.
        boolean isAsked = exchange != waitedIn && !(holding != null && holding.commands(message));
        if (isAsked && !passes(exchange)) {
            return;
        }
        if (holding != null) {
            holds.add(holding);
            return;
        }
        boolean[] found = new boolean[1];
        exchange.route(routable, isKept() ? message : null, destination -> {
            found[0] |= reach(destination);
        });
        if (!found[0]) {
            followAlternate(exchange.alternate());
        }
    }

    /**
     * A dead letter is no half message: it may be a committed one that comes back, which nobody would decide about any more. What was
     * delayed has waited for all: its publisher could not mean it as a half message, or it would have been delayed as one. What is
     * committed may have a delay of its own, and only one, so that it never goes round.
     */
    private boolean mayHold(Exchange exchange) {
        if (exchange.transactions() != null && message.past() != Past.NONE) {
            return false;
        }
        Exchange from = waitedIn;
        return from == null || (from.transactions() != null && exchange.delayed() != null);
    }

    /** Whether an exchange that keeps messages keeps this one now: in a transaction once, and behind what knows duplicates not before. */
    private boolean isKept() {
        boolean askedAgain = duplicates != Duplicates.UNKNOWN;
        return isAhead ? !askedAgain : askedAgain || !isAgain;
    }

    private boolean passes(Exchange exchange) {
        ExchangeKeys keys = exchange.keys();
        if (keys == null) {
            return true;
        }
        boolean passes = gate.opens(keys, message);
        if (!passes) {
            duplicates = Duplicates.STOPPED;
        } else if (duplicates == Duplicates.UNKNOWN) {
            duplicates = Duplicates.PASSED;
        }
        return passes;
    }

    /** The default exchange: every queue is bound by its name. */
    private void followQueueName(String name) {
        Queue queue = topology.queueOrReplyQueue(name);
        if (queue == null) {
            cacheable = false;
            return;
        }
        queues.add(queue);
        dependOn(() -> queue.isDeleted() ? 1 : 0);
        cacheable &= !queue.isDeleted();
    }

    private void followAlternate(@Nullable String name) {
        if (name == null) {
            return;
        }
        Exchange alternate = topology.exchange(name);
        if (alternate == null) {
            // It may be declared at any time, and nothing that was reached would tell.
            cacheable = false;
            return;
        }
        visit(alternate);
    }

    /** False if it is deleted, and only its bindings are not cleared away yet. */
    private boolean reach(Destination destination) {
        if (destination.isDeleted()) {
            return false;
        }
        if (destination instanceof Exchange exchange) {
            visit(exchange);
        } else if (destination instanceof Queue queue) {
            queues.add(queue);
        }
        return true;
    }

    private void dependOn(Versioned versioned) {
        reached.add(versioned);
        versions.add(versioned.version());
    }
}
