package io.leveret.broker.channel;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.frame.FrameEncoder;
import io.leveret.amqp.method.BasicGet;
import io.leveret.amqp.method.ChannelClose;
import io.leveret.amqp.method.ChannelCloseOk;
import io.leveret.amqp.method.ChannelFlow;
import io.leveret.amqp.method.ChannelFlowOk;
import io.leveret.amqp.method.ChannelOpen;
import io.leveret.amqp.method.Method;
import io.leveret.amqp.method.MethodReader;
import io.leveret.amqp.method.QueuePurge;
import io.leveret.amqp.method.TxCommit;
import io.leveret.broker.channel.HeldFrames.HeldFrame;
import io.leveret.broker.channel.HeldFrames.Kind;
import io.leveret.broker.queue.Consumer;
import io.leveret.broker.queue.DeliveryTarget;
import io.leveret.broker.queue.QueueEntry;
import io.leveret.broker.vhost.PurgeRecord;
import io.netty.buffer.ByteBuf;
import java.util.function.Supplier;
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
    private static final int BASIC_RECOVER_ASYNC = 100;

    private enum State {
        OPEN,
        /** The broker closed it and waits for the client's close-ok. */
        CLOSING,
        CLOSED
    }

    private final int number;
    private final Session session;
    private final Link link;
    private final Outbox outbox;
    private final SharedPrefetch shared = new SharedPrefetch();
    private final ChannelEvents events;
    private final Firehose firehose;
    private final Publisher publisher;
    private final Deliveries deliveries;
    private final Subscriptions subscriptions;
    private final TopologyMethods topology;
    private final BasicMethods basic;
    private final Mode mode;
    private final Cancellations cancellations;
    private final Parking parking;
    private final CurrentMethod current = new CurrentMethod();
    private final Returns undelivered = new Returns();

    private State state = State.OPEN;
    private boolean released;
    private boolean told;
    private boolean inBurst;
    private boolean confirmsLeft;

    public Channel(int number, Session session, Link link) {
        this.number = number;
        this.session = session;
        this.link = link;
        this.outbox = link.outbox();
        this.parking = new Parking(link.givingBack(), this::told);
        this.events = new ChannelEvents(session);
        this.firehose = new Firehose(number, session, link.bursts());
        this.publisher = new Publisher(number, session, link, firehose);
        this.deliveries = new Deliveries(number, session, link, shared, firehose);
        this.subscriptions = new Subscriptions(session, this, shared, outbox, events);
        this.topology = new TopologyMethods(session, publisher);
        this.basic = new BasicMethods(topology, subscriptions, deliveries, publisher, outbox);
        this.cancellations = new Cancellations(number, session, deliveries, subscriptions, outbox, this::send);
        this.mode = new Mode(publisher, deliveries, session.settings().limits().transactionMaxBytes(), link.heap());
        events.opened(number);
    }

    public int number() {
        return number;
    }

    /** The class of the method that is being done, for the answer to an error. */
    public int classId() {
        return current.classId();
    }

    public int methodId() {
        return current.methodId();
    }

    /** Whether the number may be used for another channel. */
    public boolean isClosed() {
        return state == State.CLOSED;
    }

    /** Takes a method frame's payload. */
    public void onMethod(ByteBuf payload) {
        if (parking.isParked()) {
            parking.hold(Kind.METHOD, payload);
            return;
        }
        if (state != State.OPEN) {
            current.begin(payload);
            onMethodWhileClosing(MethodReader.read(payload));
            return;
        }
        publisher.requireComplete();
        current.begin(payload);
        boolean isBasic = current.classId() == CLASS_BASIC;
        if (isBasic && current.methodId() == BASIC_PUBLISH) {
            publisher.begin(payload);
            return;
        }
        Method method = MethodReader.read(payload);
        if (isBasic && current.methodId() >= BASIC_ACK && basic.settle(method)) {
            if (current.methodId() != BASIC_ACK || deliveries.areSettledInPieces()) {
                parking.whileGivingBack(null);
            }
            return;
        }
        link.bursts().flush();
        handle(method);
    }

    /** What this channel waited for, which was not the disk, has come. */
    private void told() {
        link.resumed().accept(this);
    }

    /** Gives the answer that waited, or looks for it again. Its frames go on unless it has to wait once more. */
    public void goOn() {
        if (state != State.OPEN || !parking.isParked()) {
            return;
        }
        Runnable next = parking.next();
        Method answer = parking.end();
        if (next != null) {
            next.run();
        } else {
            answer(answer);
        }
    }

    public void onHeader(ByteBuf payload) {
        if (parking.isParked()) {
            parking.hold(Kind.HEADER, payload);
        } else if (state == State.OPEN) {
            noteContent();
            publisher.header(payload);
        }
    }

    public void onBody(ByteBuf payload) {
        if (parking.isParked()) {
            parking.hold(Kind.BODY, payload);
        } else if (state == State.OPEN) {
            noteContent();
            publisher.body(payload);
        }
    }

    /** A content frame that no method announced is nobody's. */
    private void noteContent() {
        if (!publisher.isExpectingContent()) {
            current.none();
        }
    }

    /** Notes that a read burst has frames for this channel; true the first time. */
    public boolean beginBurst() {
        boolean first = !inBurst;
        if (first) {
            publisher.beginBurst();
        }
        inBurst = true;
        return first;
    }

    /** What is left to do once the burst went to its queues: confirm it, and let consumers go on that its acks made room for. */
    public void endBurst() {
        inBurst = false;
        if (state == State.OPEN) {
            confirm();
            shared.waiting().resume();
        }
    }

    /** Confirms what is durable of all that went to its queues; also before a close, which may cut a burst short. */
    public void confirm() {
        mode.brought(link.bursts().publishedBatch());
        confirmsLeft = mode.sendConfirms(link.bursts().durableBatch(), number, link.output());
    }

    /** Whether something is to happen here when more becomes durable. */
    public boolean isWaiting() {
        return state == State.OPEN && (confirmsLeft || parking.isParked());
    }

    /** The first batch that makes something happen here. */
    public long awaitedBatch() {
        return Math.min(parking.batch(), mode.awaitedBatch());
    }

    /** Does what waited for a batch. */
    public void durable(long batch) {
        if (state == State.OPEN) {
            confirm();
            if (parking.endsWith(batch)) {
                answer(parking.end());
            }
        }
    }

    /** The next frame that came while an answer waited; null if there is none, or it waits still. */
    public @Nullable HeldFrame nextHeld() {
        return parking.nextHeld();
    }

    /** How much came while an answer waited. */
    public long heldBytes() {
        return parking.heldBytes();
    }

    /** Answers a soft error: detaches everything and waits for the client's close-ok. */
    public void fail(AmqpException error) {
        confirm();
        detach();
        state = State.CLOSING;
        ChannelClose close = new ChannelClose(error.code().code(), error.replyText(), classId(), methodId());
        release(() -> tell(close));
    }

    /** Unless the client closed it meanwhile, and may use the number for another channel. */
    private void tell(ChannelClose close) {
        if (state == State.CLOSING) {
            told = true;
            send(close);
        }
    }

    /** Takes the consumers off their queues and returns what is unsettled; then does {@code done}. */
    void release(Runnable done) {
        Returns returns = new Returns();
        detach();
        link.givingBack().add(() -> giveBack(returns) || returns.requeue(GivingBack.PIECE), done);
    }

    /** First half of a release: afterwards no queue offers anything to this channel, and the outbox holds nothing of it. */
    public void detach() {
        if (state == State.OPEN) {
            state = State.CLOSED;
            // Nothing is to be waited for: a close-ok that was held would never be heard.
            parking.end();
            int consumers = subscriptions.count();
            subscriptions.cancelAll();
            events.closed(consumers);
        }
    }

    /** A piece of the second half of a release; whether there is more. */
    public boolean giveBack(Returns returns) {
        if (!released) {
            released = true;
            outbox.drain();
            mode.abandon();
            undelivered.moveTo(returns);
        }
        boolean more = deliveries.giveBackSome(returns);
        if (!more) {
            returns.endOfChannel();
        }
        return more;
    }

    @Override
    public boolean reserve(Consumer consumer) {
        if (!outbox.hasRoom()) {
            outbox.waiting().add(consumer);
            return false;
        }
        if (consumer.noAck() || shared.reserve()) {
            return true;
        }
        shared.waiting().add(consumer);
        return false;
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
    public void trace(QueueEntry entry) {
        if (state == State.OPEN) {
            firehose.delivered(entry);
        }
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
        link.loop().execute(() -> {
            if (state == State.OPEN) {
                cancellations.byQueue(consumer);
            }
        });
    }

    @Override
    public void queueUnreadable(Consumer consumer, AmqpException why) {
        link.loop().execute(() -> {
            if (state == State.OPEN) {
                cancellations.unreadable(consumer, why);
            }
        });
    }

    /**
     * Looks for what is late, and tells at how many deliveries or fewer; negative if none can be. {@code whenTaken}, maybe in a later turn,
     * calls {@link #endTimeOut}.
     */
    public int timeOut(long nowMs, Runnable whenTaken) {
        return state == State.OPEN && deliveries.areOutstanding() ? cancellations.findLate(nowMs, whenTaken) : -1;
    }

    /**
     * Takes back what was found, and cancels the consumers which kept it.
     *
     * @throws AmqpException precondition failed, if it was no consumer, or the client does not hear of cancelled ones
     */
    public void endTimeOut() {
        if (state == State.OPEN) {
            try {
                cancellations.ofLate();
            } catch (AmqpException e) {
                // None of the client's methods is to blame.
                current.none();
                throw e;
            }
            shared.waiting().resume();
        }
    }

    private void onMethodWhileClosing(Method method) {
        if (method instanceof ChannelOpen) {
            throw ProtocolErrors.alreadyOpen();
        }
        if (state == State.CLOSING && method instanceof ChannelCloseOk) {
            state = State.CLOSED;
        } else if (method instanceof ChannelClose) {
            send(new ChannelCloseOk());
            if (!told) {
                state = State.CLOSED;
            }
        }
    }

    private void handle(Method method) {
        switch (current.classId()) {
            case CLASS_CHANNEL -> channel(method);
            case CLASS_ACCESS -> send(topology.access(method));
            case CLASS_EXCHANGE ->
                answer(topology.exchange(method), session.vhost().recordedBatch());
            case CLASS_QUEUE -> queue(method);
            case CLASS_BASIC -> basic(method);
            case CLASS_CONFIRM -> answer(mode.confirm(method));
            case CLASS_TX -> tx(method);
            default -> throw ProtocolErrors.unimplemented();
        }
    }

    /** A purge that takes long is done elsewhere meanwhile. */
    private void queue(Method method) {
        if (method instanceof QueuePurge purge && topology.purgeLater(purge, result -> oncePurged(purge, result))) {
            parking.untilTold();
        } else {
            answer(topology.queue(method), session.vhost().recordedBatch());
        }
    }

    private void oncePurged(QueuePurge method, Supplier<PurgeRecord> result) {
        link.loop().execute(() -> {
            PurgeRecord purge = result.get();
            parking.thenDo(() -> answer(TopologyMethods.purged(method, purge.count()), purge.batch()));
            told();
        });
    }

    /** A commit that has to gather or read something first is done after that. */
    private void tx(Method method) {
        if (method instanceof TxCommit && mode.preparesCommit()) {
            parking.afterPieces(() -> tx(method));
        } else if (method instanceof TxCommit && !mode.canCommit(this::onceRead)) {
            parking.untilTold();
            parking.thenDo(() -> tx(method));
        } else {
            Method answer = mode.tx(method);
            long batch = link.bursts().appendedBatch();
            if (deliveries.areSettledInPieces()) {
                parking.afterPieces(() -> answer(answer, batch));
            } else {
                answer(answer, batch);
            }
        }
    }

    private void onceRead(Runnable note) {
        link.loop().execute(() -> {
            note.run();
            told();
        });
    }

    private void basic(Method method) {
        if (method instanceof BasicGet get) {
            get(get);
        } else {
            Method answer = basic.basic(method);
            if (current.methodId() < BASIC_RECOVER_ASYNC || !parking.whileGivingBack(answer)) {
                answer(answer);
            }
        }
    }

    /** Its answer is a delivery, or that there is none; if the queue has to read first, it comes when that is done. */
    private void get(BasicGet method) {
        if (!basic.get(method, () -> link.loop().execute(this::told))) {
            parking.untilTold();
            parking.thenDo(() -> get(method));
        }
    }

    private void channel(Method method) {
        if (method instanceof ChannelOpen) {
            throw ProtocolErrors.alreadyOpen();
        } else if (method instanceof ChannelClose) {
            confirm();
            release(() -> send(new ChannelCloseOk()));
        } else if (method instanceof ChannelFlow flow) {
            if (!flow.active()) {
                throw AmqpException.notImplemented("active=false");
            }
            send(new ChannelFlowOk(true));
        } else {
            throw ProtocolErrors.unimplemented();
        }
    }

    /** Answers once a batch is durable; until then nothing further is done here. */
    private void answer(@Nullable Method method, long batch) {
        if (batch <= link.bursts().durableBatch()) {
            answer(method);
        } else {
            parking.untilDurable(batch, method);
        }
    }

    private void answer(@Nullable Method method) {
        if (method != null) {
            send(method);
        }
    }

    private void send(Method method) {
        FrameEncoder.writeMethod(link.output().buffer(METHOD_BYTES), number, method);
    }
}
