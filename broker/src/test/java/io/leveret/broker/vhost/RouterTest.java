package io.leveret.broker.vhost;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.FieldTable;
import io.leveret.broker.queue.MemoryBudget;
import io.leveret.broker.queue.Queue;
import io.leveret.broker.queue.QueueDeclaration;
import io.leveret.broker.vhost.Exchange.ExchangeDeclaration;
import io.leveret.exchange.ExchangeType;
import java.util.List;
import org.junit.jupiter.api.Test;

class RouterTest {

    private final Topology topology = new Topology(new Catalog(null, MemoryBudget.unlimited()), Runnable::run);

    @Test
    void aRouteToAQueueHoldsUntilTheQueueIsDeleted() {
        Queue queue = queue("q");
        Route route = route(exchange("", FieldTable.EMPTY), "q");
        assertThat(route.isCacheable()).isTrue();
        assertThat(route.isCurrent()).isTrue();

        queue.delete(false, false);

        assertThat(route.isCurrent()).isFalse();
    }

    /** A deleted queue is still found for a moment, before it leaves the topology: who comes then may not remember it. */
    @Test
    void aRouteFoundWhileItsQueueIsBeingDeletedIsNotRemembered() {
        queue("q").delete(false, false);

        assertThat(isRemembered(route(exchange("", FieldTable.EMPTY), "q"))).isFalse();
    }

    @Test
    void aRouteFoundWhileAnAlternateExchangeIsBeingDeletedIsNotRemembered() {
        exchange("alt", FieldTable.EMPTY).delete();
        Exchange exchange = exchange(
                "e", FieldTable.builder().put("alternate-exchange", "alt").build());

        assertThat(isRemembered(route(exchange, "k"))).isFalse();
    }

    @Test
    void aRouteToNowhereThroughTheDefaultExchangeIsNotRemembered() {
        assertThat(isRemembered(route(exchange("", FieldTable.EMPTY), "none"))).isFalse();
    }

    private static boolean isRemembered(Route route) {
        return route.isCacheable() && route.isCurrent();
    }

    private Route route(Exchange exchange, String routingKey) {
        return new Router(topology, List.of(routingKey), Messages.of("", routingKey)).route(exchange);
    }

    private Queue queue(String name) {
        Queue queue = new Queue(new QueueDeclaration(name, "/", false, false, null, FieldTable.EMPTY), () -> {});
        topology.add(queue);
        return queue;
    }

    private Exchange exchange(String name, FieldTable arguments) {
        Exchange exchange =
                new Exchange(new ExchangeDeclaration(name, "/", ExchangeType.DIRECT, false, false, false, arguments));
        topology.add(exchange);
        return exchange;
    }
}
