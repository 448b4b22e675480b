package io.leveret.broker.vhost;

import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import io.leveret.broker.delay.DelayedMessages;
import io.leveret.broker.hold.Hold;
import io.leveret.broker.message.Destination;
import io.leveret.broker.message.Message;
import io.leveret.broker.policy.EffectivePolicy;
import io.leveret.broker.policy.PolicyKey;
import io.leveret.broker.queue.MemoryBudget;
import io.leveret.broker.transaction.TransactionalMessages;
import io.leveret.exchange.ExchangeType;
import io.leveret.exchange.InnerType;
import io.leveret.exchange.Routable;
import io.leveret.exchange.RoutingTable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An exchange. Its declaration is immutable; its routing table and policy are read by any thread without a lock and changed under
 * the virtual host's topology lock, which moves {@link #version}.
 */
public final class Exchange implements Destination, Versioned {

    static final String ALTERNATE_EXCHANGE = "alternate-exchange";

    private final ExchangeDeclaration declaration;
    private final @Nullable History history;
    private final @Nullable Hold hold;
    private final @Nullable ExchangeKeys keys;

    private volatile RoutingTable<Destination> table;
    private volatile EffectivePolicy policy = EffectivePolicy.NONE;
    private volatile @Nullable String alternate;
    private volatile long version;
    private volatile boolean deleted;

    /** Whether it has, or had, bindings of which nothing is written down. Guarded by the topology lock. */
    private boolean transientlyBound;

    /** What an exchange is declared with. */
    public record ExchangeDeclaration(
            String name,
            String vhost,
            ExchangeType type,
            boolean durable,
            boolean autoDelete,
            boolean internal,
            FieldTable arguments) {

        /** As what it routes, which for one that holds messages back is another type than its own. */
        public ExchangeType routingType() {
            return InnerType.routing(type, arguments);
        }
    }

    /** An exchange of which nothing is written down. */
    Exchange(ExchangeDeclaration declaration) {
        this(declaration, History.of(declaration, null, MemoryBudget.unlimited()), null, null);
    }

    /**
     * @param history what it keeps for new bindings; null if its type keeps nothing
     * @param hold what waits in it; null if it holds nothing back
     * @param keys by which it knows duplicates; null if it routes everything
     */
    Exchange(
            ExchangeDeclaration declaration,
            @Nullable History history,
            @Nullable Hold hold,
            @Nullable ExchangeKeys keys) {
        this.declaration = declaration;
        this.hold = hold;
        this.keys = keys;
        this.table = newTable();
        this.history = history;
        this.alternate = alternateName();
    }

    private RoutingTable<Destination> newTable() {
        return RoutingTable.of(declaration.type(), declaration.arguments(), Exchange::identity);
    }

    /** Tells destinations apart, also after a restart; exchanges come before queues, as in RabbitMQ. */
    private static String identity(Destination destination) {
        return (destination instanceof Exchange ? "exchange " : "queue ") + destination.name();
    }

    private @Nullable String alternateName() {
        FieldValue argument = declaration.arguments().get(ALTERNATE_EXCHANGE);
        FieldValue said = argument == null ? policy.get(PolicyKey.ALTERNATE_EXCHANGE) : argument;
        return said instanceof FieldValue.LongString name ? name.asString() : null;
    }

    @Override
    public String name() {
        return declaration.name();
    }

    public ExchangeDeclaration declaration() {
        return declaration;
    }

    /** What policies say about it at present. */
    public EffectivePolicy policy() {
        return policy;
    }

    /** Other policies hold from now on. The caller holds the topology lock. */
    void apply(EffectivePolicy other) {
        policy = other;
        alternate = alternateName();
        changed();
    }

    boolean isDefault() {
        return declaration.name().isEmpty();
    }

    /** Where messages go that this exchange can't route. */
    @Nullable
    String alternate() {
        return alternate;
    }

    /** Whether messages with the same routing key go the same way and leave nothing here. */
    boolean isDecidedByRoutingKey() {
        return history == null && keys == null && table.isDecidedByRoutingKey();
    }

    /** What it keeps for new bindings; null if its type keeps nothing. */
    @Nullable
    History history() {
        return history;
    }

    /** By which it knows duplicates; null if it routes everything. */
    @Nullable
    ExchangeKeys keys() {
        return keys;
    }

    /** Ids of the store that belong to it. */
    ExchangeIds ids() {
        long held = hold == null || !hold.hasStore() ? 0 : hold.queueId();
        return new ExchangeIds(held, keys == null ? ExchangeKeys.NOBODY : keys.owner());
    }

    /** Whether its table holds any, be it to what is deleted. */
    boolean hasBindings() {
        return !table.isEmpty();
    }

    /** What waits in it; null if it holds nothing back. */
    public @Nullable Hold hold() {
        return hold;
    }

    /** As {@link #hold}, if it delays messages. */
    public @Nullable DelayedMessages delayed() {
        return hold instanceof DelayedMessages delayed ? delayed : null;
    }

    /** As {@link #hold}, if messages wait in it for a decision. */
    public @Nullable TransactionalMessages transactions() {
        return hold instanceof TransactionalMessages transactions ? transactions : null;
    }

    @Override
    public long version() {
        return version;
    }

    /** @param toKeep for new bindings, if it keeps any; null if not this time */
    void route(Routable routable, @Nullable Message toKeep, Consumer<? super Destination> sink) {
        if (history == null || toKeep == null) {
            table.route(routable, sink);
        } else {
            history.add(toKeep, () -> table.route(routable, sink));
        }
    }

    void bind(Binding binding) {
        table.bind(binding.routingKey(), binding.arguments(), binding.destination());
        changed();
    }

    void unbind(Binding binding) {
        table.unbind(binding.routingKey(), binding.arguments(), binding.destination());
        changed();
    }

    /** It has a binding of which nothing is written down. False if that is known. The caller holds the topology lock. */
    boolean boundTransiently() {
        boolean first = !transientlyBound;
        transientlyBound = true;
        return first;
    }

    boolean isTransientlyBound() {
        return transientlyBound;
    }

    /**
     * Takes all bindings to what was deleted out of the table, if it would still be chosen in the place of others. The caller
     * holds the topology lock.
     *
     * @return whether nothing is left to {@link #sweep}
     */
    boolean forget(Destination destination) {
        return table.forget(destination);
    }

    /** Takes a binding to what was deleted out of the table, which changes no route: they skip it already. */
    void sweep(Binding binding) {
        table.unbind(binding.routingKey(), binding.arguments(), binding.destination());
    }

    /** Makes every cached route through this exchange stale. The caller holds the topology lock. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer at a time: the topology lock's holder
    void changed() {
        version++;
    }

    @Override
    public boolean isDeleted() {
        return deleted;
    }

    /** Lets go of its bindings all at once: they may be many, and whoever still holds the exchange needs none. */
    void delete() {
        if (hold != null) {
            hold.delete();
        }
        endKeys();
        deleted = true;
        table = newTable();
        changed();
    }

    /** What it kept is of use to nobody any more. */
    void endHistory() {
        if (history != null) {
            history.end();
        }
    }

    /** What it remembered is of use to nobody any more. */
    void endKeys() {
        if (keys != null) {
            keys.end();
        }
    }

    String describe() {
        return "exchange '" + name() + "' in vhost '" + declaration.vhost() + "'";
    }
}
