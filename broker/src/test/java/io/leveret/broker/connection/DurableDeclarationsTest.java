package io.leveret.broker.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.method.BasicPublish;
import io.leveret.amqp.method.ExchangeBind;
import io.leveret.amqp.method.ExchangeBindOk;
import io.leveret.amqp.method.ExchangeDeclare;
import io.leveret.amqp.method.ExchangeDeclareOk;
import io.leveret.amqp.method.ExchangeDelete;
import io.leveret.amqp.method.ExchangeDeleteOk;
import io.leveret.amqp.method.ExchangeUnbind;
import io.leveret.amqp.method.ExchangeUnbindOk;
import io.leveret.amqp.method.Method;
import io.leveret.amqp.method.QueueBind;
import io.leveret.amqp.method.QueueBindOk;
import io.leveret.amqp.method.QueueDeclare;
import io.leveret.amqp.method.QueueDeclareOk;
import io.leveret.amqp.method.QueueDelete;
import io.leveret.amqp.method.QueueDeleteOk;
import io.leveret.amqp.method.QueuePurge;
import io.leveret.amqp.method.QueuePurgeOk;
import io.leveret.amqp.method.QueueUnbind;
import io.leveret.amqp.method.QueueUnbindOk;
import io.leveret.broker.storage.FakeStore;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every answer that tells of a change to what is durable comes once the disk has it, on a disk that waits for the test's word. */
class DurableDeclarationsTest {

    private final DurableServer durable = new DurableServer();
    private final FakeStore store = durable.store;
    private final TestClient client = durable.server.open(1);

    @BeforeEach
    void declareAndFill() {
        client.send(
                1,
                queue("q"),
                exchange("from"),
                exchange("to"),
                new QueueBind("q", "from", "bound", false, FieldTable.EMPTY),
                new ExchangeBind("to", "from", "bound", false, FieldTable.EMPTY));
        client.write(new ClientStream()
                .publish(
                        1,
                        new BasicPublish("", "q", false, false),
                        BasicProperties.builder().deliveryMode(2).build(),
                        "a"));
        assertThat(client.takeAll()).hasSize(5);
    }

    @AfterEach
    void close() {
        durable.close();
    }

    static Stream<Arguments> changes() {
        return Stream.of(
                Arguments.of(queue("r"), QueueDeclareOk.class),
                Arguments.of(new QueueBind("q", "from", "new", false, FieldTable.EMPTY), QueueBindOk.class),
                Arguments.of(new QueueUnbind("q", "from", "bound", FieldTable.EMPTY), QueueUnbindOk.class),
                Arguments.of(new QueuePurge("q", false), QueuePurgeOk.class),
                Arguments.of(new QueueDelete("q", false, false, false), QueueDeleteOk.class),
                Arguments.of(exchange("x"), ExchangeDeclareOk.class),
                Arguments.of(new ExchangeDelete("to", false, false), ExchangeDeleteOk.class),
                Arguments.of(new ExchangeBind("to", "from", "new", false, FieldTable.EMPTY), ExchangeBindOk.class),
                Arguments.of(
                        new ExchangeUnbind("to", "from", "bound", false, FieldTable.EMPTY), ExchangeUnbindOk.class));
    }

    @ParameterizedTest
    @MethodSource("changes")
    void answersOnceTheChangeIsDurable(Method change, Class<? extends Method> answer) {
        store.hold();
        long before = store.batches();

        client.send(1, change);
        assertThat(store.batches()).isEqualTo(before + 1);
        assertThat(client.takeAll()).as("before the disk has it").isEmpty();

        durable.becomeDurable();
        client.expect(1, answer);
    }

    private static QueueDeclare queue(String name) {
        return new QueueDeclare(name, false, true, false, false, false, FieldTable.EMPTY);
    }

    private static ExchangeDeclare exchange(String name) {
        return new ExchangeDeclare(name, "direct", false, true, false, false, false, FieldTable.EMPTY);
    }
}
