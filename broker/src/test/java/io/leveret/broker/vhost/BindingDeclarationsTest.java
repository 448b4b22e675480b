package io.leveret.broker.vhost;

import static io.leveret.broker.vhost.Declarations.ACCESS;
import static io.leveret.broker.vhost.Declarations.durable;
import static io.leveret.broker.vhost.Declarations.exclusive;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leveret.amqp.FieldTable;
import io.leveret.broker.queue.Queue;
import io.leveret.broker.settings.DeprecatedFeatures;
import io.leveret.broker.vhost.BindingDeclarations.BindingKey;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What RabbitMQ 4.3 says to bindings, and in which order it looks. */
final class BindingDeclarationsTest {

    private static final String NO_VOLATILE_QUEUE =
            "ACCESS_REFUSED - cannot bind or unbind to a volatile (direct reply-to) queue";
    private static final String NO_DEFAULT_EXCHANGE =
            "ACCESS_REFUSED - operation not permitted on the default exchange";

    private final VirtualHost vhost = new VirtualHost("/", DeprecatedFeatures.defaults());
    private final Object connection = new Object();
    private final Object otherConnection = new Object();

    @Test
    void looksForTheExchangeBeforeTheQueue() {
        assertThatThrownBy(() -> bind("none", "none.x")).hasMessage("NOT_FOUND - no exchange 'none.x' in vhost '/'");
        assertThatThrownBy(() -> bind("none", "amq.direct")).hasMessage("NOT_FOUND - no queue 'none' in vhost '/'");
    }

    @Test
    void looksForTheSourceBeforeTheDestination() {
        assertThatThrownBy(() -> vhost.bindings().bindExchange(key("none.d", "none.s"), ACCESS))
                .hasMessage("NOT_FOUND - no exchange 'none.s' in vhost '/'");
        assertThatThrownBy(() -> vhost.bindings().bindExchange(key("none.d", "amq.direct"), ACCESS))
                .hasMessage("NOT_FOUND - no exchange 'none.d' in vhost '/'");
    }

    @Test
    void nothingIsBoundToTheDefaultExchangeByHand() {
        assertThatThrownBy(() -> bind("none", "")).hasMessage(NO_DEFAULT_EXCHANGE);
        assertThatThrownBy(() -> unbind("none", "")).hasMessage(NO_DEFAULT_EXCHANGE);
        assertThatThrownBy(() -> vhost.bindings().bindExchange(key("", "amq.direct"), ACCESS))
                .hasMessage(NO_DEFAULT_EXCHANGE);
        assertThatThrownBy(() -> vhost.bindings().unbindExchange(key("amq.direct", ""), ACCESS))
                .hasMessage(NO_DEFAULT_EXCHANGE);
    }

    @Test
    void noQueueOfRepliesIsBoundWhateverTheExchange() {
        assertThatThrownBy(() -> bind("amq.rabbitmq.reply-to.xyz", "")).hasMessage(NO_VOLATILE_QUEUE);
        assertThatThrownBy(() -> bind("amq.rabbitmq.reply-to.xyz", "none")).hasMessage(NO_VOLATILE_QUEUE);
        assertThatThrownBy(() -> unbind("amq.rabbitmq.reply-to.xyz", "amq.direct"))
                .hasMessage(NO_VOLATILE_QUEUE);
        assertThatThrownBy(() -> bind("amq.rabbitmq.reply-to", "amq.direct"))
                .hasMessage("NOT_FOUND - no queue 'amq.rabbitmq.reply-to' in vhost '/'");
    }

    @Test
    void unbindingWhatIsNotBoundSucceedsEvenOnAnotherConnectionsQueue() {
        vhost.queues().declare(exclusive("q"), otherConnection, ACCESS);

        assertThatCode(() -> unbind("q", "amq.direct")).doesNotThrowAnyException();
        assertThatCode(() -> unbind("q", "none")).doesNotThrowAnyException();
        assertThatCode(() -> unbind("none", "amq.direct")).doesNotThrowAnyException();
        assertThatCode(() -> vhost.bindings().unbindExchange(key("none", "amq.direct"), ACCESS))
                .doesNotThrowAnyException();
    }

    @Test
    void aBindingOfAnotherConnectionsQueueStays() {
        Queue queue = vhost.queues().declare(exclusive("q"), otherConnection, ACCESS);
        vhost.bindings().bindQueue(key("q", "amq.direct"), otherConnection, ACCESS);

        assertThatThrownBy(() -> unbind("q", "amq.direct")).hasMessageStartingWith("RESOURCE_LOCKED");
        assertThat(routed()).containsExactly(queue);
    }

    @Test
    void dropsLineBreaksFromNamesAndNotFromTheKey() {
        Queue queue = vhost.queues().declare(durable("q"), connection, ACCESS);

        bind("\nq", "amq.\r\ndirect");

        assertThat(routed()).containsExactly(queue);
    }

    private List<Queue> routed() {
        Exchange exchange = vhost.exchanges().find("amq.direct");
        return vhost.route(exchange, List.of("k"), Messages.of("", "k")).queues();
    }

    private void bind(String queue, String exchange) {
        vhost.bindings().bindQueue(key(queue, exchange), connection, ACCESS);
    }

    private void unbind(String queue, String exchange) {
        vhost.bindings().unbindQueue(key(queue, exchange), connection, ACCESS);
    }

    private static BindingKey key(String destination, String source) {
        return new BindingKey(destination, source, "k", FieldTable.EMPTY);
    }
}
