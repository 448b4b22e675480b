package io.leveret.broker.channel;

import io.leveret.amqp.AmqpException;
import io.leveret.amqp.frame.ContentFrames;
import io.leveret.amqp.frame.FrameEncoder;
import io.leveret.amqp.method.BasicGetEmpty;
import io.leveret.amqp.method.BasicGetOk;
import io.leveret.broker.message.Message;
import io.leveret.broker.queue.BurstFailedException;
import io.leveret.broker.queue.Consumer;
import io.leveret.broker.queue.Got;
import io.leveret.broker.queue.Queue;
import io.leveret.broker.queue.QueueEntry;
import io.leveret.broker.queue.QueueSettings;
import io.leveret.broker.vhost.Bursts;
import io.leveret.persistence.log.StoreFailedException;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The delivery side of a channel: numbers deliveries, writes them, and takes what the client says of each. Owned by the
 * channel's event loop.
 */
final class Deliveries {

    private static final Logger log = LoggerFactory.getLogger(Deliveries.class);

    private final int channel;
    private final Session session;
    private final Output output;
    private final Bursts bursts;
    private final SharedPrefetch shared;
    private final UnackedDeliveries unacked = new UnackedDeliveries();
    private final GivingBack givingBack;
    private final Firehose firehose;
    private Returns returns = new Returns();
    private @Nullable Transaction transaction;
    private final DeliveryTimes times = new DeliveryTimes();
    private final LateTags late = new LateTags();
    private long lastTag;

    /** For what has waited for too long; null if nothing is being looked for. */
    private @Nullable LateSearch search;

    /** Whether deliveries are being settled over several turns of the loop. */
    private boolean inPieces;

    /** What is gathered for a commit; null if there is not so much. */
    private @Nullable LargeCommit large;

    /** Whether anything is to be written down before what returns is given out again. */
    private boolean accountsGathered;

    Deliveries(int channel, Session session, Link link, SharedPrefetch shared, Firehose firehose) {
        this.channel = channel;
        this.session = session;
        this.output = link.output();
        this.bursts = link.bursts();
        this.shared = shared;
        this.firehose = firehose;
        this.givingBack = link.givingBack();
    }

    void gatherIn(Transaction transaction) {
        this.transaction = transaction;
    }

    void deliver(Consumer consumer, QueueEntry entry) {
        long tag = ++lastTag;
        write(consumer, tag, entry.redelivered(), entry.messageToDeliver());
        if (consumer.noAck()) {
            bursts.settleUnasked(entry);
        } else {
            entry.transmitted();
            unacked.add(tag, entry);
        }
    }

    private void write(Consumer consumer, long tag, boolean redelivered, Message message) {
        byte[] consumerTag = consumer.encodedTag();
        byte[] address = message.address().encoded();
        byte[] properties = message.properties().encoded();
        byte[] body = message.body();
        int frameMax = session.frameMaxBytes();
        int size = FrameEncoder.deliverSize(consumerTag, address, properties, body, frameMax);
        if (size <= Output.BUFFER_BYTES) {
            FrameEncoder.writeDeliver(
                    output.buffer(size), channel, consumerTag, tag, redelivered, address, properties, body, frameMax);
        } else {
            ByteBuf out = output.buffer(FrameEncoder.deliverMethodSize(consumerTag, address));
            FrameEncoder.writeDeliverMethod(out, channel, consumerTag, tag, redelivered, address);
            output.content(new ContentFrames(channel, properties, body, frameMax), true);
        }
    }

    /**
     * {@code basic.get}. No prefetch limit holds it back or counts it, in RabbitMQ neither.
     *
     * @return false if the queue has to read first; then {@code whenRead} runs, from any thread
     */
    boolean get(Queue queue, boolean noAck, Runnable whenRead) {
        Got got = queue.get(noAck, whenRead);
        if (got.waits()) {
            return false;
        }
        if (got.entry() == null) {
            FrameEncoder.writeMethod(output.buffer(16), channel, new BasicGetEmpty());
        } else {
            get(got.entry(), noAck, got.left());
        }
        return true;
    }

    private void get(QueueEntry entry, boolean noAck, int left) {
        if (firehose.isOn()) {
            firehose.delivered(entry);
        }
        long tag = ++lastTag;
        Message message = entry.messageToDeliver();
        BasicGetOk method = new BasicGetOk(
                tag,
                entry.redelivered(),
                message.address().exchange(),
                message.address().routingKey(),
                left);
        Answers.write(output, channel, method, message, session.frameMaxBytes());
        if (noAck) {
            bursts.settleUnasked(entry);
        } else {
            entry.transmitted();
            unacked.add(tag, entry);
            times.others(timeoutMs(entry), tag);
        }
    }

    /** @throws AmqpException precondition failed, if the tag is not outstanding */
    void settle(long tag, boolean multiple, Settlement settlement) {
        if (!multiple) {
            QueueEntry entry = unacked.remove(tag);
            if (entry != null) {
                settle(tag, entry, settlement);
            } else if (!late.remove(tag)) {
                throw ProtocolErrors.unknownDelivery(tag);
            }
        } else {
            if (tag != 0 && !unacked.contains(tag) && !late.contains(tag)) {
                throw ProtocolErrors.unknownDelivery(tag);
            }
            long through = tag == 0 ? lastTag : tag;
            late.removeThrough(through);
            if (isMuch(through)) {
                settleInPieces(through, (each, entry) -> settle(each, entry, settlement));
                return;
            }
            unacked.removeThrough(through, (each, entry) -> settle(each, entry, settlement));
        }
        if ((settlement == Settlement.REQUEUE || settlement == Settlement.RETRY) && transaction == null) {
            giveBack();
        }
    }

    /** Whether so many deliveries may be outstanding up to a tag that others would wait while something is done with all of them. */
    private boolean isMuch(long through) {
        return through - unacked.oldest() >= GivingBack.PIECE;
    }

    /** A piece in each of the loop's turns; then what was gathered goes back. */
    private void settleInPieces(long through, UnackedDeliveries.TaggedDelivery sink) {
        doInPieces(() -> settlePiece(through, sink) || returns.requeue(GivingBack.PIECE));
    }

    private void doInPieces(GivingBack.Work work) {
        inPieces = true;
        givingBack.add(work, () -> {
            inPieces = false;
            shared.waiting().resume();
        });
    }

    /** Whether there is more. */
    private boolean settlePiece(long through, UnackedDeliveries.TaggedDelivery sink) {
        if (unacked.size() == 0 || unacked.oldest() > through) {
            return false;
        }
        unacked.removeThrough(Math.min(through, unacked.oldest() + GivingBack.PIECE - 1), sink);
        accountsGathered = false;
        bursts.flush();
        return true;
    }

    /** Whether what the client has said of many deliveries is not all done yet. */
    boolean areSettledInPieces() {
        return inPieces;
    }

    boolean areOutstanding() {
        return unacked.size() > 0;
    }

    /** A consumer gets nothing any more; what it has may wait for no longer than before. */
    void ended(Consumer consumer) {
        if (areOutstanding() && !consumer.queue().isDeleted()) {
            times.others(consumer.timeoutMs(ofQuorumMs()), lastTag);
        }
    }

    private long timeoutMs(QueueEntry entry) {
        if (entry.queue().isDeleted()) {
            return QueueSettings.NONE;
        }
        Consumer consumer = entry.consumer();
        return consumer == null ? entry.queue().consumerTimeoutMs(ofQuorumMs()) : consumer.timeoutMs(ofQuorumMs());
    }

    private long ofQuorumMs() {
        return session.settings().limits().consumerTimeoutMs();
    }

    /**
     * Takes out what has waited for its acknowledgement for too long, at once or in pieces, unless that is being done already. It does not count
     * as a failure.
     *
     * @param shortestMs the shortest time that any consumer of the channel has
     * @param whenTaken calls {@link #endTimeOut}
     * @return how many are looked at, or fewer; 0 if none is old enough
     */
    int timeOut(long shortestMs, long nowMs, Runnable whenTaken) {
        if (inPieces || search != null) {
            // Some of these may be settled already, as far as the client knows.
            return 0;
        }
        long shortest = Math.min(shortestMs, times.shortestOfOthersMs(unacked.oldest()));
        if (shortest == QueueSettings.NONE) {
            // Who gets a time later has it from then on.
            times.clear();
            return 0;
        }
        times.look(unacked.oldest(), unacked.newest(), nowMs);
        long last = times.givenBy(nowMs - shortest);
        if (last == 0) {
            return 0;
        }
        int count = (int) Math.min(unacked.size(), last - unacked.oldest() + 1);
        LateSearch begun = new LateSearch(unacked, last, late, this::timeoutMs, ms -> times.givenBy(nowMs - ms));
        search = begun;
        givingBack.add(() -> latePiece(begun), whenTaken);
        return count;
    }

    /** Whether there may be more. What the client begins to settle in pieces meanwhile is not late any more. */
    private boolean latePiece(LateSearch begun) {
        boolean more = !inPieces && begun.piece((tag, entry) -> giveBack(entry, false, begun.found()));
        flushAccounts();
        return more;
    }

    /** Who kept what was taken out; {@link #giveBack} is to follow once none of them gets anything more. */
    List<LateSearch.TimedOut> endTimeOut() {
        LateSearch ended = search;
        if (ended == null) {
            return List.of();
        }
        search = null;
        ended.found().moveTo(returns);
        return ended.keepers();
    }

    /** The channel goes on once this is done. */
    void giveBack() {
        try {
            flushAccounts();
        } finally {
            // Whatever failed: nobody else has them.
            Returns back = returns;
            returns = new Returns();
            givingBack.add(back, () -> {});
        }
    }

    private void flushAccounts() {
        if (accountsGathered) {
            accountsGathered = false;
            bursts.flush();
        }
    }

    private void settle(long tag, QueueEntry entry, Settlement settlement) {
        if (transaction != null) {
            transaction.settle(tag, entry, settlement);
        } else {
            apply(entry, settlement);
            if (bursts.isFull()) {
                bursts.flush();
            }
        }
    }

    private void apply(QueueEntry entry, Settlement settlement) {
        release(entry);
        if (settlement == Settlement.REQUEUE || settlement == Settlement.RETRY) {
            accountsGathered |= bursts.giveBack(entry, settlement == Settlement.RETRY);
            returns.add(entry);
        } else if (settlement == Settlement.DISCARD) {
            bursts.reject(entry);
        } else {
            bursts.settle(entry);
        }
    }

    /**
     * Whether all messages are in memory that a commit dead-letters in its batch. If not, they are read.
     *
     * @param whenRead notes what was read, on the channel's loop; then the commit can be tried again
     */
    boolean holdsRejected(Transaction toCommit, Executor whenRead) {
        return RejectedMessages.hold(toCommit, session.vhost(), whenRead);
    }

    /** Whether what a transaction settles is so much that it is gathered before, in pieces; false once that is done. */
    boolean preparesCommit(Transaction toCommit) {
        if (large != null || toCommit.settlements().size() <= GivingBack.PIECE) {
            return false;
        }
        LargeCommit gathering = new LargeCommit(toCommit.settlements());
        large = gathering;
        doInPieces(gathering::gather);
        return true;
    }

    /** What may leave its queue with the commit and be known to it as something else's duplicate. */
    List<QueueEntry> leaving(Transaction toCommit) {
        return Transaction.leaving(large == null ? toCommit.settlements() : large.rest());
    }

    /** Does what the transaction only noted. */
    void commit(Transaction committed) {
        LargeCommit much = large;
        large = null;
        FirstFailure failures = new FirstFailure();
        failures.attempt(() -> writeDown(committed, much));
        boolean isWritten = failures.failure() == null || failures.failure() instanceof BurstFailedException;
        failures.attempt(() -> returns.requeue());
        if (much != null) {
            failures.attempt(() -> doInPieces(isWritten ? leaving(much) : much.givingBack(this::release)));
        }
        failures.throwIfAny();
    }

    private void writeDown(Transaction committed, @Nullable LargeCommit much) {
        try {
            if (much != null) {
                committed.leaveOnly(much.rest());
                much.record(bursts);
            }
            committed.settleEach(
                    each -> settle(committed, each),
                    left -> bursts.of(left.queue()).takesOut(left));
        } catch (RuntimeException | Error e) {
            // Before anything is given back, or what is gathered would be written with that: half a transaction.
            bursts.drop();
            throw e;
        }
        bursts.flush();
    }

    /** Each leaves, whatever becomes of the others: none comes back before a restart. */
    private GivingBack.Work leaving(LargeCommit much) {
        FirstFailure failures = new FirstFailure();
        return () -> {
            failures.attempt(() -> leavePiece(much));
            if (much.isEmpty()) {
                failures.throwIfAny();
            }
            return !much.isEmpty();
        };
    }

    private void leavePiece(LargeCommit much) {
        for (int left = GivingBack.PIECE; left > 0; left--) {
            QueueEntry entry = much.poll();
            if (entry == null) {
                break;
            }
            release(entry);
            bursts.leaveWritten(entry);
        }
        bursts.flush();
    }

    private void settle(Transaction committed, Transaction.Settled settled) {
        QueueEntry entry = settled.entry();
        if (settled.settlement() == Settlement.DISCARD) {
            release(entry);
            bursts.rejectAtOnce(entry, committed.takeHeld(entry));
        } else {
            apply(entry, settled.settlement());
        }
    }

    /** Makes what the transaction settled outstanding again, under the old tags. */
    void rollback(Transaction abandoned) {
        doInPieces(() -> rollbackPiece(abandoned));
    }

    private boolean rollbackPiece(Transaction abandoned) {
        for (int left = GivingBack.PIECE; left > 0; left--) {
            Transaction.Settled settled = abandoned.pollSettlement();
            if (settled == null) {
                return false;
            }
            unacked.restore(settled.tag(), settled.entry());
        }
        return true;
    }

    /** {@code basic.recover}: everything outstanding goes back to its queue, but for what the transaction settled. */
    void recover() {
        late.removeThrough(lastTag);
        UnackedDeliveries.TaggedDelivery sink = (tag, entry) -> giveBack(entry, false, returns);
        if (isMuch(lastTag)) {
            settleInPieces(lastTag, sink);
        } else {
            unacked.removeThrough(lastTag, sink);
            giveBack();
        }
    }

    /**
     * Hands over a piece of what is the channel's when it closes: what an open transaction settled was not settled.
     *
     * @return whether there is more
     */
    boolean giveBackSome(Returns to) {
        int left = giveBackSettled(GivingBack.PIECE, to);
        // What was on its way when something failed.
        returns.moveTo(to);
        if (search != null) {
            search.found().moveTo(to);
        }
        unacked.removeThrough(unacked.oldest() + left - 1, (tag, entry) -> giveBack(entry, true, to));
        writeAccounts();
        return left == 0 || unacked.size() > 0;
    }

    /** How many fewer than {@code max} the open transaction has settled. */
    private int giveBackSettled(int max, Returns to) {
        int left = max;
        while (transaction != null && left > 0) {
            Transaction.Settled settled = transaction.pollSettlement();
            if (settled == null) {
                return left;
            }
            giveBack(settled.entry(), true, to);
            left--;
        }
        return left;
    }

    /** Before the next delivery of what returns. If that fails, the virtual host goes down, and the channel closes all the same. */
    private void writeAccounts() {
        if (!accountsGathered) {
            return;
        }
        accountsGathered = false;
        try {
            bursts.flushRegardless();
        } catch (StoreFailedException e) {
            log.warn(
                    "How often messages were tried could not be written down, nor what was published with it vhost={}: {}",
                    session.vhost().name(),
                    e.getMessage());
        }
    }

    private void giveBack(QueueEntry entry, boolean failure, Returns to) {
        release(entry);
        accountsGathered |= bursts.giveBack(entry, failure);
        to.add(entry);
    }

    private void release(QueueEntry entry) {
        if (entry.consumer() != null) {
            shared.release(1);
        }
    }
}
