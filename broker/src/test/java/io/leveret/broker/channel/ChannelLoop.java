package io.leveret.broker.channel;

import io.leveret.amqp.FieldTable;
import io.leveret.amqp.frame.FrameDecoder;
import io.leveret.amqp.frame.FrameListener;
import io.leveret.amqp.method.BasicAck;
import io.leveret.amqp.method.BasicCancel;
import io.leveret.amqp.method.BasicConsume;
import io.leveret.amqp.method.BasicDeliver;
import io.leveret.amqp.method.BasicNack;
import io.leveret.amqp.method.BasicQos;
import io.leveret.amqp.method.Method;
import io.leveret.amqp.method.MethodReader;
import io.leveret.broker.alarm.HeapUse;
import io.leveret.broker.vhost.Bursts;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import java.util.Random;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.BooleanSupplier;

/**
 * A connection with one channel on a thread of its own, and the client behind it: acknowledges, requeues, cancels and
 * consumes again with a small prefetch, while its socket stops and goes on. It works only when it is woken, as a loop does.
 */
final class ChannelLoop implements Runnable, FrameListener {

    private static final long STALL_SECONDS = 20;

    private final String[] queues;
    private final Random random;
    private final AtomicIntegerArray acknowledged;
    private final BooleanSupplier finished;
    private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    private final AtomicBoolean turnScheduled = new AtomicBoolean();
    private final ByteBuf out = Unpooled.buffer();
    private final FrameDecoder client = new FrameDecoder(this, 0);
    private final Outbox outbox = new Outbox(this::scheduleTurn);
    private final Bursts bursts = Sessions.vhost().newBursts(null);
    private final Channel channel;
    private final ArrayDeque<Long> tags = new ArrayDeque<>();
    private final ArrayDeque<Integer> ids = new ArrayDeque<>();
    private boolean writable = true;
    private final String[] consumerTags;
    private int consumers;

    ChannelLoop(
            Session session, String[] queues, long seed, AtomicIntegerArray acknowledged, BooleanSupplier finished) {
        this.queues = queues;
        this.consumerTags = new String[queues.length];
        this.random = new Random(seed);
        this.acknowledged = acknowledged;
        this.finished = finished;
        this.channel = new Channel(
                1,
                session,
                new Link(
                        new MemoryOutput(out),
                        outbox,
                        bursts,
                        new TargetCache(),
                        new HeapUse().newPart(),
                        new GivingBack(tasks::add),
                        tasks::add,
                        resumed -> {}));
    }

    private void scheduleTurn() {
        if (turnScheduled.compareAndSet(false, true)) {
            tasks.add(this::turn);
        }
    }

    /** Lets it see that it is to finish. */
    void poke() {
        tasks.add(() -> {});
    }

    @Override
    public void run() {
        call(new BasicQos(0, 2, false));
        call(new BasicQos(0, 3, true));
        for (int i = 0; i < queues.length; i++) {
            consume(i);
        }
        while (!finished.getAsBoolean()) {
            nextTask().run();
        }
        channel.release(() -> {});
    }

    private Runnable nextTask() {
        try {
            Runnable task = tasks.poll(STALL_SECONDS, TimeUnit.SECONDS);
            if (task == null) {
                throw new AssertionError("nothing to do for " + STALL_SECONDS + " s");
            }
            return task;
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts this thread", e);
        }
    }

    private void turn() {
        turnScheduled.set(false);
        outbox.drain();
        outbox.resume();
        client.decode(out);
        out.clear();
        changeWritability();
        answer();
    }

    private void changeWritability() {
        if (random.nextInt(5) == 0 && writable) {
            writable(false);
            tasks.add(() -> writable(true));
        }
    }

    private void writable(boolean now) {
        writable = now;
        outbox.writable(now);
        outbox.resume();
    }

    private void answer() {
        while (!tags.isEmpty()) {
            long tag = tags.remove();
            int id = ids.remove();
            boolean requeue = random.nextInt(4) == 0;
            if (!requeue) {
                acknowledged.incrementAndGet(id);
            }
            channel.beginBurst();
            channel.onMethod(payload(requeue ? new BasicNack(tag, false, true) : new BasicAck(tag, false)));
        }
        endBurst();
        if (random.nextInt(100) == 0) {
            int replaced = random.nextInt(queues.length);
            call(new BasicCancel(consumerTags[replaced], true));
            consume(replaced);
        }
    }

    /** Each queue keeps a consumer, or its messages would stay for lack of one. */
    private void consume(int at) {
        consumerTags[at] = "c" + consumers++;
        call(new BasicConsume(queues[at], consumerTags[at], false, false, false, true, FieldTable.EMPTY));
    }

    private void call(Method method) {
        channel.beginBurst();
        channel.onMethod(payload(method));
        endBurst();
    }

    private void endBurst() {
        bursts.flush();
        channel.endBurst();
    }

    private static ByteBuf payload(Method method) {
        ByteBuf payload = Unpooled.buffer().writeInt(method.id());
        method.writeArguments(payload);
        return payload;
    }

    @Override
    public void onMethod(int number, ByteBuf payload) {
        if (MethodReader.read(payload) instanceof BasicDeliver deliver) {
            tags.add(deliver.deliveryTag());
        }
    }

    @Override
    public void onHeader(int number, ByteBuf payload) {}

    @Override
    public void onBody(int number, ByteBuf payload) {
        ids.add(payload.readInt());
    }

    @Override
    public void onHeartbeat(int number) {}

    @Override
    public boolean isClosed() {
        return false;
    }
}
