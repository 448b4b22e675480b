package io.leveret.bench.load;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/**
 * The exchange and queues of one run, under names of its own; the broker deletes them when the run's consumers go. A queue that was
 * named is reached through the default exchange, and stays.
 */
final class Topology {

    private final Load load;
    private final String exchange = "load-" + ProcessHandle.current().pid();

    Topology(Load load) {
        this.load = load;
    }

    List<ByteBuf> declarations() {
        if (isNamed()) {
            return List.of(Frames.declareKeptQueue(load.queue()));
        }
        List<ByteBuf> steps = new ArrayList<>();
        steps.add(Frames.declareExchange(exchange, load.exchangeType().amqpName()));
        for (int queue = 0; queue < load.queues(); queue++) {
            steps.add(Frames.declareQueue(queue(queue), load.persistent()));
            steps.add(Frames.bindQueue(queue(queue), exchange, bindingKey(queue)));
        }
        return steps;
    }

    List<ByteBuf> consumer(int consumer) {
        List<ByteBuf> steps = new ArrayList<>();
        if (load.prefetch() > 0) {
            steps.add(Frames.qos(load.prefetch()));
        }
        steps.add(Frames.consume(queue(consumer % load.queues()), load.autoAck()));
        return steps;
    }

    List<ByteBuf> producer() {
        return load.confirmWindow() > 0 ? List.of(Frames.selectConfirms()) : List.of();
    }

    Publish publish(int producer) {
        return isNamed()
                ? new Publish("", load.queue(), load.sizeBytes(), load.persistent())
                : new Publish(exchange, routingKey(producer % load.queues()), load.sizeBytes(), load.persistent());
    }

    private String queue(int queue) {
        return isNamed() ? load.queue() : exchange + "-" + queue;
    }

    private boolean isNamed() {
        return !load.queue().isEmpty();
    }

    private String bindingKey(int queue) {
        return load.exchangeType() == Load.ExchangeType.TOPIC ? "load.#" : routingKey(queue);
    }

    private static String routingKey(int queue) {
        return "load." + queue;
    }
}
