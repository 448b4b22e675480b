package io.leveret.broker.channel;

import io.leveret.broker.alarm.HeapUse;
import io.leveret.broker.vhost.Bursts;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * A connection as its channels use it: their ways in and out, which they share. Its parts belong to the connection's event
 * loop.
 *
 * @param heap what the connection holds on the heap
 * @param givingBack what returns to queues from its channels
 * @param loop runs a task on that loop; from any thread. If it fails, the connection ends, with what an
 *     {@link io.leveret.amqp.AmqpException} says
 * @param resumed to be told when what a channel is parked for has come; on the loop
 */
public record Link(
        Output output,
        Outbox outbox,
        Bursts bursts,
        TargetCache targets,
        HeapUse.Part heap,
        GivingBack givingBack,
        Executor loop,
        Consumer<Channel> resumed) {}
