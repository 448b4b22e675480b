package io.leveret.interop.soak;

import io.leveret.interop.raw.Octets;

/** The methods of AMQP that soak tests send; flags not asked for are off. */
final class Methods {

    private static final int NO_WAIT_OF_BIND = 1;
    private static final int NO_ACK_OF_GET = 1;
    private static final int NO_ACK_OF_CONSUME = 1 << 1;
    private static final int DURABLE_EXCHANGE = 1 << 1;
    private static final int REQUEUE_OF_NACK = 1 << 1;
    private static final int EXCLUSIVE_QUEUE = 1 << 2;

    private Methods() {}

    static Octets openChannel() {
        return Octets.method(20, 10).shortString("");
    }

    static Octets closeChannel() {
        return Octets.method(20, 40).u16(200).shortString("").u16(0).u16(0);
    }

    static Octets declareExchange(String name, String type) {
        return declareExchange(name, type, 0);
    }

    static Octets declareDurableExchange(String name, String type) {
        return declareExchange(name, type, DURABLE_EXCHANGE);
    }

    private static Octets declareExchange(String name, String type, int flags) {
        return Octets.method(40, 10)
                .u16(0)
                .shortString(name)
                .shortString(type)
                .u8(flags)
                .emptyTable();
    }

    static Octets deleteExchange(String name) {
        return Octets.method(40, 20).u16(0).shortString(name).u8(0);
    }

    static Octets declareQueue(String name) {
        return Octets.method(50, 10).u16(0).shortString(name).u8(0).emptyTable();
    }

    static Octets declareExclusiveQueue(String name) {
        return Octets.method(50, 10)
                .u16(0)
                .shortString(name)
                .u8(EXCLUSIVE_QUEUE)
                .emptyTable();
    }

    static Octets deleteQueue(String name) {
        return Octets.method(50, 40).u16(0).shortString(name).u8(0);
    }

    static Octets bind(String queue, String exchange, String routingKey) {
        return bind(queue, exchange, routingKey, 0);
    }

    static Octets bindWithoutAnswer(String queue, String exchange, String routingKey) {
        return bind(queue, exchange, routingKey, NO_WAIT_OF_BIND);
    }

    private static Octets bind(String queue, String exchange, String routingKey, int flags) {
        return Octets.method(50, 20)
                .u16(0)
                .shortString(queue)
                .shortString(exchange)
                .shortString(routingKey)
                .u8(flags)
                .emptyTable();
    }

    static Octets publish(String exchange, String routingKey) {
        return Octets.method(60, 40)
                .u16(0)
                .shortString(exchange)
                .shortString(routingKey)
                .u8(0);
    }

    static Octets get(String queue) {
        return Octets.method(60, 70).u16(0).shortString(queue).u8(NO_ACK_OF_GET);
    }

    static Octets getWithAck(String queue) {
        return Octets.method(60, 70).u16(0).shortString(queue).u8(0);
    }

    /** {@code basic.nack} of one delivery. */
    static Octets requeue(long deliveryTag) {
        return Octets.method(60, 120).u64(deliveryTag).u8(REQUEUE_OF_NACK);
    }

    static Octets consume(String queue) {
        return Octets.method(60, 20)
                .u16(0)
                .shortString(queue)
                .shortString("")
                .u8(NO_ACK_OF_CONSUME)
                .emptyTable();
    }
}
