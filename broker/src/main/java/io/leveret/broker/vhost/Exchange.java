package io.leveret.broker.vhost;

import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import io.leveret.broker.message.Destination;
import io.leveret.exchange.ExchangeType;
import io.leveret.exchange.RoutingTable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An exchange. Its declaration is immutable; its routing table is read by any thread without a lock and changed under the
 * virtual host's topology lock, which moves {@link #version}.
 */
public final class Exchange implements Destination, Versioned {

    static final String ALTERNATE_EXCHANGE = "alternate-exchange";

    private final ExchangeDeclaration declaration;
    private final @Nullable String alternate;

    private volatile RoutingTable<Destination> table;
    private volatile long version;
    private volatile boolean deleted;

    /** What an exchange is declared with. */
    public record ExchangeDeclaration(
            String name,
            String vhost,
            ExchangeType type,
            boolean durable,
            boolean autoDelete,
            boolean internal,
            FieldTable arguments) {}

    Exchange(ExchangeDeclaration declaration) {
        this.declaration = declaration;
        this.table = RoutingTable.of(declaration.type());
        this.alternate = alternateName(declaration.arguments());
    }

    private static @Nullable String alternateName(FieldTable arguments) {
        return arguments.get(ALTERNATE_EXCHANGE) instanceof FieldValue.LongString name ? name.asString() : null;
    }

    @Override
    public String name() {
        return declaration.name();
    }

    public ExchangeDeclaration declaration() {
        return declaration;
    }

    boolean isDefault() {
        return declaration.name().isEmpty();
    }

    /** Where messages go that this exchange can't route. */
    @Nullable
    String alternate() {
        return alternate;
    }

    boolean usesHeaders() {
        return table.usesHeaders();
    }

    /** Whether its table holds any, be it to what is deleted. */
    boolean hasBindings() {
        return !table.isEmpty();
    }

    @Override
    public long version() {
        return version;
    }

    void route(String routingKey, FieldTable headers, Consumer<? super Destination> sink) {
        table.route(routingKey, headers, sink);
    }

    void bind(Binding binding) {
        table.bind(binding.routingKey(), binding.arguments(), binding.destination());
        changed();
    }

    void unbind(Binding binding) {
        table.unbind(binding.routingKey(), binding.arguments(), binding.destination());
        changed();
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
        deleted = true;
        table = RoutingTable.of(declaration.type());
        changed();
    }

    String describe() {
        return "exchange '" + name() + "' in vhost '" + declaration.vhost() + "'";
    }
}
