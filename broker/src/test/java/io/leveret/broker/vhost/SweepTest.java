package io.leveret.broker.vhost;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.FieldTable;
import io.leveret.broker.message.Destination;
import io.leveret.broker.queue.MemoryBudget;
import io.leveret.broker.queue.Queue;
import io.leveret.broker.queue.QueueDeclaration;
import io.leveret.broker.vhost.Exchange.ExchangeDeclaration;
import io.leveret.exchange.ExchangeType;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Bindings beyond count are cleared away later: until then nobody may see them. */
class SweepTest {

    private static final int MANY = 1_000;

    private final ArrayDeque<Runnable> background = new ArrayDeque<>();
    private final Topology topology = new Topology(new Catalog(null, MemoryBudget.unlimited()), background::add);

    @Test
    void routesSkipADeletedQueueBeforeItsBindingsAreCleared() {
        Exchange exchange = exchange("e", false);
        Queue queue = boundOften(exchange, queue("q"));
        Route cached = route(exchange, "k0");
        assertThat(cached.queues()).containsExactly(queue);

        delete(queue);

        assertThat(background).hasSize(1);
        assertThat(cached.isCurrent()).isFalse();
        assertThat(route(exchange, "k0").queues()).isEmpty();
        assertThat(route(exchange, "k" + (MANY - 1)).queues()).isEmpty();
        assertThat(topology.bindings.hasSource(exchange)).isFalse();
    }

    @Test
    void whatIsBoundMeanwhileStays() {
        Exchange exchange = exchange("e", false);
        delete(boundOften(exchange, queue("q")));
        Queue again = boundOften(exchange, queue("q"));

        work();

        assertThat(route(exchange, "k0").queues()).containsExactly(again);
        assertThat(route(exchange, "k" + (MANY - 1)).queues()).containsExactly(again);
        assertThat(topology.bindings.countFrom(exchange)).isEqualTo(MANY);
    }

    @Test
    void aRouteFoundMeanwhileHoldsWhenAllIsCleared() {
        Exchange exchange = exchange("e", false);
        delete(boundOften(exchange, queue("q")));
        Route route = route(exchange, "k0");

        work();

        assertThat(route.isCurrent()).isTrue();
        assertThat(exchange.hasBindings()).isFalse();
    }

    @Test
    void anAutoDeleteExchangeGoesAtOnce() {
        Exchange exchange = exchange("e", true);

        delete(boundOften(exchange, queue("q")));

        assertThat(topology.exchange("e")).isNull();
        work();
    }

    @Test
    void anExchangeThatIsDeletedMeanwhileNeedsNoClearing() {
        Exchange exchange = exchange("e", false);
        delete(boundOften(exchange, queue("q")));
        topology.remove(exchange);

        work();

        assertThat(exchange.hasBindings()).isFalse();
    }

    @Test
    void aDeletedExchangeLetsGoOfItsTableAtOnceAndOfItsDestinationsLater() {
        Exchange exchange = exchange("e", false);
        Queue queue = null;
        for (int i = 0; i < MANY; i++) {
            queue = queue("q" + i);
            topology.bind(new Binding(exchange, queue, "", FieldTable.EMPTY));
        }
        assertThat(queue).isNotNull();

        topology.remove(exchange);

        assertThat(exchange.hasBindings()).isFalse();
        assertThat(topology.bindings.to(Objects.requireNonNull(queue))).isEmpty();
        assertThat(topology.bindings.isEmpty()).isFalse();
        work();
        assertThat(topology.bindings.isEmpty()).isTrue();
    }

    @Test
    void aDeletedExchangeIsNoDestinationBeforeItsBindingsAreCleared() {
        Exchange source = exchange("source", false);
        Exchange alternate = exchange("alternate", false);
        boundOften(source, alternate);
        boundOften(alternate, queue("q"));
        Route cached = route(source, "k0");
        assertThat(cached.queues()).hasSize(1);

        topology.remove(alternate);

        assertThat(cached.isCurrent()).isFalse();
        assertThat(route(source, "k0").queues()).isEmpty();
        work();
        assertThat(source.hasBindings()).isFalse();
        assertThat(topology.bindings.isEmpty()).isTrue();
    }

    private void work() {
        for (Runnable task = background.poll(); task != null; task = background.poll()) {
            task.run();
        }
    }

    private void delete(Queue queue) {
        queue.delete(false, false);
        topology.remove(queue);
    }

    private <D extends Destination> D boundOften(Exchange exchange, D destination) {
        for (int i = 0; i < MANY; i++) {
            topology.bind(new Binding(exchange, destination, "k" + i, FieldTable.EMPTY));
        }
        return destination;
    }

    private Route route(Exchange exchange, String routingKey) {
        return new Router(topology, List.of(routingKey), Messages.of("", routingKey)).route(exchange);
    }

    private Queue queue(String name) {
        Queue queue = new Queue(new QueueDeclaration(name, "/", false, false, null, FieldTable.EMPTY), () -> {});
        topology.add(queue);
        return queue;
    }

    private Exchange exchange(String name, boolean autoDelete) {
        Exchange exchange = new Exchange(
                new ExchangeDeclaration(name, "/", ExchangeType.DIRECT, false, autoDelete, false, FieldTable.EMPTY));
        topology.add(exchange);
        return exchange;
    }
}
