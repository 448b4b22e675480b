package io.leveret.broker.vhost;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.FieldTable;
import io.leveret.amqp.FieldValue;
import io.leveret.broker.policy.Parameter;
import io.leveret.broker.policy.Policy;
import io.leveret.broker.policy.PolicyKind;
import io.leveret.broker.queue.MemoryBudget;
import io.leveret.broker.vhost.Exchange.ExchangeDeclaration;
import io.leveret.exchange.ExchangeType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TopologyTest {

    private final Topology topology = new Topology(new Catalog(null, MemoryBudget.unlimited()), Runnable::run);

    @Test
    void anAutoDeleteExchangeGoesWithTheLastBindingFromIt() {
        Exchange source = exchange("source", true);
        Exchange destination = exchange("destination", false);
        Binding first = bind(source, destination, "a");
        Binding second = bind(source, destination, "b");

        topology.unbind(first);
        assertThat(topology.exchange("source")).isSameAs(source);
        topology.unbind(second);

        assertThat(topology.exchange("source")).isNull();
        assertThat(source.isDeleted()).isTrue();
        assertThat(topology.exchange("destination")).isSameAs(destination);
    }

    @Test
    void deletingAnExchangeTakesItsBindingsOnBothSides() {
        Exchange before = exchange("before", false);
        Exchange exchange = exchange("exchange", false);
        Exchange after = exchange("after", false);
        bind(before, exchange, "");
        bind(exchange, after, "");

        topology.remove(exchange);

        assertThat(topology.bindings.countFrom(before)).isZero();
        assertThat(topology.bindings.to(after)).isEmpty();
        assertThat(topology.unbind(new Binding(exchange, after, "", FieldTable.EMPTY)))
                .isFalse();
    }

    @Test
    void aCycleOfAutoDeleteExchangesGoesAsAWhole() {
        Exchange a = exchange("a", true);
        Exchange b = exchange("b", true);
        bind(a, b, "");
        bind(b, a, "");

        topology.remove(a);

        assertThat(topology.exchange("a")).isNull();
        assertThat(topology.exchange("b")).isNull();
    }

    /** It may come from a version that took more; nobody could mend it if the virtual host did not start. */
    @Test
    void aPolicyThatCannotBeReadHoldsForNothing() {
        Exchange exchange = exchange("e", false);
        FieldValue term = new Policy("bad", "(?R)", FieldTable.EMPTY).term();
        FieldValue good = new Policy("good", "", FieldTable.EMPTY).term();

        topology.policies.recovered(
                List.of(new Parameter("policy", "bad", term), new Parameter("policy", "good", good)));

        assertThat(topology.policies.list(PolicyKind.USER).get("bad")).isNull();
        assertThat(exchange.policy().user())
                .isEqualTo(topology.policies.list(PolicyKind.USER).get("good"));
        assertThat(topology.policies.forgetUnreadable(PolicyKind.USER, "bad")).isTrue();
        assertThat(topology.policies.forgetUnreadable(PolicyKind.USER, "bad")).isFalse();
    }

    /** Any client can build such a chain, and one delete brings it down. */
    @Test
    void aLongChainOfAutoDeleteExchangesDoesNotDeepenTheStack() {
        List<Exchange> chain = new ArrayList<>();
        for (int i = 0; i < 50_000; i++) {
            chain.add(exchange("e" + i, true));
            if (i > 0) {
                bind(chain.get(i - 1), chain.get(i), "");
            }
        }

        topology.remove(chain.get(chain.size() - 1));

        assertThat(topology.exchanges()).isEmpty();
        assertThat(chain).allMatch(Exchange::isDeleted);
    }

    private Exchange exchange(String name, boolean autoDelete) {
        Exchange exchange = new Exchange(
                new ExchangeDeclaration(name, "/", ExchangeType.FANOUT, false, autoDelete, false, FieldTable.EMPTY));
        topology.add(exchange);
        return exchange;
    }

    private Binding bind(Exchange source, Exchange destination, String routingKey) {
        Binding binding = new Binding(source, destination, routingKey, FieldTable.EMPTY);
        topology.bindings.add(binding);
        return binding;
    }
}
