package io.leveret.broker.vhost;

import static io.leveret.broker.vhost.Declarations.ACCESS;
import static io.leveret.broker.vhost.Declarations.durable;
import static io.leveret.broker.vhost.Declarations.exclusive;
import static io.leveret.broker.vhost.Declarations.passive;
import static io.leveret.broker.vhost.Declarations.quorum;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leveret.amqp.FieldTable;
import io.leveret.amqp.method.QueueDeclare;
import io.leveret.broker.queue.Queue;
import io.leveret.broker.queue.QueueType;
import io.leveret.broker.settings.DeprecatedFeatures;
import org.junit.jupiter.api.Test;

/** What RabbitMQ 4.3 says to declarations of queues, and in which order it looks. */
final class QueueDeclarationsTest {

    private static final String LOCKED = "RESOURCE_LOCKED - cannot obtain exclusive access to locked queue 'q' in vhost"
            + " '/'. It could be originally declared on another connection or the exclusive property value does not"
            + " match that of the original declaration.";

    private final VirtualHost vhost = new VirtualHost("/", DeprecatedFeatures.defaults());
    private final Object connection = new Object();
    private final Object otherConnection = new Object();

    @Test
    void redeclaresAnEqualQueue() {
        Queue queue = declare(durable("q"));

        assertThat(declare(durable("q"))).isSameAs(queue);
        assertThat(declare(passive("q"))).isSameAs(queue);
    }

    @Test
    void comparesExclusiveThenDurableThenAutoDeleteThenArguments() {
        FieldTable arguments = FieldTable.builder().put("x-message-ttl", 5).build();
        declare(durable("q"));

        assertThatThrownBy(() -> declare(new QueueDeclare("q", false, false, true, true, false, arguments)))
                .hasMessage(LOCKED);
        assertThatThrownBy(() -> declare(new QueueDeclare("q", false, false, false, true, false, arguments)))
                .hasMessageContaining("inequivalent arg 'durable' for queue 'q' in vhost '/': received 'false'");
        assertThatThrownBy(() -> declare(new QueueDeclare("q", false, true, false, true, false, arguments)))
                .hasMessageContaining("inequivalent arg 'auto_delete' for queue 'q' in vhost '/': received 'true'");
        assertThatThrownBy(() -> declare(durable("q", arguments)))
                .hasMessageContaining(
                        "inequivalent arg 'x-message-ttl' for queue 'q' in vhost '/': received the value");
    }

    @Test
    void comparesArgumentsInTheOrderOfTheQueuesType() {
        FieldTable both = FieldTable.builder()
                .put("x-dead-letter-exchange", "a")
                .put("x-expires", 5)
                .build();
        declare(durable("classic"));
        declare(durable("quorum", quorum()));

        assertThatThrownBy(() -> declare(durable("classic", both))).hasMessageContaining("'x-expires'");
        assertThatThrownBy(() -> declare(durable(
                        "quorum",
                        FieldTable.builder().putAll(both).putAll(quorum()).build())))
                .hasMessageContaining("'x-dead-letter-exchange'");
    }

    @Test
    void comparesNoArgumentThatTheTypeDoesNotKnow() {
        Queue queue = declare(durable("q"));

        assertThat(declare(
                        durable("q", FieldTable.builder().put("x-max-age", "1D").build())))
                .isSameAs(queue);
        assertThat(declare(durable("q", FieldTable.builder().put("x-custom", 1).build())))
                .isSameAs(queue);
    }

    @Test
    void comparesTheTypeAsIfItHadBeenSent() {
        declare(durable("q"));
        declare(durable("r", quorum()));

        assertThat(declare(durable(
                        "q", FieldTable.builder().put("x-queue-type", "classic").build())))
                .isNotNull();
        assertThatThrownBy(() -> declare(durable("q", quorum())))
                .hasMessageEndingWith("received 'quorum' but current is 'classic'");
        assertThatThrownBy(() -> declare(durable("r")))
                .hasMessageEndingWith("received 'classic' but current is 'quorum'");
    }

    @Test
    void anExclusiveQueueIsLockedForOtherConnections() {
        declare(exclusive("q"));

        assertThatThrownBy(() -> vhost.queues().declare(exclusive("q"), otherConnection, ACCESS))
                .hasMessage(LOCKED);
        assertThatThrownBy(() -> vhost.queues().declare(passive("q"), otherConnection, ACCESS))
                .hasMessage(LOCKED);
        assertThatThrownBy(() -> vhost.queues().find("q", otherConnection)).hasMessage(LOCKED);
    }

    @Test
    void anExclusiveQueueIsNeverDurable() {
        Queue queue = declare(new QueueDeclare("q", false, true, true, false, false, FieldTable.EMPTY));

        assertThat(queue.declaration().durable()).isFalse();
        assertThat(declare(exclusive("q"))).isSameAs(queue);
    }

    @Test
    void aQuorumQueueLasts() {
        assertThatThrownBy(() -> declare(new QueueDeclare("q", false, false, true, true, false, quorum())))
                .hasMessage("PRECONDITION_FAILED - invalid property 'auto-delete' for queue 'q' in vhost '/'");
        assertThatThrownBy(() -> declare(new QueueDeclare("q", false, false, true, false, false, quorum())))
                .hasMessage("PRECONDITION_FAILED - invalid property 'exclusive-owner' for queue 'q' in vhost '/'");
        assertThatThrownBy(() -> declare(new QueueDeclare("q", false, false, false, false, false, quorum())))
                .hasMessage("PRECONDITION_FAILED - invalid property 'non-durable' for queue 'q' in vhost '/'");
        assertThat(declare(durable("q", quorum())).declaration().type()).isEqualTo(QueueType.QUORUM);
    }

    @Test
    void looksAtArgumentsBeforeProperties() {
        FieldTable arguments =
                FieldTable.builder().putAll(quorum()).put("x-max-priority", 1).build();

        assertThatThrownBy(() -> declare(new QueueDeclare("q", false, false, false, false, false, arguments)))
                .hasMessageContaining("invalid arg 'x-max-priority'");
    }

    @Test
    void readsTheDeadLetterExchangeBeforeAllOtherArguments() {
        FieldTable arguments = FieldTable.builder()
                .put("x-expires", 0)
                .put("x-dead-letter-exchange", 5)
                .build();

        assertThatThrownBy(() -> declare(durable("q", arguments)))
                .hasMessageContaining("invalid type 'signedint' for arg 'x-dead-letter-exchange'");
    }

    @Test
    void makesUpANameForAnEmptyOne() {
        Queue queue = declare(exclusive(""));

        assertThat(queue.name()).matches("amq\\.gen-[A-Za-z0-9_-]{22}");
        assertThat(declare(exclusive("\r\n")).name()).isNotEqualTo(queue.name());
    }

    @Test
    void aMadeUpNameCannotBeDeclaredAgainButPassively() {
        Queue queue = declare(exclusive(""));

        assertThatThrownBy(() -> declare(exclusive(queue.name())))
                .hasMessage("ACCESS_REFUSED - queue name '" + queue.name() + "' contains reserved prefix 'amq.*'");
        assertThat(declare(passive(queue.name()))).isSameAs(queue);
    }

    @Test
    void looksAtTheNameBeforeTheArguments() {
        FieldTable arguments = FieldTable.builder().put("x-expires", 0).build();

        assertThatThrownBy(() -> declare(durable("amq.q", arguments)))
                .hasMessage("ACCESS_REFUSED - queue name 'amq.q' contains reserved prefix 'amq.*'");
        assertThatThrownBy(() -> declare(passive("amq.q"))).hasMessage("NOT_FOUND - no queue 'amq.q' in vhost '/'");
    }

    @Test
    void dropsLineBreaksWhereItDeclaresAndDeletesAndKeepsThemWhereItLooks() {
        declare(durable("q\r\n"));

        assertThat(vhost.queues().find("q", connection).name()).isEqualTo("q");
        assertThatThrownBy(() -> vhost.queues().find("q\n", connection))
                .hasMessage("NOT_FOUND - no queue 'q\n' in vhost '/'");
        vhost.queues().delete("\nq", false, false, connection, ACCESS);
        assertThatThrownBy(() -> vhost.queues().find("q", connection)).hasMessageContaining("NOT_FOUND");
    }

    @Test
    void anOperatorMayRefuseTransientQueuesThatAreNotExclusive() {
        VirtualHost strict = new VirtualHost("/", new DeprecatedFeatures(false, true));
        QueueDeclare method = new QueueDeclare("q", false, false, false, false, false, FieldTable.EMPTY);

        assertThatThrownBy(() -> strict.queues().declare(method, connection, ACCESS))
                .hasMessageStartingWith("INTERNAL_ERROR - Feature `transient_nonexcl_queues` is deprecated.\n");
        assertThat(strict.queues().declare(exclusive("q"), connection, ACCESS)).isNotNull();
    }

    private Queue declare(QueueDeclare method) {
        return vhost.queues().declare(method, connection, ACCESS);
    }
}
