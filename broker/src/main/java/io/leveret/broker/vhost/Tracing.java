package io.leveret.broker.vhost;

/**
 * Whether what is published and delivered in a virtual host is copied to its trace exchange. Any thread may switch it and ask; as
 * in RabbitMQ it is off after every start.
 */
public final class Tracing {

    /** The exchange that the copies go to; every virtual host has it. */
    public static final String EXCHANGE = "amq.rabbitmq.trace";

    private volatile boolean on;

    /** Copies whatever is read and written from now on. */
    public void on() {
        on = true;
    }

    public void off() {
        on = false;
    }

    /** Cheap enough for every burst. */
    public boolean isOn() {
        return on;
    }
}
