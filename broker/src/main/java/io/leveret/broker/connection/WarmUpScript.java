package io.leveret.broker.connection;

import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.ProtocolHeader;
import io.leveret.amqp.frame.FrameEncoder;
import io.leveret.amqp.method.BasicAck;
import io.leveret.amqp.method.BasicCancel;
import io.leveret.amqp.method.BasicConsume;
import io.leveret.amqp.method.BasicGet;
import io.leveret.amqp.method.BasicNack;
import io.leveret.amqp.method.BasicPublish;
import io.leveret.amqp.method.BasicQos;
import io.leveret.amqp.method.BasicReject;
import io.leveret.amqp.method.ChannelClose;
import io.leveret.amqp.method.ChannelOpen;
import io.leveret.amqp.method.ConfirmSelect;
import io.leveret.amqp.method.ConnectionClose;
import io.leveret.amqp.method.ConnectionOpen;
import io.leveret.amqp.method.ConnectionStartOk;
import io.leveret.amqp.method.ConnectionTuneOk;
import io.leveret.amqp.method.ExchangeDeclare;
import io.leveret.amqp.method.ExchangeDelete;
import io.leveret.amqp.method.Method;
import io.leveret.amqp.method.QueueBind;
import io.leveret.amqp.method.QueueDeclare;
import io.leveret.amqp.method.QueueDelete;
import io.leveret.amqp.method.QueuePurge;
import io.leveret.amqp.method.QueueUnbind;
import io.leveret.amqp.method.TxCommit;
import io.leveret.amqp.method.TxRollback;
import io.leveret.amqp.method.TxSelect;
import io.leveret.broker.settings.NetworkSettings;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What a client does in a {@link WarmUp}: some of everything that clients do first. It needs no answer, since it knows them. Each
 * of its bursts is one that the broker reads at once.
 */
final class WarmUpScript {

    private static final int CONFIRMING = 1;
    private static final int TRANSACTIONAL = 2;
    private static final int SUCCESS = 200;
    private static final String QUEUE = "queue";
    private static final String OTHER_QUEUE = "other queue";
    private static final String TAG = "tag";
    private static final String EXCHANGE = "exchange ";
    private static final List<String> TYPES = List.of("direct", "fanout", "topic", "headers");
    private static final byte[] SMALL = new byte[100];
    private static final byte[] LARGE = new byte[100_000];
    private static final BasicProperties PROPERTIES = BasicProperties.builder()
            .contentType("text/plain")
            .headers(FieldTable.builder().put("x", true).build())
            .deliveryMode(2)
            .build();

    private final NetworkSettings network;
    private ByteBuf burst = Unpooled.buffer();

    WarmUpScript(NetworkSettings network) {
        this.network = network;
    }

    /** @param name of the user, of its password, and of the virtual host */
    List<ByteBuf> bursts(String name) {
        return List.of(
                header(),
                login(name),
                open(name),
                declare(),
                publish(),
                consume(),
                settle(),
                consumeWithoutAcks(),
                commit(),
                delete(),
                close());
    }

    private ByteBuf header() {
        ProtocolHeader.write(burst);
        return end();
    }

    private ByteBuf login(String name) {
        FieldTable capabilities = FieldTable.builder()
                .put("consumer_cancel_notify", true)
                .put("connection.blocked", true)
                .build();
        FieldTable properties =
                FieldTable.builder().put("capabilities", capabilities).build();
        byte[] response = ("\0" + name + "\0" + name).getBytes(StandardCharsets.UTF_8);
        send(0, new ConnectionStartOk(properties, "PLAIN", response, "en_US"));
        return end();
    }

    private ByteBuf open(String vhost) {
        send(0, new ConnectionTuneOk(0xFF, network.frameMaxBytes(), network.heartbeatSeconds()));
        send(0, new ConnectionOpen(vhost));
        send(CONFIRMING, new ChannelOpen(), new ConfirmSelect(false), new BasicQos(0, 100, false));
        send(TRANSACTIONAL, new ChannelOpen(), new TxSelect());
        return end();
    }

    private ByteBuf declare() {
        send(CONFIRMING, new QueueDeclare(QUEUE, false, true, false, false, false, FieldTable.EMPTY));
        for (String type : TYPES) {
            String exchange = EXCHANGE + type;
            send(CONFIRMING, new ExchangeDeclare(exchange, type, false, true, false, false, false, FieldTable.EMPTY));
            send(CONFIRMING, new QueueBind(QUEUE, exchange, QUEUE, false, FieldTable.EMPTY));
        }
        return end();
    }

    private ByteBuf publish() {
        for (String type : TYPES) {
            publish(CONFIRMING, EXCHANGE + type, SMALL);
        }
        publish(CONFIRMING, "", LARGE);
        send(CONFIRMING, new BasicPublish("", "nowhere", true, false));
        content(CONFIRMING, SMALL);
        return end();
    }

    private ByteBuf consume() {
        send(CONFIRMING, new BasicGet(QUEUE, false));
        send(CONFIRMING, new BasicConsume(QUEUE, "", false, false, false, false, FieldTable.EMPTY));
        return end();
    }

    /** The message that was got has tag 1, what the consumer was given the tags behind it. */
    private ByteBuf settle() {
        send(CONFIRMING, new BasicAck(1, false), new BasicReject(2, false), new BasicNack(3, false, true));
        publish(CONFIRMING, "", SMALL);
        send(CONFIRMING, new BasicAck(0, true));
        return end();
    }

    private ByteBuf consumeWithoutAcks() {
        send(CONFIRMING, new QueueDeclare(OTHER_QUEUE, false, false, true, false, false, FieldTable.EMPTY));
        send(CONFIRMING, new BasicConsume(OTHER_QUEUE, TAG, false, true, false, false, FieldTable.EMPTY));
        send(CONFIRMING, new BasicPublish("", OTHER_QUEUE, false, false));
        content(CONFIRMING, SMALL);
        send(CONFIRMING, new BasicCancel(TAG, false));
        return end();
    }

    private ByteBuf commit() {
        publish(TRANSACTIONAL, "", SMALL);
        send(TRANSACTIONAL, new TxCommit());
        publish(TRANSACTIONAL, "", SMALL);
        send(TRANSACTIONAL, new TxRollback());
        return end();
    }

    private ByteBuf delete() {
        send(CONFIRMING, new QueueUnbind(QUEUE, EXCHANGE + TYPES.get(0), QUEUE, FieldTable.EMPTY));
        send(CONFIRMING, new ExchangeDelete(EXCHANGE + TYPES.get(0), false, false));
        send(CONFIRMING, new QueuePurge(QUEUE, false), new QueueDelete(QUEUE, false, false, false));
        return end();
    }

    private ByteBuf close() {
        send(TRANSACTIONAL, new ChannelClose(SUCCESS, "", 0, 0));
        send(0, new ConnectionClose(SUCCESS, "", 0, 0));
        return end();
    }

    private void publish(int channel, String exchange, byte[] body) {
        send(channel, new BasicPublish(exchange, QUEUE, false, false));
        content(channel, body);
    }

    private void content(int channel, byte[] body) {
        FrameEncoder.writeContent(burst, channel, PROPERTIES.encoded(), body, network.frameMaxBytes());
    }

    private void send(int channel, Method... methods) {
        for (Method method : methods) {
            FrameEncoder.writeMethod(burst, channel, method);
        }
    }

    private ByteBuf end() {
        ByteBuf ended = burst;
        burst = Unpooled.buffer();
        return ended;
    }
}
