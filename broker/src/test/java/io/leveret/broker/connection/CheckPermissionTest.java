package io.leveret.broker.connection;

import static io.leveret.broker.connection.Calls.exchange;
import static org.assertj.core.api.Assertions.assertThat;

import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.method.BasicAck;
import io.leveret.amqp.method.BasicPublish;
import io.leveret.amqp.method.ChannelClose;
import io.leveret.amqp.method.ConfirmSelect;
import io.leveret.amqp.method.ConfirmSelectOk;
import io.leveret.amqp.method.ExchangeDeclareOk;
import io.leveret.broker.settings.BrokerSettings;
import io.leveret.broker.settings.LoginSettings;
import io.leveret.broker.settings.LoginSettings.DefaultUser;
import io.leveret.broker.vhost.VirtualHost;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who may say to which queue the check requests of a transactional exchange go. */
class CheckPermissionTest {

    private static final FieldTable DIRECT =
            FieldTable.builder().put("x-transactional-type", "direct").build();
    private static final FieldTable WITH_CHECK =
            FieldTable.builder().putAll(DIRECT).put("x-tx-check", "others").build();

    private final BrokerSettings settings = mayWriteTo("^payments$");
    private final TestServer server = new TestServer(settings, new VirtualHost("/", settings.deprecatedFeatures()));
    private final TestClient client = server.open(2);

    @AfterEach
    void close() {
        server.close();
    }

    private static BrokerSettings mayWriteTo(String exchanges) {
        BrokerSettings usual = BrokerSettings.defaults();
        LoginSettings login = usual.login();
        return new BrokerSettings(
                usual.network(),
                usual.limits(),
                usual.storage(),
                new LoginSettings(
                        login.mechanisms(),
                        login.anonymousUser(),
                        login.anonymousPassword(),
                        login.loopbackUsers(),
                        new DefaultUser("guest", "guest", List.of(), ".*", exchanges, ".*"),
                        login.defaultVhost()),
                usual.identity(),
                usual.deprecatedFeatures());
    }

    private void publish(FieldTable.Builder headers) {
        BasicProperties properties =
                BasicProperties.builder().headers(headers.build()).build();
        client.write(
                new ClientStream().publish(1, new BasicPublish("payments", "paid", false, false), properties, "drop"));
    }

    @Test
    void headerNeedsPermissionToWriteToTheDefaultExchange() {
        client.call(1, exchange("payments", "x-transactional", DIRECT), ExchangeDeclareOk.class);
        client.call(1, new ConfirmSelect(false), ConfirmSelectOk.class);
        publish(FieldTable.builder().put("x-tx-id", "a"));
        assertThat(client.expect(1, BasicAck.class).deliveryTag()).isEqualTo(1);

        publish(FieldTable.builder()
                .put("x-tx-id", "b")
                .put("x-tx-check", "others")
                .put("x-tx-timeout", 0));

        assertThat(client.expect(1, ChannelClose.class))
                .isEqualTo(new ChannelClose(
                        403,
                        "ACCESS_REFUSED - write access to exchange 'amq.default' in vhost '/' refused for user 'guest'",
                        60,
                        40));
    }

    @Test
    void argumentNeedsPermissionToWriteToTheDefaultExchange() {
        assertThat(client.call(1, exchange("payments", "x-transactional", WITH_CHECK), ChannelClose.class))
                .isEqualTo(new ChannelClose(
                        403,
                        "ACCESS_REFUSED - write access to exchange 'amq.default' in vhost '/' refused for user 'guest'",
                        40,
                        10));
        client.call(2, exchange("payments", "x-transactional", DIRECT), ExchangeDeclareOk.class);
    }
}
