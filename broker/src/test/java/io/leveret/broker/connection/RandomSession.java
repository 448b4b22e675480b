package io.leveret.broker.connection;

import io.leveret.amqp.BasicProperties;
import io.leveret.amqp.FieldTable;
import io.leveret.amqp.method.BasicAck;
import io.leveret.amqp.method.BasicCancel;
import io.leveret.amqp.method.BasicGet;
import io.leveret.amqp.method.BasicNack;
import io.leveret.amqp.method.BasicPublish;
import io.leveret.amqp.method.BasicQos;
import io.leveret.amqp.method.BasicRecover;
import io.leveret.amqp.method.BasicReject;
import io.leveret.amqp.method.ChannelClose;
import io.leveret.amqp.method.ChannelFlow;
import io.leveret.amqp.method.ConfirmSelect;
import io.leveret.amqp.method.ConnectionClose;
import io.leveret.amqp.method.ExchangeBind;
import io.leveret.amqp.method.ExchangeDelete;
import io.leveret.amqp.method.ExchangeUnbind;
import io.leveret.amqp.method.Method;
import io.leveret.amqp.method.QueueDeclare;
import io.leveret.amqp.method.QueuePurge;
import io.leveret.amqp.method.QueueUnbind;
import io.leveret.amqp.method.TxCommit;
import io.leveret.amqp.method.TxRollback;
import io.leveret.amqp.method.TxSelect;
import java.util.Random;

/** What a random client might send in one connection, all of it well formed: the material for mutations. */
final class RandomSession {

    private static final String[] QUEUES = {"a", "b", "c"};
    private static final String[] EXCHANGES = {"x", "y", "amq.topic", "amq.headers"};
    private static final String[] TYPES = {"direct", "fanout", "topic", "headers"};
    private static final FieldTable HEADERS = FieldTable.builder()
            .put("x-match", "any")
            .put("n", 7)
            .put("inner", FieldTable.builder().put("deep", true).build())
            .build();

    private final Random random;
    private final ClientStream stream = new ClientStream();

    private RandomSession(Random random) {
        this.random = random;
    }

    static byte[] octets(Random random) {
        return new RandomSession(random).session();
    }

    private byte[] session() {
        stream.handshake(2).openChannel(1).openChannel(2);
        int steps = 3 + random.nextInt(25);
        for (int i = 0; i < steps; i++) {
            int channel = 1 + random.nextInt(2);
            if (random.nextInt(3) == 0) {
                publish(channel);
            } else {
                stream.method(channel, method());
            }
        }
        if (random.nextInt(3) == 0) {
            stream.method(0, new ConnectionClose(200, "bye", 0, 0));
        }
        return stream.bytes();
    }

    private void publish(int channel) {
        BasicProperties.Builder properties = BasicProperties.builder();
        if (random.nextBoolean()) {
            properties.headers(HEADERS).messageId("m").deliveryMode(2);
        }
        if (random.nextInt(4) == 0) {
            properties.expiration("1000").userId("guest").replyTo("amq.rabbitmq.reply-to");
        }
        String exchange = random.nextBoolean() ? "" : pick(EXCHANGES);
        int length = random.nextInt(30) == 0 ? 9_000 : random.nextInt(40);
        stream.publish(
                channel,
                new BasicPublish(exchange, pick(QUEUES), random.nextInt(3) == 0, false),
                properties.build(),
                "x".repeat(length));
    }

    private Method method() {
        boolean coin = random.nextBoolean();
        return switch (random.nextInt(22)) {
            case 0, 1, 2 -> declare();
            case 3 -> Calls.delete(pick(QUEUES));
            case 4 -> Calls.exchange(pick(EXCHANGES), pick(TYPES));
            case 5 -> new ExchangeDelete(pick(EXCHANGES), coin, false);
            case 6, 7 -> Calls.bind(pick(QUEUES), pick(EXCHANGES), pick(QUEUES));
            case 8 -> new QueueUnbind(pick(QUEUES), pick(EXCHANGES), "k", HEADERS);
            case 9 -> new ExchangeBind(pick(EXCHANGES), pick(EXCHANGES), "#.a.*", coin, HEADERS);
            case 10 -> new ExchangeUnbind(pick(EXCHANGES), pick(EXCHANGES), "#.a.*", coin, HEADERS);
            case 11, 12 -> Calls.consume(pick(QUEUES), coin ? "" : "tag");
            case 13 -> Calls.consumeNoAck(coin ? pick(QUEUES) : "amq.rabbitmq.reply-to", "");
            case 14 -> new BasicCancel("tag", coin);
            case 15 -> new BasicGet(pick(QUEUES), coin);
            case 16 -> settlement();
            case 17 -> new BasicQos(0, random.nextInt(4), coin);
            case 18 -> coin ? new QueuePurge(pick(QUEUES), false) : new BasicRecover(true);
            case 19 -> tx();
            case 20 -> coin ? new ConfirmSelect(false) : new ChannelFlow(true);
            default -> new ChannelClose(200, "bye", 0, 0);
        };
    }

    private QueueDeclare declare() {
        return new QueueDeclare(
                random.nextInt(4) == 0 ? "" : pick(QUEUES),
                false,
                false,
                random.nextInt(4) == 0,
                random.nextInt(4) == 0,
                false,
                random.nextBoolean() ? FieldTable.EMPTY : HEADERS);
    }

    private Method settlement() {
        long tag = random.nextInt(4);
        boolean multiple = random.nextBoolean();
        return switch (random.nextInt(3)) {
            case 0 -> new BasicAck(tag, multiple);
            case 1 -> new BasicNack(tag, multiple, random.nextBoolean());
            default -> new BasicReject(tag, random.nextBoolean());
        };
    }

    private Method tx() {
        return switch (random.nextInt(3)) {
            case 0 -> new TxSelect();
            case 1 -> new TxCommit();
            default -> new TxRollback();
        };
    }

    private String pick(String[] of) {
        return of[random.nextInt(of.length)];
    }
}
