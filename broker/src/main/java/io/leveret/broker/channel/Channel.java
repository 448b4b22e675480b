package io.leveret.broker.channel;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.FrameEncoder;
import io.leveret.amqp.method.AccessRequest;
import io.leveret.amqp.method.AccessRequestOk;
import io.leveret.amqp.method.BasicAck;
import io.leveret.amqp.method.BasicCancel;
import io.leveret.amqp.method.BasicCancelOk;
import io.leveret.amqp.method.BasicConsume;
import io.leveret.amqp.method.BasicConsumeOk;
import io.leveret.amqp.method.BasicGet;
import io.leveret.amqp.method.BasicNack;
import io.leveret.amqp.method.BasicQos;
import io.leveret.amqp.method.BasicQosOk;
import io.leveret.amqp.method.BasicRecover;
import io.leveret.amqp.method.BasicRecoverAsync;
import io.leveret.amqp.method.BasicRecoverOk;
import io.leveret.amqp.method.BasicReject;
import io.leveret.amqp.method.ChannelClose;
import io.leveret.amqp.method.ChannelCloseOk;
import io.leveret.amqp.method.ChannelFlow;
import io.leveret.amqp.method.ChannelFlowOk;
import io.leveret.amqp.method.ChannelOpen;
import io.leveret.amqp.method.ConfirmSelect;
import io.leveret.amqp.method.ConfirmSelectOk;
import io.leveret.amqp.method.Method;
import io.leveret.amqp.method.MethodReader;
import io.leveret.amqp.method.TxCommit;
import io.leveret.amqp.method.TxCommitOk;
import io.leveret.amqp.method.TxRollback;
import io.leveret.amqp.method.TxRollbackOk;
import io.leveret.amqp.method.TxSelect;
import io.leveret.amqp.method.TxSelectOk;
import io.leveret.broker.queue.Consumer;
import io.leveret.broker.queue.DeliveryTarget;
import io.leveret.broker.queue.QueueEntry;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A channel: what its client's methods do. It belongs to the event loop of its connection, and only what
 * {@link DeliveryTarget} says so of is called from elsewhere. An {@link AmqpException} out of it is the connection's to answer.
 */
public final class Channel implements DeliveryTarget {

    private static final int METHOD_BYTES = 64;
    private static final int CLASS_CHANNEL = 20;
    private static final int CLASS_ACCESS = 30;
    private static final int CLASS_EXCHANGE = 40;
    private static final int CLASS_QUEUE = 50;
    private static final int CLASS_BASIC = 60;
    private static final int CLASS_CONFIRM = 85;
    private static final int CLASS_TX = 90;
    private static final int BASIC_PUBLISH = 40;
    private static final int BASIC_ACK = 80;

    private enum State {
        OPEN,
        /** The broker closed it and waits for the client's close-ok. */
        CLOSING,
        CLOSED
    }

    private final int number;
    private final Session session;
    private final Output output;
    private final Outbox outbox;
    private final Bursts bursts;
    private final Executor loop;
    private final SharedPrefetch shared = new SharedPrefetch();
    private final Publisher publisher;
    private final Deliveries deliveries;
    private final Subscriptions subscriptions;
    private final TopologyMethods topology;
    private final Returns undelivered = new Returns();

    private State state = State.OPEN;
    private @Nullable Confirms confirms;
    private @Nullable Transaction transaction;
    private int classId;
    private int methodId;
    private boolean released;
    private boolean inBurst;

    public Channel(int number, Session session, Output output, Outbox outbox, Bursts bursts, Executor loop) {
        this.number = number;
        this.session = session;
        this.output = output;
        this.outbox = outbox;
        this.bursts = bursts;
        this.loop = loop;
        this.publisher = new Publisher(number, session, output, bursts);
        this.deliveries = new Deliveries(number, session, output, bursts, shared);
        this.subscriptions = new Subscriptions(session, this, shared);
        this.topology = new TopologyMethods(session);
    }

    /** What a method which a client may not send here, or at all, is answered with. */
    public static AmqpException unimplemented() {
        return AmqpException.commandInvalid("unimplemented method");
    }

    /** What a content frame which no method announced is answered with. */
    public static AmqpException methodExpected() {
        return AmqpException.unexpectedFrame("expected method frame, got non method frame instead");
    }

    public int number() {
        return number;
    }

    /** The class of the method that is being done, for the answer to an error. */
    public int classId() {
        return classId;
    }

    public int methodId() {
        return methodId;
    }

    /** Whether the number may be used for another channel. */
    public boolean isClosed() {
        return state == State.CLOSED;
    }

    public boolean isClosing() {
        return state == State.CLOSING;
    }

    /** Takes a method frame's payload. */
    public void onMethod(ByteBuf payload) {
        if (state != State.OPEN) {
            noteMethod(payload);
            onMethodWhileClosing(MethodReader.read(payload));
            return;
        }
        publisher.requireComplete();
        noteMethod(payload);
        if (classId == CLASS_BASIC && methodId == BASIC_PUBLISH) {
            publisher.begin(payload);
            return;
        }
        Method method = MethodReader.read(payload);
        if (classId == CLASS_BASIC && methodId >= BASIC_ACK && settle(method)) {
            return;
        }
        bursts.flush();
        handle(method);
    }

    public void onHeader(ByteBuf payload) {
        if (state == State.OPEN) {
            noteContent();
            publisher.header(payload);
        }
    }

    public void onBody(ByteBuf payload) {
        if (state == State.OPEN) {
            noteContent();
            publisher.body(payload);
        }
    }

    private void noteMethod(ByteBuf payload) {
        int at = payload.readerIndex();
        classId = payload.getUnsignedShort(at);
        methodId = payload.getUnsignedShort(at + 2);
    }

    /** A content frame that no method announced is nobody's. */
    private void noteContent() {
        if (!publisher.isExpectingContent()) {
            classId = 0;
            methodId = 0;
        }
    }

    /** Notes that a read burst has frames for this channel; true the first time. */
    public boolean beginBurst() {
        boolean first = !inBurst;
        inBurst = true;
        return first;
    }

    /** What is left to do once the burst went to its queues: confirm it, and let consumers go on that its acks made room for. */
    public void endBurst() {
        inBurst = false;
        if (state == State.OPEN) {
            if (confirms != null) {
                confirms.flush(number, output);
            }
            if (shared.isLimited()) {
                subscriptions.resume();
            }
        }
    }

    /** Lets consumers go on that waited for room on the connection. */
    public void resume() {
        subscriptions.resume();
    }

    /** Answers a soft error: detaches everything and waits for the client's close-ok. */
    public void fail(AmqpException error) {
        release();
        state = State.CLOSING;
        send(new ChannelClose(error.code().code(), error.replyText(), classId, methodId));
    }

    /** Takes the consumers off their queues and returns what is unsettled. Idempotent. */
    public void release() {
        Returns returns = new Returns();
        detach();
        giveBack(returns);
        returns.requeue();
    }

    /** First half of {@link #release}: afterwards no queue offers anything to this channel, and the outbox holds nothing of it. */
    public void detach() {
        if (state == State.OPEN) {
            state = State.CLOSED;
            subscriptions.cancelAll();
        }
    }

    /** Second half of {@link #release}. */
    public void giveBack(Returns returns) {
        if (!released) {
            released = true;
            outbox.drain();
            deliveries.giveBack(returns);
            undelivered.moveTo(returns);
        }
    }

    @Override
    public boolean reserve(Consumer consumer) {
        return outbox.hasRoom() && (consumer.noAck() || shared.reserve());
    }

    @Override
    public void offer(QueueEntry entry) {
        outbox.offer(entry);
    }

    @Override
    public void wake() {
        outbox.wake();
    }

    @Override
    public void transmit(QueueEntry entry) {
        Consumer consumer = entry.consumer();
        if (consumer == null) {
            throw new AssertionError("a delivery for no consumer");
        }
        if (state == State.OPEN) {
            deliveries.deliver(consumer, entry);
        } else {
            // It never left, so even without acknowledgements it is not the client's.
            undelivered.add(entry);
        }
    }

    @Override
    public void queueDeleted(Consumer consumer) {
        loop.execute(() -> cancelledByQueue(consumer));
    }

    private void cancelledByQueue(Consumer consumer) {
        if (state == State.OPEN && subscriptions.forget(consumer) && session.cancelNotify()) {
            outbox.drain();
            send(new BasicCancel(consumer.tag(), true));
        }
    }

    private void onMethodWhileClosing(Method method) {
        if (method instanceof ChannelOpen) {
            throw alreadyOpen();
        }
        if (state == State.CLOSING && method instanceof ChannelCloseOk) {
            state = State.CLOSED;
        } else if (method instanceof ChannelClose) {
            send(new ChannelCloseOk());
        }
    }

    /** Acknowledgements are gathered like publishes: they wait for the end of the burst. */
    private boolean settle(Method method) {
        if (method instanceof BasicAck ack) {
            deliveries.settle(ack.deliveryTag(), ack.multiple(), Settlement.ACK);
        } else if (method instanceof BasicNack nack) {
            deliveries.settle(nack.deliveryTag(), nack.multiple(), settlement(nack.requeue()));
        } else if (method instanceof BasicReject reject) {
            deliveries.settle(reject.deliveryTag(), false, settlement(reject.requeue()));
        } else {
            return false;
        }
        return true;
    }

    private static Settlement settlement(boolean requeue) {
        return requeue ? Settlement.REQUEUE : Settlement.DISCARD;
    }

    private void handle(Method method) {
        switch (classId) {
            case CLASS_CHANNEL -> channel(method);
            case CLASS_ACCESS -> access(method);
            case CLASS_EXCHANGE -> answer(topology.exchange(method));
            case CLASS_QUEUE -> answer(topology.queue(method));
            case CLASS_BASIC -> basic(method);
            case CLASS_CONFIRM -> confirm(method);
            case CLASS_TX -> tx(method);
            default -> throw unimplemented();
        }
    }

    private void channel(Method method) {
        if (method instanceof ChannelOpen) {
            throw alreadyOpen();
        } else if (method instanceof ChannelClose) {
            release();
            send(new ChannelCloseOk());
        } else if (method instanceof ChannelFlow flow) {
            if (!flow.active()) {
                throw AmqpException.notImplemented("active=false");
            }
            send(new ChannelFlowOk(true));
        } else {
            throw unimplemented();
        }
    }

    /** Left over from 0-9; clients that still send it go on with whatever ticket they get. */
    private void access(Method method) {
        if (!(method instanceof AccessRequest)) {
            throw unimplemented();
        }
        send(new AccessRequestOk(1));
    }

    private void basic(Method method) {
        if (method instanceof BasicQos qos) {
            subscriptions.qos(qos);
            send(new BasicQosOk());
        } else if (method instanceof BasicConsume consume) {
            consume(consume);
        } else if (method instanceof BasicCancel cancel) {
            cancel(cancel);
        } else if (method instanceof BasicGet get) {
            deliveries.get(topology.gettable(get.queue()), get.noAck());
        } else if (method instanceof BasicRecover recover) {
            recover(recover.requeue());
            send(new BasicRecoverOk());
        } else if (method instanceof BasicRecoverAsync recover) {
            recover(recover.requeue());
        } else {
            throw unimplemented();
        }
    }

    private void consume(BasicConsume consume) {
        Consumer consumer = subscriptions.add(consume, topology.queueName(consume.queue()));
        publisher.replyThrough(subscriptions.replyQueue());
        // Deliveries that were offered meanwhile wait in the outbox, so the answer comes first.
        if (!consume.nowait()) {
            send(new BasicConsumeOk(consumer.tag()));
        }
    }

    private void cancel(BasicCancel cancel) {
        if (subscriptions.cancel(cancel.consumerTag())) {
            publisher.replyThrough(subscriptions.replyQueue());
            // What its queue had handed over still goes out, before the answer.
            outbox.drain();
        }
        if (!cancel.nowait()) {
            send(new BasicCancelOk(cancel.consumerTag()));
        }
    }

    private void recover(boolean requeue) {
        if (!requeue) {
            throw AmqpException.notImplemented("requeue=false");
        }
        deliveries.recover();
    }

    private void confirm(Method method) {
        if (!(method instanceof ConfirmSelect select)) {
            throw unimplemented();
        }
        if (transaction != null) {
            throw AmqpException.preconditionFailed("cannot switch from tx to confirm mode");
        }
        if (confirms == null) {
            confirms = new Confirms();
            publisher.confirmWith(confirms);
        }
        answer(select.nowait() ? null : new ConfirmSelectOk());
    }

    private void tx(Method method) {
        if (method instanceof TxSelect) {
            selectTx();
            send(new TxSelectOk());
        } else if (method instanceof TxCommit) {
            Transaction committed = requireTransaction();
            publisher.commit(committed.takePublishes());
            deliveries.commit(committed);
            send(new TxCommitOk());
        } else if (method instanceof TxRollback) {
            Transaction abandoned = requireTransaction();
            abandoned.takePublishes();
            deliveries.rollback(abandoned);
            send(new TxRollbackOk());
        } else {
            throw unimplemented();
        }
    }

    private void selectTx() {
        if (confirms != null) {
            throw AmqpException.preconditionFailed("cannot switch from confirm to tx mode");
        }
        if (transaction == null) {
            transaction = new Transaction();
            publisher.gatherIn(transaction);
            deliveries.gatherIn(transaction);
        }
    }

    private Transaction requireTransaction() {
        if (transaction == null) {
            throw AmqpException.preconditionFailed("channel is not transactional");
        }
        return transaction;
    }

    private static AmqpException alreadyOpen() {
        return AmqpException.channelError("second 'channel.open' seen");
    }

    private void answer(@Nullable Method method) {
        if (method != null) {
            send(method);
        }
    }

    private void send(Method method) {
        FrameEncoder.writeMethod(output.buffer(METHOD_BYTES), number, method);
    }
}
